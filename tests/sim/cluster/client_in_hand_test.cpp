// A client in the hand of the embedding program: what it does, what it sees, what it is refused.
#include <catch2/catch.hpp>

#include <roundhouse/roundhouse.h>

using namespace roundhouse;
using namespace std::chrono_literals;
using Catch::Matchers::Contains;
using Names = std::vector<std::string>;

namespace {

Scenario two_clients() {
  Scenario scenario;
  scenario.policy = "ip_hash";
  scenario.clients = {{.count = 2, .rooms = 0}};
  return scenario;
}

/// Two connected clients in hand.
struct Pair {
  explicit Pair(const Scenario& scenario = two_clients(), const ClusterOptions& options = {})
      : cluster(Cluster::build(scenario, options).value()),
        ann(cluster->client("client-1")),
        bob(cluster->client("client-2")) {
    cluster->start();
    REQUIRE(cluster->run_until([&] { return ann.upgraded() && bob.upgraded(); }, 10s));
  }
  void both_join(const std::string& room) {
    ann.join(room);
    bob.join(room);
    REQUIRE(cluster->run_until([&] { return ann.rooms().size() == 1 && bob.rooms().size() == 1; }, 10s));
  }

  std::unique_ptr<Cluster> cluster;
  ClusterClient ann;
  ClusterClient bob;
};

}  // namespace

TEST_CASE("a message arrives with its sender, room, text and time, in both worlds", "[cluster]") {
  for (const WorldKind world : {WorldKind::virtual_time, WorldKind::loopback}) {
    Pair pair(two_clients(), {.world = world});
    pair.both_join("room");
    CHECK(pair.ann.instance() != pair.bob.instance());
    const Instant sent = pair.cluster->world().now();
    const MessageId message = pair.ann.send("room", "hello \"bob\"\n");
    REQUIRE(pair.cluster->run_until([&] { return !pair.bob.received().empty(); }, 10s));
    const ReceivedMessage& got = pair.bob.received().front();
    CHECK(got.event == "room-msg");
    CHECK(got.sender == "client-1");
    CHECK(got.room == "room");
    CHECK(got.payload == "hello \"bob\"\n");
    CHECK(got.message == message);
    CHECK(got.at > sent);
    CHECK(pair.cluster->finish().holds());
  }
}

TEST_CASE("a client sees where it is, and leaves", "[cluster]") {
  Pair pair;
  CHECK(pair.ann.running());
  CHECK(pair.ann.socket_id().size() == 20);
  CHECK(pair.ann.rooms().empty());
  pair.both_join("room");
  CHECK(pair.ann.rooms() == Names{"room"});
  pair.ann.leave("room");
  REQUIRE(pair.cluster->run_until([&] { return pair.ann.rooms().empty(); }, 5s));
  pair.bob.send("room", "anyone?");
  pair.cluster->run_for(1s);
  CHECK(pair.ann.received().empty());
  CHECK(pair.bob.received().size() == 1);
}

TEST_CASE("a client says goodbye, stays away, and comes back when it is told to", "[cluster]") {
  Pair pair;
  pair.both_join("room");
  pair.ann.disconnect();
  pair.cluster->run_for(10s);
  CHECK_FALSE(pair.ann.connected());
  CHECK(pair.ann.instance().empty());
  CHECK(pair.ann.rooms().empty());
  pair.ann.connect();
  REQUIRE(pair.cluster->run_until([&] { return pair.ann.connected(); }, 5s));
  CHECK(pair.ann.rooms().empty());
}

TEST_CASE("what a client says is a step of the trace: a scenario with these steps gives the same trace",
          "[cluster]") {
  Pair by_hand;
  by_hand.cluster->run_for(
      37us);  // to a moment when nothing else is due: a planned step comes first in its instant
  const Instant joined = by_hand.cluster->world().now();
  by_hand.ann.join("room");
  by_hand.cluster->run_for(500ms);
  by_hand.ann.send("room", "hello");
  by_hand.cluster->run_for(500ms);

  Scenario planned = two_clients();
  planned.steps = {
      {.at = joined - Instant{}, .verb = "join", .target = "client-1", .arguments = {{"room", "room"}}},
      {.at = joined - Instant{} + 500ms,
       .verb = "send",
       .target = "client-1",
       .arguments = {{"room", "room"}, {"payload", "hello"}}}};
  auto by_plan = Cluster::build(planned).value();
  by_plan->start();
  by_plan->run_for(joined - Instant{} + 1s);
  CHECK(by_plan->trace().hash() == by_hand.cluster->trace().hash());
}

TEST_CASE("a step's `bytes` is the size of what is sent", "[cluster]") {
  Pair pair;
  pair.both_join("room");
  pair.cluster->apply(
      {.verb = "send", .target = "client-1", .arguments = {{"room", "room"}, {"bytes", "7"}}});
  REQUIRE(pair.cluster->run_until([&] { return !pair.bob.received().empty(); }, 5s));
  CHECK(pair.bob.received().front().payload == "xxxxxxx");
}

