// A bug is found that nobody planted, and shrunk to what it takes.
//
// `ip_hash` sends each address to the same instance, and is what many services trust to keep a polling client with its session. Random plans
// kill and restart instances until a request arrives where its session is not; the plan is then made as small as it can be.
#include <roundhouse/roundhouse.h>

#include <fstream>
#include <iostream>

using namespace roundhouse;
using namespace std::chrono_literals;

namespace {

constexpr const char* session_affinity = "P9";
constexpr std::uint64_t plans_max = 200;

/// Three instances, and four people, half of whom cannot use WebSocket.
Scenario town() {
  Scenario scenario;
  scenario.name = scenario.file = "town";
  scenario.policy = "ip_hash";
  scenario.instances = 3;
  scenario.clients = {
      {.prefix = "ann", .count = 1, .address = "127.0.1.1"},
      {.prefix = "bob", .count = 1, .transports = {Transport::polling}, .address = "127.0.2.1"},
      {.prefix = "cat", .count = 1, .address = "127.0.3.1"},
      {.prefix = "dan", .count = 1, .transports = {Transport::polling}, .address = "127.0.4.1"}};
  scenario.workload = {.messages = 20, .interval = 150ms};
  return scenario;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string file = argc > 1 ? argv[1] : "found.toml";
  // Kills and restarts alone; whoever wants more weather leaves the others on.
  const PlanOptions options{.pauses = false, .client_links = false, .app_links = false, .clients = false};

  for (std::uint64_t seed = 1; seed <= plans_max; ++seed) {
    const Scenario plan = random_plan(town(), options, seed);
    const Trial trial = try_plan(plan, {session_affinity}).value();
    if (trial.failed({session_affinity}) == nullptr) continue;

    const Counterexample found = shrink(plan, session_affinity).value();
    std::cout << "plan " << seed << " breaks it; shrunk in " << found.trials << " runs: steps "
              << plan.steps.size() << " -> " << found.plan.steps.size() << ", clients " << plan.clients.size()
              << " -> " << found.plan.clients.size() << ", instances " << plan.instances << " -> "
              << found.plan.instances << "\n\n";

    // The counterexample is a scenario like any other: the line at the end of the text runs it again.
    std::ofstream(file) << scenario_toml(found.plan);
    std::cout << counterexample_text(found, file);
    return 0;
  }
  std::cout << "no plan of " << plans_max << " broke " << session_affinity << "\n";
  return 1;
}
