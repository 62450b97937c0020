// Connecting in the virtual world: round trips, refusals, names, addresses.
#include <catch2/catch.hpp>

#include "scripted_party.h"
#include "sim/world/virtual_world.h"

using namespace roundhouse;
using namespace std::chrono_literals;

TEST_CASE("a connect takes a round trip, and the server accepts half a round trip later", "[connect]") {
  Pair pair;
  pair.open();
  REQUIRE(pair.client.seen == std::vector<std::string>{"start", "open"});
  CHECK(pair.client.seen_at[1] == Instant{} + 2ms);
  REQUIRE(pair.server.seen == std::vector<std::string>{"start", "accept"});
  CHECK(pair.server.seen_at[1] == Instant{} + 3ms);
  CHECK(pair.connection.serial == pair.accepted().serial);
  CHECK(pair.server.accepted_from[0].listener == Address{"*", 80});
  CHECK(pair.server.accepted_from[0].local == Address{"127.1.0.1", 80});
  CHECK(pair.server.accepted_from[0].peer.host == "127.0.1.1");
  CHECK(pair.server.accepted_from[0].peer.port >= 32768);
  const auto opened = pair.test.records(RecordKind::open);
  REQUIRE(opened.size() == 1);
  CHECK(opened[0].by == pair.world().entity_of(pair.client_node));
  CHECK(opened[0].other == pair.world().entity_of(pair.server_node));
  CHECK(opened[0].connection == pair.connection.serial);
  CHECK(pair.world().open_connections() == 1);
}

TEST_CASE("a connect to a port where nobody listens is refused after a round trip", "[connect]") {
  Pair pair;
  pair.client.on_start = [](Host& host) {
    const ConnectionId id = host.connect({.to = {"app-1", 81}});
    host.send(id, "hello", Mark{host.new_message(), {}, What::post});
  };
  pair.open();
  REQUIRE(pair.client.seen == std::vector<std::string>{"start", "close refused"});
  CHECK(pair.client.seen_at[1] == Instant{} + 2ms);
  CHECK(pair.test.records(RecordKind::refused).size() == 1);
  CHECK(pair.test.records(RecordKind::open).empty());
  const auto lost = pair.test.records(RecordKind::lost);
  REQUIRE(lost.size() == 1);
  CHECK(lost[0].code == static_cast<int>(Cause::refused));
  CHECK(pair.world().open_connections() == 0);
}

TEST_CASE("an unknown host is told later, never from within connect", "[connect]") {
  Pair pair;
  pair.client.on_start = [](Host& host) { host.connect({.to = {"nobody", 80}}); };
  pair.open();
  CHECK(pair.client.seen == std::vector<std::string>{"start", "close unknown_host"});
}

TEST_CASE("an address literal without a node is refused", "[connect]") {
  Pair pair;
  pair.client.on_start = [](Host& host) { host.connect({.to = {"127.9.9.9", 80}}); };
  pair.open();
  CHECK(pair.client.seen == std::vector<std::string>{"start", "close refused"});
}

TEST_CASE("a node is reached by its names and its ip, whichever it listens on", "[connect]") {
  for (const char* listened : {"*", "app-1", "127.1.0.1", "webapp"}) {
    for (const char* asked : {"app-1", "127.1.0.1", "webapp"}) {
      Pair pair;
      pair.world().add_name("webapp", pair.server_node);
      pair.server.on_start = [&](Host& host) { host.listen({listened, 80}); };
      pair.client.on_start = [&](Host& host) { host.connect({.to = {asked, 80}}); };
      pair.open();
      INFO(listened << " asked as " << asked);
      CHECK(pair.client.count("open") == 1);
      CHECK(pair.server.count("accept") == 1);
    }
  }
}

TEST_CASE("a unix path is an address like others", "[connect]") {
  Pair pair;
  pair.server.on_start = [&](Host& host) { host.listen({"unix:/run/app", 0}); };
  pair.client.on_start = [&](Host& host) { host.connect({.to = {"unix:/run/app", 0}}); };
  pair.open();
  CHECK(pair.server.count("accept") == 1);
}

TEST_CASE("a client's own source address is seen by the server", "[connect]") {
  Pair pair;
  pair.client.on_start = [](Host& host) {
    host.connect({.to = {"app-1", 80}, .from = Address{"127.0.7.1", 0}});
    host.connect({.to = {"app-1", 80}, .from = Address{"127.0.7.2", 4711}});
  };
  pair.open();
  REQUIRE(pair.server.accepted_from.size() == 2);
  CHECK(pair.server.accepted_from[0].peer.host == "127.0.7.1");
  CHECK(pair.server.accepted_from[1].peer == Address{"127.0.7.2", 4711});
}

TEST_CASE("a listener that stops refuses the next connect and keeps the last", "[connect]") {
  Pair pair;
  pair.server.on_accept = [](Host& host, ConnectionId, const Accepted& accepted) {
    host.stop_listening(accepted.listener);
  };
  pair.open();
  pair.client.host->connect({.to = {"app-1", 80}});
  pair.client.host->send(pair.connection, "still here");
  pair.test.run_for(10ms);
  CHECK(pair.client.count("close refused") == 1);
  CHECK(pair.server.all() == "still here");
}