TEST_CASE("what arrives after a failover and after a new life is kept behind what came before", "[cluster]") {
  Pair pair;
  pair.both_join("room");
  pair.bob.send("room", "one");
  REQUIRE(pair.cluster->run_until([&] { return pair.ann.received().size() == 1; }, 5s));
  const std::string home = pair.ann.instance();
  pair.cluster->apply({.verb = "kill", .target = home});
  REQUIRE(pair.cluster->run_until(
      [&] { return pair.ann.connected() && !pair.ann.instance().empty() && pair.ann.instance() != home; },
      30s));
  CHECK(pair.ann.rooms().empty());
  pair.ann.join("room");
  REQUIRE(pair.cluster->run_until([&] { return !pair.ann.rooms().empty(); }, 5s));
  pair.bob.send("room", "two");
  REQUIRE(pair.cluster->run_until([&] { return pair.ann.received().size() == 2; }, 5s));
  pair.cluster->apply({.verb = "restart", .target = "client-1"});
  REQUIRE(pair.cluster->run_until([&] { return pair.ann.connected(); }, 5s));
  pair.ann.join("room");
  REQUIRE(pair.cluster->run_until([&] { return !pair.ann.rooms().empty(); }, 5s));
  pair.bob.send("room", "three");
  REQUIRE(pair.cluster->run_until([&] { return pair.ann.received().size() == 3; }, 5s));
  CHECK(pair.ann.received().back().payload == "three");
}

TEST_CASE("one's own application serves in place of chat, and may add to it", "[cluster]") {
  auto counting = std::make_shared<Application>();
  add_chat(counting->of("/"));
  counting->of("/").on("add", [](Call& call) {
    call.ack("[" + std::to_string(call.argument(0).as_int64() + call.argument(1).as_int64()) + "]");
    call.to("room").emit("added", call.arguments_json());
  });
  for (const WorldKind world : {WorldKind::virtual_time, WorldKind::loopback}) {
    Pair pair(two_clients(), {.world = world, .application = counting});
    pair.both_join("room");
    std::string sum;
    pair.ann.emit("add", "[3,4]", [&](std::string_view arguments) { sum = arguments; });
    REQUIRE(pair.cluster->run_until([&] { return !sum.empty(); }, 5s));
    CHECK(sum == "[7]");
    REQUIRE(pair.cluster->run_until([&] { return pair.bob.events().back().name == "added"; }, 5s));
    CHECK(pair.bob.events().back().arguments_json == "[3,4]");
    REQUIRE(pair.bob.received().size() == 1);
    CHECK(pair.bob.received().front().event == "added");
    CHECK(pair.bob.received().front().sender.empty());
  }
}

TEST_CASE("a name that no client has gets the nearest right one", "[cluster]") {
  auto cluster = Cluster::build(two_clients()).value();
  CHECK_THROWS_WITH(cluster->client("cleint-2"),
                    "no client is called \"cleint-2\"; did you mean \"client-2\"?");
  CHECK_THROWS_WITH(cluster->client("app-1"), Contains("no client is called \"app-1\""));
  Scenario counted = two_clients();
  counted.clients[0].attempts = 3;
  CHECK_THROWS_WITH(Cluster::build(counted).value()->client("client-1"), Contains("counted attempts"));
  CHECK_THROWS_WITH(Cluster::build(two_clients(), {.parts = {.clients = false}}).value()->client("client-1"),
                    Contains("somebody else's"));
}

TEST_CASE("a client that cannot act says why, and what to do first", "[cluster]") {
  Scenario scenario = two_clients();
  scenario.clients.push_back({.prefix = "late", .count = 1, .address = "127.9.0.1", .rooms = 0, .start = 3s});
  auto cluster = Cluster::build(scenario).value();
  const ClusterClient ann = cluster->client("client-1");
  const ClusterClient late = cluster->client("late-1");
  CHECK_THROWS_WITH(ann.send("room", "x"), "start() the cluster before client-1 can send");
  cluster->start();
  CHECK_THROWS_WITH(late.join("room"), Contains("late-1 has not started yet"));
  CHECK_FALSE(late.running());
  cluster->apply({.verb = "kill", .target = "client-1"});
  cluster->run_for(100ms);
  cluster->apply({.verb = "kill", .target = "client-1"});
  CHECK_THROWS_WITH(ann.send("room", "x"), Contains("client-1 is not up, so it cannot send"));
  CHECK_FALSE(ann.connected());
  cluster->run_for(5s);
  CHECK_NOTHROW(late.join("room"));
  CHECK_THROWS_WITH(late.join(""), Contains("room is empty"));
  CHECK_THROWS_WITH(late.emit("disconnect"), Contains("reserved"));
  CHECK_THROWS_WITH(late.emit("say", "hello"), Contains("is not a JSON array"));
  CHECK_NOTHROW(late.send("room", ""));
  cluster->finish();
  CHECK_THROWS_WITH(late.send("room", "x"), Contains("build another cluster"));
}

TEST_CASE("an acknowledgement's handler notes, and does not act", "[cluster]") {
  Pair pair;
  std::string said;
  pair.ann.emit("rooms", "[]", [&](std::string_view) {
    try {
      pair.ann.send("room", "x");
    } catch (const UsageError& error) {
      said = error.what();
    }
  });
  REQUIRE(pair.cluster->run_until([&] { return !said.empty(); }, 5s));
  CHECK_THAT(said, Contains("not from within an acknowledgement"));
  CHECK_NOTHROW(pair.ann.send("room", "x"));
}

TEST_CASE("a client that is taken in hand after the start acts, but what it received was not kept",
          "[cluster]") {
  auto cluster = Cluster::build(two_clients()).value();
  cluster->start();
  const ClusterClient ann = cluster->client("client-1");
  CHECK(cluster->run_until([&] { return ann.connected(); }, 5s));
  CHECK_THROWS_WITH(ann.received(), Contains("call client(\"client-1\") before start()"));
}

TEST_CASE("taking clients in hand changes nothing in the trace", "[cluster]") {
  Scenario scenario = two_clients();
  scenario.clients[0].rooms = 1;
  scenario.workload.messages = 10;
  auto held = Cluster::build(scenario).value();
  const ClusterClient ann = held->client("client-1");
  const std::uint64_t hash = Cluster::build(scenario).value()->run().trace_hash;
  CHECK(held->run().trace_hash == hash);
  CHECK(ann.received().size() == 10);
}
