// A cluster that a program drives: it runs for a span or until something is so, takes steps, and says what it cannot do.
#include <catch2/catch.hpp>

#include <roundhouse/roundhouse.h>

using namespace roundhouse;
using namespace std::chrono_literals;
using Catch::Matchers::Contains;

namespace {

/// Two clients on two instances, with nothing to do of their own.
Scenario two_clients() {
  Scenario scenario;
  scenario.policy = "ip_hash";
  scenario.clients = {{.count = 2, .rooms = 0}};
  return scenario;
}

std::unique_ptr<Cluster> started(const Scenario& scenario, const ClusterOptions& options = {}) {
  auto cluster = Cluster::build(scenario, options).value();
  cluster->start();
  return cluster;
}

std::vector<Record> steps_of(const Trace& trace) {
  std::vector<Record> steps;
  for (const Record& record : trace.records()) {
    if (record.kind == RecordKind::step) steps.push_back(record);
  }
  return steps;
}

}  // namespace

TEST_CASE("run_until stops when the predicate holds, to the millisecond of the run", "[cluster]") {
  for (const WorldKind world : {WorldKind::virtual_time, WorldKind::loopback}) {
    auto cluster = Cluster::build(two_clients(), {.world = world}).value();
    const ClusterClient ann = cluster->client("client-1");
    cluster->start();
    CHECK_FALSE(ann.connected());
    REQUIRE(cluster->run_until([&] { return ann.connected(); }, 10s));
    CHECK(ann.connected());
    const Instant connected = cluster->world().now();
    CHECK(cluster->run_until([] { return true; }, 0s));
    CHECK(cluster->world().now() == connected);
  }
}

TEST_CASE("run_until that waits in vain runs to its deadline and says so", "[cluster]") {
  auto cluster = started(two_clients());
  cluster->run_for(100ms);
  CHECK_FALSE(cluster->run_until([] { return false; }, 2s));
  CHECK(cluster->world().now() == Instant{} + 2100ms);
}

TEST_CASE("run_for goes past the scenario's duration, which is that of run() alone", "[cluster]") {
  Scenario scenario = two_clients();
  scenario.duration = 1s;
  auto cluster = started(scenario);
  cluster->run_for(3s);
  CHECK(cluster->world().now() == Instant{} + 3s);
  CHECK_FALSE(cluster->advance(1s));
}

TEST_CASE("a step is applied now, whatever its time says, and written down", "[cluster]") {
  auto cluster = started(two_clients(), {.keep_records = true});
  cluster->run_for(1s);
  cluster->apply({.at = 40s, .verb = "kill", .target = "app-1"});
  CHECK(cluster->world().life(cluster->world().node_named("app-1")) == NodeLife::down);
  const std::vector<Record> steps = steps_of(cluster->trace());
  REQUIRE(steps.size() == 1);
  CHECK(steps[0].at == Instant{} + 1s);
  CHECK(cluster->trace().text_of(steps[0].subject) == "kill");
}

TEST_CASE("a step that cannot be done is skipped, and written down with the reason", "[cluster]") {
  auto cluster = started(two_clients(), {.keep_records = true});
  cluster->apply({.verb = "kill", .target = "app-9"});
  cluster->apply({.verb = "explode", .target = "app-1"});
  const std::vector<Record> steps = steps_of(cluster->trace());
  REQUIRE(steps.size() == 2);
  CHECK(steps[0].how == 2);
  CHECK(cluster->trace().text_of(TextId{static_cast<std::uint32_t>(steps[1].extra)}) ==
        "there is no verb explode");
}

TEST_CASE("a step applied by hand does what the same step of the scenario does: the traces are equal",
          "[cluster]") {
  Scenario planned = two_clients();
  // Not at a whole 100 ms: by hand, a step comes after the sample of its instant.
  planned.steps = {{.at = 1050ms, .verb = "kill", .target = "app-1"}};
  auto by_plan = started(planned);
  by_plan->run_for(4s);
  auto by_hand = started(two_clients());
  by_hand->run_for(1050ms);
  by_hand->apply(planned.steps[0]);
  by_hand->run_for(2950ms);
  CHECK(by_hand->trace().hash() == by_plan->trace().hash());
}

TEST_CASE("calls in the wrong order say what to do instead", "[cluster]") {
  auto cluster = Cluster::build(two_clients()).value();
  CHECK_THROWS_WITH(cluster->run_for(1s), Contains("start() the cluster before"));
  CHECK_THROWS_WITH(cluster->run_until([] { return true; }, 1s), Contains("start() the cluster before"));
  CHECK_THROWS_WITH(cluster->advance(1s), Contains("start() the cluster before"));
  CHECK_THROWS_WITH(cluster->apply({.verb = "kill", .target = "app-1"}),
                    Contains("start() the cluster before"));
  CHECK_THROWS_WITH(cluster->finish(), Contains("start() the cluster before"));
  cluster->start();
  CHECK_THROWS_WITH(cluster->start(), Contains("build another one"));
  CHECK_THROWS_WITH(cluster->run_until({}, 1s), Contains("run_for() runs without one"));
  cluster->finish();
  CHECK_THROWS_WITH(cluster->run_for(1s), Contains("build another cluster"));
  CHECK_THROWS_WITH(cluster->apply({.verb = "kill", .target = "app-1"}), Contains("build another cluster"));
  CHECK_THROWS_AS(cluster->finish(), UsageError);
}

TEST_CASE("a cluster does not run from within its own run", "[cluster]") {
  auto cluster = started(two_clients());
  std::string said;
  cluster->world().at(Instant{} + 10ms, [&] {
    try {
      cluster->run_for(1s);
    } catch (const UsageError& error) {
      said = error.what();
    }
  });
  cluster->run_for(20ms);
  CHECK_THAT(said, Contains("from within the run"));
}

TEST_CASE("what a scenario made in code lacks is said without a file's name", "[cluster]") {
  Scenario nobody;
  CHECK(Cluster::build(nobody).error().text() ==
        "no clients, so there is nothing to run; add a [[clients]] group");
  Scenario wrong = two_clients();
  wrong.policy = "ip_hsh";
  CHECK_THAT(Cluster::build(wrong).error().text(), Contains("the scenario") && Contains("ip_hsh"));
  CHECK_THROWS_WITH(Cluster::build(nobody).value(), Contains("no clients"));
}
