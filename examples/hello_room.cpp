// Two people in one room, each on another instance: what one says, the other hears.
//
// No port is opened and no thread is started. Time is virtual, so the program ends at once and prints the same each time; but HTTP, WebSocket
// frames and Redis commands are really written and read, as they would be on wires.
#include <roundhouse/roundhouse.h>

#include <iostream>

using namespace roundhouse;
using namespace std::chrono_literals;

int main() {
  // README: begin
  Scenario scenario;
  scenario.instances = 2;
  scenario.policy = "sticky cookie srv_id";
  scenario.clients = {{.prefix = "ann", .count = 1, .address = "127.0.1.1", .rooms = 0},
                      {.prefix = "bob", .count = 1, .address = "127.0.2.1", .rooms = 0}};

  const auto cluster = Cluster::build(scenario, {.keep_records = true}).value();
  const ClusterClient ann = cluster->client("ann-1");
  const ClusterClient bob = cluster->client("bob-1");
  cluster->start();
  cluster->run_until([&] { return ann.upgraded() && bob.upgraded(); }, 5s);

  ann.join("tea");
  bob.join("tea");
  cluster->run_until([&] { return !ann.rooms().empty() && !bob.rooms().empty(); }, 5s);

  ann.send("tea", "hello");
  const bool heard = cluster->run_until([&] { return !bob.received().empty(); }, 5s);
  // README: end

  std::cout << ann.name() << " is served by " << ann.instance() << ", " << bob.name() << " by "
            << bob.instance() << "\n";
  if (!heard) {
    std::cout << bob.name() << " heard nothing within five seconds\n";
    return 1;
  }
  const ReceivedMessage& message = bob.received().front();
  std::cout << bob.name() << " heard \"" << message.payload << "\" from " << message.sender << " in "
            << message.room << "\n";

  // The books count what was owed to whom; the checkers ask the whole history whether the promises were kept.
  const Summary summary = cluster->finish();
  std::cout << "owed " << summary.deliveries_owed << ", delivered " << summary.deliveries << ", lost "
            << summary.deliveries_owed - summary.deliveries << "\n";
  bool kept = summary.books_balance;
  for (const Verdict& verdict : check_all(History(cluster->trace()))) {
    const bool broken = verdict.outcome == Outcome::fail;
    kept = kept && !broken;
    std::cout << (broken ? "BROKEN  " : "holds   ") << verdict.property << " " << verdict.name << "\n";
  }
  return kept ? 0 : 1;
}
