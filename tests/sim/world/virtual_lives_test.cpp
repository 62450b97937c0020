// Lives of nodes: start, stop, kill, lose, pause, go on, busy; timers and what crosses none of them.
#include <catch2/catch.hpp>

#include "scripted_party.h"
#include "sim/world/virtual_world.h"

using namespace roundhouse;
using namespace std::chrono_literals;

namespace {

Mark mark(std::uint64_t message) {
  return {MessageId{message}, TextId{}, What::frame};
}

}  // namespace

TEST_CASE("a killed process ends its connections with FIN, and later connects are refused", "[lives]") {
  Pair pair;
  pair.client.on_end = [](Host& host, ConnectionId id) {
    host.close(id, Close::fin);
    host.connect({.to = {"app-1", 80}});
  };
  pair.open();
  CHECK(pair.world().kill(pair.server_node));
  CHECK_FALSE(pair.world().kill(pair.server_node));
  CHECK(pair.world().party(pair.server_node) == nullptr);
  pair.test.run_for(10ms);
  CHECK(pair.client.seen == std::vector<std::string>{"start", "open", "end", "close refused"});
  const auto down = pair.test.records(RecordKind::down);
  REQUIRE(down.size() == 1);
  CHECK(down[0].other == pair.world().entity_of(pair.server_node));
  CHECK(down[0].how == static_cast<int>(How::kill));
  CHECK(down[0].value == 1);
  CHECK(pair.world().open_connections() == 0);
}

TEST_CASE("a process killed with unread data resets, and the marks are lost with it", "[lives]") {
  Pair pair;
  pair.open();
  SECTION("unread because reading is paused") {
    pair.server.host->pause_reading(pair.accepted(), true);
  }
  SECTION("unread because the process is paused") {
    pair.world().pause(pair.server_node);
  }
  pair.client.host->send(pair.connection, "unread", mark(1));
  pair.test.run_for(10ms);
  pair.world().kill(pair.server_node);
  pair.test.run_for(10ms);
  CHECK(pair.client.seen.back() == "close reset");
  const auto lost = pair.test.records(RecordKind::lost);
  REQUIRE(lost.size() == 1);
  CHECK(lost[0].code == static_cast<int>(Cause::dead));
  CHECK(lost[0].by == pair.world().entity_of(pair.client_node));
  CHECK(lost[0].other == pair.world().entity_of(pair.server_node));
  CHECK(lost[0].extra == 10'000'000);
}

TEST_CASE("bytes on their way to a killed process are lost and answered with a reset", "[lives]") {
  Pair pair;
  pair.open();
  pair.client.host->send(pair.connection, "on the way", mark(1));
  pair.world().kill(pair.server_node);
  pair.test.run_for(10ms);
  CHECK(pair.client.seen == std::vector<std::string>{"start", "open", "end", "close reset"});
  REQUIRE(pair.test.records(RecordKind::lost).size() == 1);
  CHECK(pair.test.records(RecordKind::lost)[0].code == static_cast<int>(Cause::dead));
}

TEST_CASE("a lost host is silent: idle peers notice nothing, senders time out", "[lives]") {
  Pair pair;
  pair.open();
  const ConnectionId idle = pair.client.host->connect({.to = {"app-1", 80}});
  pair.test.run_for(10ms);
  CHECK(pair.world().lose(pair.server_node));
  pair.client.host->send(pair.connection, "anyone?", mark(1));
  pair.test.run_for(retransmission_timeout - 1ms);
  CHECK(pair.client.count("close timed_out") == 0);
  pair.test.run_for(10ms);
  CHECK(pair.client.count("close timed_out") == 1);
  CHECK(pair.client.count("end") == 0);
  REQUIRE(pair.test.records(RecordKind::lost).size() == 1);
  CHECK(pair.test.records(RecordKind::lost)[0].code == static_cast<int>(Cause::dead));
  CHECK(pair.world().open_connections() == 1);
  pair.client.host->close(idle, Close::reset);
  pair.test.run_for(10ms);
  CHECK(pair.world().open_connections() == 0);
}

TEST_CASE("a host that comes back answers its old connections with a reset", "[lives]") {
  Pair pair;
  pair.open();
  pair.world().lose(pair.server_node);
  pair.client.host->send(pair.connection, "anyone?", mark(1));
  pair.test.run_for(10s);
  CHECK(pair.world().start(pair.server_node));
  pair.test.run_for(10ms);
  CHECK(pair.client.seen.back() == "close reset");
  CHECK(pair.test.records(RecordKind::lost).at(0).code == static_cast<int>(Cause::dead));
  CHECK(pair.server.host->incarnation() == 2);
  pair.client.host->connect({.to = {"app-1", 80}});
  pair.test.run_for(10ms);
  CHECK(pair.server.count("accept") == 2);
}

