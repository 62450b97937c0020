// An instance is killed in the middle of a conversation. Its client comes back by itself, on another instance; the room does not.
//
// This is what a failover costs with Socket.IO as it is, and how a program asks for it: steps break the cluster, clients are watched until
// something has happened, and the history says afterwards which promise was not kept.
#include <roundhouse/roundhouse.h>

#include <iostream>

using namespace roundhouse;
using namespace std::chrono_literals;

namespace {

Scenario two_people_and_three_instances() {
  Scenario scenario;
  scenario.instances = 3;
  scenario.policy = "sticky cookie srv_id";
  scenario.clients = {{.prefix = "ann", .count = 1, .address = "127.0.1.1", .rooms = 0},
                      {.prefix = "bob", .count = 1, .address = "127.0.2.1", .rooms = 0}};
  return scenario;
}

double seconds(Duration span) {
  return std::chrono::duration<double>(span).count();
}

}  // namespace

int main() {
  const auto cluster = Cluster::build(two_people_and_three_instances(), {.keep_records = true}).value();
  const ClusterClient ann = cluster->client("ann-1");
  const ClusterClient bob = cluster->client("bob-1");
  cluster->start();
  cluster->run_until([&] { return ann.upgraded() && bob.upgraded(); }, 5s);
  ann.join("tea");
  bob.join("tea");
  cluster->run_until([&] { return !ann.rooms().empty() && !bob.rooms().empty(); }, 5s);
  bob.send("tea", "before");
  cluster->run_until([&] { return !ann.received().empty(); }, 5s);

  // A step is whatever may be done to a run; a scenario's file has the same ones, with a time.
  const std::string home = ann.instance();
  cluster->apply({.verb = "kill", .target = home});
  const Instant killed = cluster->world().now();
  const bool noticed = cluster->run_until([&] { return !ann.connected(); }, 5s);
  bob.send("tea", "while ann is away");
  const bool back = cluster->run_until([&] { return ann.connected(); }, 10s);
  const Duration away = cluster->world().now() - killed;
  const std::string next_home = ann.instance();
  std::cout << home << " dies; ann-1 is back after " << seconds(away) << " s, on " << next_home << "\n";

  // She is connected and hears nothing: her membership was in the memory of the dead instance.
  bob.send("tea", "are you there?");
  cluster->run_for(2s);
  const std::size_t rooms_after = ann.rooms().size();
  const std::size_t heard_after = ann.received().size() - 1;
  std::cout << "ann-1 is in " << rooms_after << " rooms, and heard " << heard_after
            << " of the 2 messages since\n";

  // An application that wants its rooms back must say so itself.
  ann.join("tea");
  cluster->run_until([&] { return !ann.rooms().empty(); }, 5s);
  bob.send("tea", "welcome back");
  const bool mended = cluster->run_until([&] { return ann.received().back().payload == "welcome back"; }, 5s);
  std::cout << (mended ? "she joins again, and hears: " : "she joins again, and heard last: ")
            << ann.received().back().payload << "\n";

  // No checker calls this a lost message: nobody owes a message to who is not in the room. That the room was forgotten is P10.
  const Summary summary = cluster->finish();
  const Verdict survival = check_membership_survival(History(cluster->trace()));
  std::cout << "books " << (summary.books_balance ? "balance" : "do not balance") << ": owed "
            << summary.deliveries_owed << ", delivered " << summary.deliveries << "\n"
            << survival.property << " " << survival.name << ": " << survival.words << "\n";

  const bool as_told = noticed && back && next_home != home && rooms_after == 0 && heard_after == 0 &&
                       mended && summary.books_balance && survival.outcome == Outcome::fail;
  return as_told ? 0 : 1;
}
