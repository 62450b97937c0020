// Nodes of the loopback world start, end, fall silent and wait, and their peers see what a kernel would show them.
#include <algorithm>

#include "tests/sim/world/loopback_town.h"

namespace roundhouse::loopback_test {
namespace {

struct Pair {
  Town town;
  Player& server = town.server("app-1", "127.1.0.1", 5000, true);
  Player& client = town.client("client-1", "127.0.7.1");
  ConnectionId c;

  Pair() { c = connect(); }
  ConnectionId connect() {
    const std::size_t before = client.opened.size();
    const std::size_t accepted = server.accepted.size();
    const ConnectionId dialled = client.host->connect({.to = {"app-1", 5000}});
    REQUIRE(town.until([&] { return client.opened.size() > before && server.accepted.size() > accepted; }));
    return dialled;
  }
};

std::vector<std::uint8_t> hows(const std::vector<Record>& records, EntityId who) {
  std::vector<std::uint8_t> found;
  for (const Record& record : records) {
    if (record.other == who) found.push_back(record.how);
  }
  return found;
}

TEST_CASE("a killed node sends fin, later connects are refused, and a restart takes the same port",
          "[loopback]") {
  Pair pair;
  const Address before = pair.town.world->endpoint(pair.server.node, 5000).value();
  CHECK(pair.town.world->kill(pair.server.node));
  CHECK_FALSE(pair.town.world->kill(pair.server.node));
  CHECK(pair.town.world->party(pair.server.node) == nullptr);
  CHECK(pair.town.world->life(pair.server.node) == NodeLife::down);
  REQUIRE(pair.town.until([&] { return pair.client.ended.size() == 1; }));
  pair.client.host->connect({.to = {"app-1", 5000}});
  REQUIRE(pair.town.until([&] { return pair.client.closed.size() == 1; }));
  CHECK(pair.client.closed[0].second == CloseReason::refused);

  CHECK(pair.town.world->start(pair.server.node));
  CHECK_FALSE(pair.town.world->start(pair.server.node));
  CHECK(pair.server.host->incarnation() == 2);
  CHECK(pair.town.world->endpoint(pair.server.node, 5000) == before);
  const ConnectionId again = pair.connect();
  pair.client.host->send(again, ByteView("hello again"));
  REQUIRE(pair.town.until([&] { return pair.client.received(again) == "hello again"; }));
  const EntityId server = pair.town.world->entity_of(pair.server.node);
  CHECK(hows(pair.town.records(RecordKind::down), server) ==
        std::vector<std::uint8_t>{static_cast<std::uint8_t>(How::kill)});
  CHECK(pair.town.records(RecordKind::up).back().value == 2);
}

TEST_CASE("a node killed with unread data resets its peers", "[loopback]") {
  Pair pair;
  pair.town.world->pause(pair.server.node);
  pair.client.host->send(pair.c, ByteView("unread"));
  pair.town.turns();
  pair.town.world->kill(pair.server.node);
  REQUIRE(pair.town.until([&] { return pair.client.closed.size() == 1; }));
  CHECK(pair.client.closed[0] == std::pair{pair.c.serial, CloseReason::reset});
  CHECK(pair.client.ended.empty());
}

TEST_CASE("no timer and no callback crosses an incarnation", "[loopback]") {
  Pair pair;
  pair.server.host->wake_at(pair.town.world->now() + 5ms, 7);
  pair.client.host->send(pair.c, ByteView("to the first"));
  pair.town.world->kill(pair.server.node);
  pair.town.world->start(pair.server.node);
  const Instant later = pair.town.world->now() + 10ms;
  REQUIRE(pair.town.until([&] { return pair.town.world->now() > later; }));
  CHECK(pair.server.timers.empty());
  CHECK(pair.server.received_bytes() == 0);
}

TEST_CASE("a paused node accepts in its kernel, reads nothing, and catches up in order when it goes on",
          "[loopback]") {
  Pair pair;
  CHECK(pair.town.world->pause(pair.server.node));
  CHECK_FALSE(pair.town.world->pause(pair.server.node));
  pair.server.host->wake_at(pair.town.world->now(), 5);
  pair.client.host->send(pair.c, ByteView("for later"));
  const ConnectionId second = pair.client.host->connect({.to = {"app-1", 5000}});
  REQUIRE(pair.town.until([&] { return pair.client.opened.size() == 2; }));  // the kernel says yes
  pair.client.host->send(second, ByteView("me too"));
  pair.town.turns();
  CHECK(pair.server.accepted.size() == 1);
  CHECK(pair.server.received_bytes() == 0);
  CHECK(pair.server.timers.empty());

  CHECK(pair.town.world->go_on(pair.server.node));
  CHECK_FALSE(pair.town.world->go_on(pair.server.node));
  REQUIRE(pair.town.until([&] { return pair.client.received(second) == "me too"; }));
  CHECK(pair.client.received(pair.c) == "for later");
  CHECK(pair.server.timers == std::vector<std::uint64_t>{5});
}

TEST_CASE("a timer cancelled while its node is paused does not fire when it goes on", "[loopback]") {
  Pair pair;
  const TimerId timer = pair.server.host->wake_at(pair.town.world->now(), 5);
  pair.town.world->pause(pair.server.node);
  pair.town.turns();
  pair.server.host->cancel(timer);
  pair.town.world->go_on(pair.server.node);
  pair.town.turns();
  CHECK(pair.server.timers.empty());
}

TEST_CASE("a lost node is silence: nothing ends, nothing comes, connects hang; its restart resets the old",
          "[loopback]") {
  Pair pair;
  CHECK(pair.town.world->lose(pair.server.node));
  CHECK_FALSE(pair.town.world->lose(pair.server.node));
  CHECK(pair.town.world->life(pair.server.node) == NodeLife::lost);
  pair.client.host->send(pair.c, ByteView("anybody?"));
  const ConnectionId hanging = pair.client.host->connect({.to = {"app-1", 5000}});
  pair.town.turns();
  CHECK(pair.server.received_bytes() == 0);
  CHECK(pair.client.opened.size() == 1);
  CHECK(pair.client.closed.empty());
  CHECK(pair.client.ended.empty());

  CHECK(pair.town.world->start(pair.server.node));
  REQUIRE(pair.town.until([&] { return pair.client.opened.size() == 2 && pair.client.closed.size() == 1; }));
  CHECK(pair.client.opened[1] == hanging);  // the retransmitted SYN finds it
  CHECK(pair.client.closed[0] == std::pair{pair.c.serial, CloseReason::reset});
}

TEST_CASE("a lost client cannot be told from a quiet one", "[loopback]") {
  Pair pair;
  pair.town.world->lose(pair.client.node);
  pair.server.host->send(pair.server.accepted[0], ByteView("still there?"));
  pair.town.turns();
  CHECK(pair.server.ended.empty());
  CHECK(pair.server.closed.empty());
  CHECK(pair.client.received_bytes() == 0);
  CHECK(pair.town.world->kill(pair.client.node));  // the machine is switched on again, without its program
  REQUIRE(pair.town.until([&] { return pair.server.closed.size() == 1; }));
}

TEST_CASE("a node told to stop says goodbye and ends when its connections have", "[loopback]") {
  Pair pair;
  pair.server.on_stop = [](Player& p) {
    p.host->stop_listening({"*", 5000});
    p.host->send(p.accepted[0], ByteView("goodbye"));
    p.host->close(p.accepted[0], Close::fin);
  };
  CHECK(pair.town.world->stop(pair.server.node));
  CHECK_FALSE(pair.town.world->stop(pair.server.node));
  REQUIRE(pair.town.until([&] { return pair.town.world->life(pair.server.node) == NodeLife::down; }));
  REQUIRE(pair.town.until([&] { return pair.client.ended.size() == 1; }));
  CHECK(pair.client.received(pair.c) == "goodbye");
  const EntityId server = pair.town.world->entity_of(pair.server.node);
  CHECK(hows(pair.town.records(RecordKind::down), server) ==
        std::vector<std::uint8_t>{static_cast<std::uint8_t>(How::stop)});
}

TEST_CASE("a node that does not end by itself is ended after its grace", "[loopback]") {
  Pair pair;
  const Instant told = pair.town.world->now();
  pair.town.world->stop(pair.server.node);
  REQUIRE(pair.town.until([&] { return pair.town.world->life(pair.server.node) == NodeLife::down; }));
  CHECK(pair.town.world->now() >= told + stop_grace);
}

TEST_CASE("after stop_listening connects are refused and open connections live on", "[loopback]") {
  Pair pair;
  pair.server.host->stop_listening({"*", 5000});
  CHECK_FALSE(pair.town.world->endpoint(pair.server.node, 5000));
  pair.client.host->connect({.to = {"app-1", 5000}});
  REQUIRE(pair.town.until([&] { return pair.client.closed.size() == 1; }));
  CHECK(pair.client.closed[0].second == CloseReason::refused);
  pair.client.host->send(pair.c, ByteView("still here"));
  REQUIRE(pair.town.until([&] { return pair.client.received(pair.c) == "still here"; }));
}

TEST_CASE("a node that never listened refuses, and so does one that never started", "[loopback]") {
  Town town;
  town.client("app-1", "127.1.0.1");
  town.add("app-2", "127.1.0.2");
  Player& client = town.client("client-1", "127.0.7.1");
  client.host->connect({.to = {"app-1", 5000}});
  client.host->connect({.to = {"app-2", 5000}});
  REQUIRE(town.until([&] { return client.closed.size() == 2; }));
  CHECK(client.closed[0].second == CloseReason::refused);
  CHECK(client.closed[1].second == CloseReason::refused);
}

TEST_CASE("several nodes at one address share the connects, as the seed says", "[loopback]") {
  const auto spread = [](std::uint64_t seed) {
    Town town({.seed = seed});
    Player& one = town.server("worker-1", "127.2.0.1", 80);
    Player& two = town.server("worker-2", "127.2.0.1", 80);
    Player& client = town.client("client-1", "127.0.7.1");
    for (int i = 0; i < 40; ++i) client.host->connect({.to = {"127.2.0.1", 80}});
    REQUIRE(town.until([&] { return one.accepted.size() + two.accepted.size() == 40; }));
    std::vector<std::uint32_t> first;
    for (const ConnectionId c : one.accepted) first.push_back(c.serial);
    std::sort(first.begin(), first.end());
    return first;
  };
  const auto once = spread(1);
  CHECK(once.size() > 5);
  CHECK(once.size() < 35);
  CHECK(spread(1) == once);
  CHECK(spread(2) != once);
}

TEST_CASE("a world that ends with everything under way leaves nothing behind", "[loopback]") {
  Pair pair;  // the sanitizers look for what is left
  pair.town.world->post([] {});
  pair.town.world->at(pair.town.world->now() + 1h, [] {});
  pair.client.host->connect({.to = {"app-1", 5000}});
  pair.client.host->connect({.to = {"no-such-host", 1}});
  pair.client.host->send(pair.c, ByteView("unsent"));
  pair.server.host->wake_at(pair.town.world->now() + 1h, 1);
  pair.town.world->add_external({"no..such..host", 80});
  pair.client.host->connect({.to = {"no..such..host", 80}});
}

}  // namespace
}  // namespace roundhouse::loopback_test