TEST_CASE("a paused process is connected to and written to, and does everything later, in order", "[lives]") {
  Pair pair;
  pair.world().start(pair.server_node);
  pair.test.run_for(1ms);
  pair.server.host->wake_at(Instant{} + 30ms, 7);
  CHECK(pair.world().pause(pair.server_node));
  CHECK_FALSE(pair.world().pause(pair.server_node));
  pair.client.on_open = [](Host& host, ConnectionId id) {
    host.send(id, "hello");
    host.close(id, Close::fin);
  };
  pair.world().start(pair.client_node);
  pair.test.run_for(100ms);
  CHECK(pair.client.count("open") == 1);
  CHECK(pair.server.seen == std::vector<std::string>{"start"});
  CHECK(pair.world().life(pair.server_node) == NodeLife::paused);
  CHECK(pair.world().go_on(pair.server_node));
  pair.test.run_for(1ms);
  CHECK(pair.server.seen == std::vector<std::string>{"start", "accept", "end", "timer 7"});
  CHECK(pair.server.all() == "hello");
  CHECK(pair.server.seen_at.back() == Instant{} + 101ms);
  CHECK(pair.test.records(RecordKind::down).at(0).how == static_cast<int>(How::pause));
  CHECK(pair.test.records(RecordKind::up).back().how == static_cast<int>(How::go_on));
}

TEST_CASE("a busy party's callbacks wait, each for the work of those before", "[lives]") {
  Pair pair;
  pair.server.on_data = [](Host& host, ConnectionId, ByteView, Marks) { host.busy(5ms); };
  pair.open();
  const ConnectionId second = pair.client.host->connect({.to = {"app-1", 80}});
  pair.test.run_for(10ms);
  const Instant start = pair.world().now();
  pair.client.host->send(pair.connection, "a");
  pair.client.host->send(second, "b");
  pair.test.run_for(1500us);
  pair.client.host->send(pair.connection, "c");
  pair.test.run_for(100ms);
  REQUIRE(pair.server.chunks_at.size() == 3);
  CHECK(pair.server.chunks_at[0] == start + 1ms);
  CHECK(pair.server.chunks_at[1] == start + 6ms);
  CHECK(pair.server.chunks_at[2] == start + 11ms);
}

TEST_CASE("stop lets a party say goodbye and ends it when its connections are gone", "[lives]") {
  Pair pair;
  pair.client.on_end = [](Host& host, ConnectionId id) { host.close(id, Close::fin); };
  pair.open();
  SECTION("it closes") {
    pair.server.on_stop = [&](Host& host) { host.close(pair.accepted(), Close::fin); };
    CHECK(pair.world().stop(pair.server_node));
    CHECK_FALSE(pair.world().stop(pair.server_node));
    pair.test.run_for(1ms);
    CHECK(pair.world().life(pair.server_node) == NodeLife::down);
  }
  SECTION("it does not, and the grace runs out") {
    pair.world().stop(pair.server_node);
    pair.test.run_for(stop_grace - 1ms);
    CHECK(pair.world().life(pair.server_node) == NodeLife::up);
    pair.test.run_for(2ms);
    CHECK(pair.world().life(pair.server_node) == NodeLife::down);
  }
  pair.test.run_for(10ms);
  // Last it was asked what it still held.
  CHECK(std::vector(pair.server.seen.end() - 2, pair.server.seen.end()) ==
        std::vector<std::string>{"stop", "run end"});
  CHECK(pair.client.seen.back() == "end");
  REQUIRE(pair.test.records(RecordKind::down).size() == 1);
  CHECK(pair.test.records(RecordKind::down)[0].how == static_cast<int>(How::stop));
}

TEST_CASE("no callback and no timer crosses an incarnation", "[lives]") {
  Pair pair;
  pair.server.on_start = [](Host& host) {
    host.listen({"*", 80});
    if (host.incarnation() == 1) host.wake_at(host.now() + 50ms, 1);
  };
  pair.open();
  pair.client.host->send(pair.connection, "for the first");
  pair.world().kill(pair.server_node);
  CHECK(pair.world().start(pair.server_node));
  CHECK_FALSE(pair.world().start(pair.server_node));
  pair.test.run_for(1s);
  CHECK(pair.server.seen == std::vector<std::string>{"start", "accept", "run end", "start"});
  CHECK(pair.server.all().empty());
  CHECK(pair.server.host->incarnation() == 2);
  CHECK(pair.test.records(RecordKind::up).back().value == 2);
}

