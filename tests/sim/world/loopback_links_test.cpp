// Faults of links in the loopback world: held, slow, cut and reset, all on our side of the socket.
#include "tests/sim/world/loopback_town.h"

namespace roundhouse::loopback_test {
namespace {

struct Linked {
  Town town;
  Player& server = town.server("app-1", "127.1.0.1", 5000, true);
  Player& client = town.client("client-1", "127.0.7.1");

  ConnectionId connect() {
    const std::size_t opened = client.opened.size();
    const std::size_t accepted = server.accepted.size();
    const ConnectionId c = client.host->connect({.to = {"app-1", 5000}});
    REQUIRE(town.until([&] { return client.opened.size() > opened && server.accepted.size() > accepted; }));
    return c;
  }
  void out(const LinkSettings& settings) { town.world->set_link(client.node, server.node, settings); }
  void back(const LinkSettings& settings) { town.world->set_link(server.node, client.node, settings); }
};

TEST_CASE("latency holds the connect, each way, and then the bytes", "[loopback]") {
  Linked linked;
  linked.out({.latency = 20ms});
  linked.back({.latency = 30ms});
  const Instant start = linked.town.world->now();
  const ConnectionId c = linked.connect();
  const Instant opened = linked.town.world->now();
  CHECK(opened >= start + 50ms);
  linked.client.host->send(c, ByteView("there and back"));
  REQUIRE(linked.town.until([&] { return linked.client.received(c) == "there and back"; }));
  CHECK(linked.town.world->now() >= opened + 50ms);
}

TEST_CASE("settings apply to live connections, and order is kept when the link becomes fast again",
          "[loopback]") {
  Linked linked;
  const ConnectionId c = linked.connect();
  linked.out({.latency = 30ms, .jitter = 5ms});
  const Instant sent = linked.town.world->now();
  linked.client.host->send(c, ByteView("first "));
  linked.out({});
  linked.client.host->send(c, ByteView("second"));
  linked.client.host->close(c, Close::fin);
  REQUIRE(linked.town.until([&] { return linked.server.ended.size() == 1; }));
  CHECK(linked.server.received(c) == "first second");
  CHECK(linked.town.world->now() >= sent + 30ms);
  CHECK(linked.town.world->link(linked.client.node, linked.server.node) == LinkSettings{});
}

TEST_CASE("a limited line takes its time for a large send, which flows meanwhile", "[loopback]") {
  Linked linked;
  const ConnectionId c = linked.connect();
  linked.server.on_data = [](Player&, ConnectionId, ByteView) {};
  linked.out({.bytes_per_second = 1'000'000});
  const Bytes big = pattern(50'000);
  const Instant sent = linked.town.world->now();
  linked.client.host->send(c, ByteView(big));
  REQUIRE(linked.town.until([&] { return linked.server.received_bytes() > 0; }));
  CHECK(linked.server.received_bytes() < big.size());
  REQUIRE(linked.town.until([&] { return linked.server.received(c) == big; }));
  CHECK(linked.town.world->now() >= sent + 50ms);
}

TEST_CASE("a cut direction passes nothing until it is healed, the other passes still", "[loopback]") {
  Linked linked;
  const ConnectionId c = linked.connect();
  linked.out({.cut = true});
  linked.client.host->send(c, ByteView("held"));
  linked.server.host->send(linked.server.accepted[0], ByteView("passes"));
  REQUIRE(linked.town.until([&] { return linked.client.received(c) == "passes"; }));
  linked.town.turns();
  CHECK(linked.server.received_bytes() == 0);
  linked.out({});
  REQUIRE(linked.town.until([&] { return linked.client.received(c) == "passesheld"; }));
  CHECK(linked.town.records(RecordKind::link).size() == 2);
}

TEST_CASE("what the kernel holds already does not cross a cut either", "[loopback]") {
  Linked linked;
  const ConnectionId c = linked.connect();
  linked.town.world->pause(linked.server.node);
  linked.client.host->send(c, ByteView("in the kernel"));
  linked.town.turns();
  linked.out({.cut = true});
  linked.town.world->go_on(linked.server.node);
  linked.town.turns();
  CHECK(linked.server.received_bytes() == 0);
  linked.out({});
  REQUIRE(linked.town.until([&] { return linked.client.received(c) == "in the kernel"; }));
}

TEST_CASE("a fin and the end of a process wait behind a cut as well", "[loopback]") {
  Linked linked;
  const ConnectionId closed = linked.connect();
  const ConnectionId killed = linked.connect();
  const ConnectionId reset = linked.connect();
  linked.out({.cut = true});
  linked.client.host->send(closed, ByteView("last words"));
  linked.client.host->close(closed, Close::fin);
  linked.client.host->close(reset, Close::reset);
  linked.client.host->send(killed, ByteView("still sent by the kernel"));
  linked.town.world->kill(linked.client.node);
  linked.town.turns();
  CHECK(linked.server.ended.empty());
  CHECK(linked.server.closed.empty());
  CHECK(linked.server.received_bytes() == 0);
  linked.out({});
  REQUIRE(
      linked.town.until([&] { return linked.server.ended.size() == 2 && linked.server.closed.size() >= 1; }));
  CHECK(linked.server.received(closed) == "last words");
  CHECK(linked.server.received(killed) == "still sent by the kernel");
}

TEST_CASE("a connect over a cut link hangs and succeeds once it heals", "[loopback]") {
  Linked linked;
  linked.back({.cut = true});
  linked.client.host->connect({.to = {"app-1", 5000}});
  linked.town.turns();
  CHECK(linked.client.opened.empty());
  CHECK(linked.client.closed.empty());
  linked.back({});
  REQUIRE(linked.town.until([&] { return linked.client.opened.size() == 1; }));
}

TEST_CASE("reset_connections resets both ends of each connection between two nodes, and no other",
          "[loopback]") {
  Linked linked;
  Player& other = linked.town.client("client-2", "127.0.8.1");
  const ConnectionId kept = other.host->connect({.to = {"app-1", 5000}});
  linked.connect();
  linked.connect();
  REQUIRE(linked.town.until([&] { return linked.server.accepted.size() == 3; }));
  CHECK(linked.town.world->reset_connections(linked.server.node, linked.client.node) == 2);
  CHECK(linked.client.closed.empty());  // between callbacks
  REQUIRE(linked.town.until(
      [&] { return linked.client.closed.size() == 2 && linked.server.closed.size() == 2; }));
  CHECK(linked.client.closed[0].second == CloseReason::reset);
  CHECK(linked.server.closed[1].second == CloseReason::reset);
  other.host->send(kept, ByteView("unhurt"));
  REQUIRE(linked.town.until([&] { return other.received(kept) == "unhurt"; }));
  CHECK(linked.town.world->reset_connections(linked.server.node, linked.client.node) == 0);
}

TEST_CASE("the default link is the virtual network's: real wires have their own latency", "[loopback]") {
  Linked linked;
  linked.town.world->set_default_link({.latency = 1h});
  const ConnectionId c = linked.connect();
  linked.client.host->send(c, ByteView("at once"));
  REQUIRE(linked.town.until([&] { return linked.client.received(c) == "at once"; }));
}

}  // namespace
}  // namespace roundhouse::loopback_test
