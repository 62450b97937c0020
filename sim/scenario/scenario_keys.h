// All keys of a scenario file, table by table, and the limits of their values.
#pragma once

#include <vector>

#include <roundhouse/scenario.h>
#include "sim/scenario/key_table.h"

namespace roundhouse::scenario_file {

/// What the virtual world is built to carry; the loopback world runs out of memory and descriptors far below.
inline constexpr std::uint64_t clients_max = 1'000'000;
inline constexpr std::uint64_t instances_max = 1'000;
inline constexpr std::uint64_t rooms_max = 1'000'000;
inline constexpr std::uint64_t attempts_max = 1'000'000;
inline constexpr std::uint64_t messages_max = 100'000'000;
inline constexpr std::uint64_t payload_bytes_max = 1'000'000;
/// An app's own limit on a payload may be raised this far.
inline constexpr std::uint64_t app_payload_bytes_max = 100'000'000;
inline constexpr std::size_t steps_max = 100'000;
inline constexpr std::uint64_t rate_max = 1'000'000'000'000;
inline constexpr std::uint64_t seed_max = whole_max;

const std::vector<Key<Scenario>>& top_keys();
const std::vector<Key<Scenario>>& topology_keys();
const std::vector<Key<Scenario>>& proxy_keys();
const std::vector<Key<AppOptions>>& app_keys();
const std::vector<Key<ClientGroup>>& client_keys();
const std::vector<Key<Workload>>& workload_keys();
const std::vector<Key<LinkSettings>>& default_link_keys();
const std::vector<Key<LinkLine>>& link_keys();
const std::vector<Key<Step>>& step_keys();
const std::vector<Key<Knob>>& knob_keys();
const std::vector<Key<Expectation>>& expect_keys();

/// Tables and arrays of tables of the top level, for messages and documentation.
struct Section {
  std::string name;
  bool repeated = false;
  std::string meaning;
};
const std::vector<Section>& sections();

}  // namespace roundhouse::scenario_file