TEST_CASE("callbacks held for a paused process die with it", "[lives]") {
  Pair pair;
  pair.open();
  pair.world().pause(pair.server_node);
  pair.client.host->send(pair.connection, "held");
  pair.server.host->wake_at(pair.world().now() + 1ms, 9);
  pair.test.run_for(10ms);
  pair.world().kill(pair.server_node);
  pair.world().start(pair.server_node);
  pair.test.run_for(1s);
  CHECK(pair.server.seen == std::vector<std::string>{"start", "accept", "run end", "start"});
}

TEST_CASE("timers come in order, once, and not when cancelled", "[lives]") {
  Pair pair;
  pair.open();
  Host& host = *pair.client.host;
  host.wake_at(Instant{} + 300ms, 3);
  const TimerId second = host.wake_at(Instant{} + 200ms, 2);
  host.wake_at(Instant{} + 100ms, 1);
  host.wake_at(Instant{}, 0);
  host.cancel(second);
  host.cancel(second);
  pair.test.run_for(1s);
  const std::vector<std::string> expected{"start", "open", "timer 0", "timer 1", "timer 3"};
  CHECK(pair.client.seen == expected);
  host.cancel(second);
  CHECK(host.wake_at(Instant{} + 5s, 5) != second);
}

TEST_CASE("a timer that is set anew a million times leaves no queue behind", "[lives]") {
  Pair pair;
  pair.open();
  Host& host = *pair.client.host;
  TimerId timer = host.wake_at(Instant{} + 60s, 1);
  for (int i = 0; i < 1'000'000; ++i) {
    host.cancel(timer);
    timer = host.wake_at(Instant{} + 60s, 1);
  }
  pair.test.run_for(61s);
  CHECK(pair.client.count("timer 1") == 1);
}

TEST_CASE("work at an instant runs between callbacks, and may stop the run", "[lives]") {
  Pair pair;
  std::vector<int> order;
  pair.world().at(Instant{} + 5ms, [&] { order.push_back(2); });
  pair.world().at(Instant{} + 5ms, [&] {
    order.push_back(3);
    pair.world().stop_running();
  });
  pair.world().at(Instant{} + 2ms, [&] { order.push_back(1); });
  pair.world().at(Instant{} + 5ms, [&] { order.push_back(4); });
  pair.start();
  pair.test.run_for(10ms);
  CHECK(order == std::vector<int>{1, 2, 3});
  CHECK(pair.world().now() == Instant{} + 5ms);
  pair.world().post([&] { order.push_back(5); });
  pair.world().run_until(Instant{} + 10ms);
  CHECK(order == std::vector<int>{1, 2, 3, 5, 4});
  CHECK(pair.world().now() == Instant{} + 10ms);
}

TEST_CASE("at the end of a run, marks on wires are held and every party is asked", "[lives]") {
  Pair pair;
  pair.open();
  pair.server.host->pause_reading(pair.accepted(), true);
  pair.client.host->send(pair.connection, "read by nobody", mark(1));
  pair.test.run_for(10ms);
  pair.client.host->send(pair.connection, "in flight", mark(2));
  pair.client.host->send(pair.connection, pattern(receive_window), mark(3));
  pair.world().report_held();
  const auto held = pair.test.records(RecordKind::held);
  REQUIRE(held.size() == 3);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(held[i].message.value == i + 1);
    CHECK(held[i].other == pair.world().entity_of(pair.server_node));
    CHECK(held[i].how == static_cast<int>(What::frame));
  }
  CHECK(pair.client.seen.back() == "run end");
  CHECK(pair.server.seen.back() == "run end");
}

TEST_CASE("a broken invariant of a party leaves run_until", "[lives]") {
  Pair pair;
  pair.client.on_open = [](Host&, ConnectionId) { throw InvariantBroken("planted"); };
  pair.start();
  CHECK_THROWS_AS(pair.test.run_for(10ms), InvariantBroken);
}

TEST_CASE("what a dying process still held is recorded as lost with it", "[lives]") {
  Pair pair;
  pair.open();
  pair.server.on_run_end = [](Host& host) {
    Record held;
    held.kind = RecordKind::held;
    held.message = MessageId{77};
    host.record(held);
  };
  pair.world().kill(pair.server_node);
  REQUIRE(pair.test.records(RecordKind::lost).size() == 1);
  CHECK(pair.test.records(RecordKind::lost)[0].message == MessageId{77});
  CHECK(pair.test.records(RecordKind::lost)[0].code == static_cast<int>(Cause::dead));
  CHECK(pair.test.records(RecordKind::held).empty());
}