TEST_CASE("a connect to a lost host times out", "[connect]") {
  Pair pair;
  pair.world().start(pair.server_node);
  pair.test.run_for(1ms);
  pair.world().lose(pair.server_node);
  pair.client.on_start = [](Host& host) {
    const ConnectionId id = host.connect({.to = {"app-1", 80}});
    host.send(id, "hello", Mark{host.new_message(), {}, What::post});
  };
  pair.world().start(pair.client_node);
  pair.test.run_for(connect_timeout - 1ms);
  CHECK(pair.client.seen.size() == 1);
  pair.test.run_for(2ms);
  CHECK(pair.client.seen.back() == "close timed_out");
  REQUIRE(pair.test.records(RecordKind::lost).size() == 1);
  CHECK(pair.test.records(RecordKind::lost)[0].code == static_cast<int>(Cause::timeout));
  CHECK(pair.test.records(RecordKind::refused)[0].how == static_cast<int>(How::timeout));
  CHECK(pair.world().open_connections() == 0);
}

TEST_CASE("several nodes on one address share the connections by seed", "[connect]") {
  Script first, second, client;
  std::vector<std::size_t> shares;
  for (const std::uint64_t seed : {1, 2}) {
    first = second = client = Script{};
    TestWorld test({.seed = seed});
    const NodeId a = test.add("worker-1", "127.1.0.1", first, EntityKind::worker);
    const NodeId b = test.add("worker-2", "127.1.0.1", second, EntityKind::worker);
    const NodeId c = test.add("ann", "127.0.1.1", client);
    first.on_start = second.on_start = [](Host& host) { host.listen({"*", 80}); };
    client.on_start = [](Host& host) {
      for (int i = 0; i < 400; ++i) host.connect({.to = {"127.1.0.1", 80}});
    };
    for (const NodeId node : {a, b, c}) test.world->start(node);
    test.run_for(10ms);
    CHECK(first.accepted.size() + second.accepted.size() == 400);
    CHECK(first.accepted.size() > 150);
    CHECK(second.accepted.size() > 150);
    shares.push_back(first.accepted.size());
  }
  CHECK(shares[0] != shares[1]);
}

TEST_CASE("bytes sent before on_open wait for it and arrive with it", "[connect]") {
  Pair pair;
  pair.client.on_start = [](Host& host) {
    const ConnectionId id = host.connect({.to = {"app-1", 80}});
    CHECK(host.send(id, "abc") == 3);
    CHECK(host.send(id, "def") == 6);
  };
  pair.open();
  CHECK(pair.server.all() == "abcdef");
  CHECK(pair.server.chunks_at[0] == Instant{} + 3ms);
}

TEST_CASE("one who closes before on_open hears nothing more, and nobody accepts", "[connect]") {
  Pair pair;
  pair.client.on_start = [](Host& host) {
    const ConnectionId id = host.connect({.to = {"app-1", 80}});
    host.send(id, "abc", Mark{host.new_message(), {}, What::post});
    host.close(id, Close::fin);
  };
  pair.open();
  CHECK(pair.client.seen == std::vector<std::string>{"start"});
  CHECK(pair.server.seen == std::vector<std::string>{"start"});
  REQUIRE(pair.test.records(RecordKind::lost).size() == 1);
  CHECK(pair.test.records(RecordKind::lost)[0].code == static_cast<int>(Cause::closed));
  CHECK(pair.world().open_connections() == 0);
}

TEST_CASE("a full accept backlog keeps further connects waiting until there is room", "[connect]") {
  Pair pair;
  pair.client.on_start = [](Host& host) {
    for (std::uint32_t i = 0; i < accept_backlog + 5; ++i) host.connect({.to = {"app-1", 80}});
  };
  pair.world().start(pair.server_node);
  pair.test.run_for(1ms);
  pair.world().pause(pair.server_node);
  pair.world().start(pair.client_node);
  pair.test.run_for(1s);
  CHECK(pair.client.count("open") == accept_backlog);
  pair.world().go_on(pair.server_node);
  pair.test.run_for(1s);
  CHECK(pair.client.count("open") == accept_backlog + 5);
  CHECK(pair.server.accepted.size() == accept_backlog + 5);
}

TEST_CASE("a node may connect to itself", "[connect]") {
  TestWorld test;
  Script script;
  const NodeId node = test.add("proxy", "127.0.0.9", script, EntityKind::proxy);
  script.on_start = [](Host& host) {
    host.listen({"*", 80});
    host.send(host.connect({.to = {"proxy", 80}}), "to myself");
  };
  test.world->start(node);
  test.run_for(1ms);
  CHECK(script.all() == "to myself");
  CHECK(script.count("open") == 1);
  CHECK(script.count("accept") == 1);
}
