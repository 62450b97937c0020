#include "sim/scenario/node_names.h"

#include <algorithm>
#include <charconv>

#include "sim/faults/target.h"

namespace roundhouse::scenario_file {
namespace {

// A misspelt `clinet-7` should find `client-7`; nobody needs a million candidates for that.
constexpr std::uint32_t spelt_out_max = 100;

void add_numbered(std::vector<std::string>& names, const std::string& prefix, std::uint32_t count) {
  for (std::uint32_t k = 1; k <= std::min(count, spelt_out_max); ++k)
    names.push_back(prefix + "-" + std::to_string(k));
}

}  // namespace

bool is_numbered(std::string_view name, std::string_view prefix, std::uint32_t count) {
  if (!name.starts_with(prefix) || name.size() < prefix.size() + 2 || name[prefix.size()] != '-')
    return false;
  const std::string_view digits = name.substr(prefix.size() + 1);
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return error == std::errc() && end == digits.data() + digits.size() && digits[0] != '0' && number <= count;
}

bool NodeNames::is_client(std::string_view name) const {
  return std::any_of(scenario_.clients.begin(), scenario_.clients.end(), [name](const ClientGroup& group) {
    return is_numbered(name, group.prefix, group.count);
  });
}

bool NodeNames::is_instance(std::string_view name) const {
  return is_numbered(name, scenario_.instance_prefix, scenario_.instances);
}

bool NodeNames::is_group(std::string_view name) const {
  return (name == all_apps && scenario_.instances > 0) || (name == all_clients && !scenario_.clients.empty());
}

bool NodeNames::is_end(std::string_view name) const {
  if (name == proxy_name) return true;
  if (name == broker_name) return scenario_.broker == BrokerKind::embedded;
  return is_group(name) || is_instance(name) || is_client(name);
}

std::vector<std::string> NodeNames::instances() const {
  std::vector<std::string> names;
  add_numbered(names, scenario_.instance_prefix, scenario_.instances);
  return names;
}

std::vector<std::string> NodeNames::clients() const {
  std::vector<std::string> names;
  for (const ClientGroup& group : scenario_.clients) add_numbered(names, group.prefix, group.count);
  if (!scenario_.clients.empty()) names.emplace_back(all_clients);
  return names;
}

std::vector<std::string> NodeNames::ends() const {
  std::vector<std::string> names = instances();
  if (scenario_.instances > 0) names.emplace_back(all_apps);
  for (std::string& name : clients()) names.push_back(std::move(name));
  names.emplace_back(proxy_name);
  if (scenario_.broker == BrokerKind::embedded) names.emplace_back(broker_name);
  return names;
}

}  // namespace roundhouse::scenario_file
