// The names of a scenario's nodes, known before there is a world: for checking targets, links and metrics while reading.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <roundhouse/scenario.h>

namespace roundhouse::scenario_file {

inline constexpr std::string_view proxy_name = "proxy";
inline constexpr std::string_view broker_name = "broker";

class NodeNames {
 public:
  explicit NodeNames(const Scenario& scenario) : scenario_(scenario) {}

  bool is_client(std::string_view name) const;
  bool is_instance(std::string_view name) const;
  /// A node, or the groups `apps` and `clients` where they have members.
  bool is_end(std::string_view name) const;
  bool is_group(std::string_view name) const;

  /// `app-1` ... of all instances.
  std::vector<std::string> instances() const;
  /// Names for the nearest right word; of a large group only the first hundred.
  std::vector<std::string> ends() const;
  std::vector<std::string> clients() const;

 private:
  const Scenario& scenario_;
};

/// True where `name` is `PREFIX-K` with 1 <= K <= count, K written without leading zeros.
bool is_numbered(std::string_view name, std::string_view prefix, std::uint32_t count);

}  // namespace roundhouse::scenario_file
