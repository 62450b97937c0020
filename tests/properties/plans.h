// The towns that property tests break, and the glue to RapidCheck: it draws the seed of a plan, and shrinking is ours.
#pragma once

#include <rapidcheck.h>
#include <roundhouse/explore.h>

#include <ctime>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace roundhouse::test {

using namespace std::chrono_literals;

/// One client, a group of its own, so that each can be taken away without renaming the others.
inline ClientGroup client(const std::string& prefix, int number, std::vector<Transport> transports = {}) {
  ClientGroup group;
  group.prefix = prefix;
  group.count = 1;
  group.address = "127.0." + std::to_string(number) + ".1";
  group.start = 20ms * number;
  if (!transports.empty()) group.transports = std::move(transports);
  return group;
}

/// Three instances, five clients in one room, one of them polling only, and 24 messages. Heartbeats are quick: what is gone is missed soon.
inline Scenario town(const std::string& policy) {
  Scenario scenario;
  scenario.name = "town";
  scenario.file = "town";
  scenario.policy = policy;
  scenario.instances = 3;
  scenario.duration = 5s;
  scenario.app.ping_interval = 5s;
  scenario.app.ping_timeout = 4s;
  scenario.clients = {client("ann", 1), client("bob", 2), client("cat", 3, {Transport::polling}),
                      client("dan", 4), client("eve", 5)};
  scenario.workload = {.messages = 24, .start = 1s, .interval = 150ms};
  return scenario;
}

/// To be called in a property: a plan whose seed RapidCheck draws.
inline Scenario any_plan(const Scenario& scenario, const PlanOptions& options) {
  const auto seed = *rc::gen::noShrink(rc::gen::resize(100, rc::gen::arbitrary<std::uint32_t>()));
  return random_plan(scenario, options, seed);
}

/// What was broken, shrunk, written to a file and told; empty where all properties hold.
inline std::string broken_by(const Scenario& plan, const std::vector<std::string>& properties) {
  const auto trial = try_plan(plan, properties);
  if (!trial) return trial.error().text();
  RC_CLASSIFY(fault_hits(trial->cluster->trace()) > 0, "a fault hit something");
  RC_CLASSIFY(!trial->summary.lost.empty(), "a message was lost");
  const Verdict* failed = trial->failed({});
  if (failed == nullptr) return {};
  const auto found = shrink(plan, failed->property);
  if (!found) return found.error().text();
  const std::filesystem::path folder = std::filesystem::path(ROUNDHOUSE_BINARY_DIR) / "counterexamples";
  std::filesystem::create_directories(folder);
  const std::string file = (folder / (failed->property + ".toml")).string();
  std::ofstream(file) << scenario_toml(found->plan);
  return counterexample_text(*found, file);
}

inline double cpu_seconds() {
  return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

}  // namespace roundhouse::test
