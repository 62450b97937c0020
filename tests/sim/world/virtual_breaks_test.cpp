// Cut links, timeouts and resets in the virtual world.
#include <catch2/catch.hpp>

#include "scripted_party.h"
#include "sim/world/virtual_world.h"

using namespace roundhouse;
using namespace std::chrono_literals;

namespace {

Mark mark(std::uint64_t message) {
  return {MessageId{message}, TextId{}, What::frame};
}

constexpr LinkSettings cut{.latency = 1ms, .cut = true};
constexpr LinkSettings whole{.latency = 1ms};

}  // namespace

TEST_CASE("what is on its way over a cut link arrives in order once it is healed", "[breaks]") {
  Pair pair;
  pair.open();
  pair.client.host->send(pair.connection, "before ");
  pair.world().set_link(pair.client_node, pair.server_node, cut);
  pair.client.host->send(pair.connection, "during ");
  pair.test.run_for(5s);
  pair.client.host->send(pair.connection, "still ");
  pair.server.host->send(pair.accepted(), "the other way");
  pair.test.run_for(5s);
  CHECK(pair.server.all().empty());
  CHECK(pair.client.all() == "the other way");
  pair.world().set_link(pair.client_node, pair.server_node, whole);
  pair.client.host->send(pair.connection, "after");
  const Instant healed = pair.world().now();
  pair.test.run_for(10ms);
  CHECK(pair.server.all() == "before during still after");
  CHECK(pair.server.chunks_at.front() == healed + 1ms);
  CHECK(pair.test.records(RecordKind::lost).empty());
  const auto links = pair.test.records(RecordKind::link);
  REQUIRE(links.size() == 3);
  CHECK(links[1].how == 1);
  CHECK(links[2].how == 3);
}

TEST_CASE("a link cut for too long times out its senders, and the peer notices only when it sends",
          "[breaks]") {
  Pair pair;
  pair.open();
  pair.world().set_link(pair.client_node, pair.server_node, cut);
  pair.world().set_link(pair.server_node, pair.client_node, cut);
  pair.client.host->send(pair.connection, "lost", mark(1));
  pair.test.run_for(retransmission_timeout + 1ms);
  CHECK(pair.client.seen.back() == "close timed_out");
  CHECK(pair.server.seen.back() == "accept");
  REQUIRE(pair.test.records(RecordKind::lost).size() == 1);
  CHECK(pair.test.records(RecordKind::lost)[0].code == static_cast<int>(Cause::cut));
  CHECK(pair.test.records(RecordKind::end).at(0).how == static_cast<int>(How::timeout));
  pair.world().set_link(pair.client_node, pair.server_node, whole);
  pair.world().set_link(pair.server_node, pair.client_node, whole);
  pair.server.host->send(pair.accepted(), "hello?", mark(2));
  pair.test.run_for(10ms);
  CHECK(pair.server.seen.back() == "close reset");
  CHECK(pair.test.records(RecordKind::lost).back().code == static_cast<int>(Cause::timeout));
}

TEST_CASE("where only the way back is cut, data arrives and the sender gives up all the same", "[breaks]") {
  Pair pair;
  pair.open();
  pair.world().set_link(pair.server_node, pair.client_node, cut);
  pair.client.host->send(pair.connection, "heard");
  pair.test.run_for(10ms);
  CHECK(pair.server.all() == "heard");
  SECTION("never healed") {
    pair.test.run_for(retransmission_timeout);
    CHECK(pair.client.seen.back() == "close timed_out");
  }
  SECTION("never healed, though the way there was cut and healed meanwhile") {
    pair.world().set_link(pair.client_node, pair.server_node, cut);
    pair.client.host->send(pair.connection, " late");
    pair.test.run_for(1min);
    pair.world().set_link(pair.client_node, pair.server_node, whole);
    pair.test.run_for(10ms);
    CHECK(pair.server.all() == "heard late");
    pair.test.run_for(retransmission_timeout);
    CHECK(pair.client.seen.back() == "close timed_out");
  }
  SECTION("healed in time") {
    pair.test.run_for(1min);
    pair.world().set_link(pair.server_node, pair.client_node, whole);
    pair.test.run_for(retransmission_timeout);
    CHECK(pair.client.seen.back() == "open");
  }
}

TEST_CASE("a healed and newly cut link begins a new wait", "[breaks]") {
  Pair pair;
  pair.open();
  pair.world().set_link(pair.client_node, pair.server_node, cut);
  pair.client.host->send(pair.connection, "one");
  pair.test.run_for(500s);
  pair.world().set_link(pair.client_node, pair.server_node, whole);
  pair.test.run_for(1s);
  pair.world().set_link(pair.client_node, pair.server_node, cut);
  pair.client.host->send(pair.connection, "two");
  pair.test.run_for(500s);
  CHECK(pair.client.seen.back() == "open");
  CHECK(pair.server.all() == "one");
}

TEST_CASE("a connect over a cut link goes on when it heals, and times out when it does not", "[breaks]") {
  Pair pair;
  const bool forth = GENERATE(true, false);
  const NodeId from = forth ? pair.client_node : pair.server_node;
  const NodeId to = forth ? pair.server_node : pair.client_node;
  pair.world().set_link(from, to, cut);
  pair.start();
  SECTION("healed") {
    pair.test.run_for(20s);
    CHECK(pair.server.count("accept") == 0);
    pair.world().set_link(from, to, whole);
    pair.test.run_for(10ms);
    CHECK(pair.client.count("open") == 1);
    CHECK(pair.server.count("accept") == 1);
    pair.test.run_for(connect_timeout);
    CHECK(pair.client.seen.back() == "open");
  }
  SECTION("not healed") {
    pair.test.run_for(connect_timeout + 1ms);
    CHECK(pair.client.seen.back() == "close timed_out");
    CHECK(pair.server.count("accept") == 0);
    CHECK(pair.world().open_connections() == 0);
    pair.world().set_link(from, to, whole);
    pair.test.run_for(1s);
    CHECK(pair.server.count("accept") == 0);
  }
}

TEST_CASE("a pair may leave the cut of all links for a link of its own", "[breaks]") {
  Pair pair;
  pair.open();
  pair.world().set_default_link(cut);
  pair.client.host->send(pair.connection, "waits");
  pair.test.run_for(1s);
  CHECK(pair.server.all().empty());
  pair.world().set_link(pair.client_node, pair.server_node, whole);
  CHECK_FALSE(pair.world().link(pair.client_node, pair.server_node).cut);
  CHECK(pair.world().link(pair.server_node, pair.client_node).cut);
  pair.test.run_for(10ms);
  CHECK(pair.server.all() == "waits");
}

TEST_CASE("the news of room waits while its way is cut", "[breaks]") {
  Pair pair;
  pair.open();
  pair.world().set_link(pair.server_node, pair.client_node, cut);
  pair.client.host->send(pair.connection, pattern(receive_window));
  pair.client.host->send(pair.connection, "more");
  pair.test.run_for(1s);
  CHECK(pair.server.all().size() == receive_window);
  pair.world().set_link(pair.server_node, pair.client_node, whole);
  pair.test.run_for(10ms);
  CHECK(pair.server.all().size() == receive_window + 4);
}

TEST_CASE("a reset drops what is queued, and the peer hears of it after what was on the way", "[breaks]") {
  Pair pair;
  pair.open();
  pair.client.host->send(pair.connection, pattern(receive_window), mark(1));
  pair.client.host->send(pair.connection, "queued", mark(2));
  pair.client.host->close(pair.connection, Close::reset);
  pair.test.run_for(10ms);
  CHECK(pair.server.all().size() == receive_window);
  CHECK(pair.server.seen.back() == "close reset");
  CHECK(pair.client.seen == std::vector<std::string>{"start", "open"});
  CHECK(pair.test.records(RecordKind::hop).size() == 1);
  const auto lost = pair.test.records(RecordKind::lost);
  REQUIRE(lost.size() == 1);
  CHECK(lost[0].message == MessageId{2});
  CHECK(lost[0].code == static_cast<int>(Cause::reset));
  CHECK(pair.test.records(RecordKind::end).at(0).how == static_cast<int>(How::reset));
}

TEST_CASE("a reset reaches one who does not read, and one who is busy reads first", "[breaks]") {
  Pair pair;
  pair.open();
  SECTION("not reading") {
    pair.server.host->pause_reading(pair.accepted(), true);
  }
  SECTION("busy") {
    pair.server.host->busy(100ms);
  }
  SECTION("busy, then not reading") {
    pair.server.host->busy(100ms);
    pair.test.run_for(1ms);
    pair.client.host->send(pair.connection, "unread", mark(1));
    pair.client.host->close(pair.connection, Close::reset);
    pair.test.run_for(10ms);
    pair.server.host->pause_reading(pair.accepted(), true);
    pair.test.run_for(200ms);
    CHECK(pair.server.seen.back() == "close reset");
    CHECK(pair.test.records(RecordKind::lost).size() == 1);
    return;
  }
  const bool reads = pair.world().now() == Instant{} + 10ms && pair.server.count("accept") == 1;
  REQUIRE(reads);
  pair.client.host->send(pair.connection, "unread", mark(1));
  pair.client.host->close(pair.connection, Close::reset);
  pair.test.run_for(200ms);
  CHECK(pair.server.seen.back() == "close reset");
  CHECK(pair.test.records(RecordKind::lost).size() + pair.test.records(RecordKind::hop).size() == 1);
}

TEST_CASE("a fault resets every connection of a pair, at both ends", "[breaks]") {
  Pair pair;
  pair.open();
  pair.client.host->connect({.to = {"app-1", 80}});
  pair.test.run_for(10ms);
  pair.client.host->send(pair.connection, "on the way", mark(1));
  CHECK(pair.world().reset_connections(pair.server_node, pair.client_node) == 2);
  CHECK(pair.world().reset_connections(pair.server_node, pair.client_node) == 0);
  pair.client.host->send(pair.connection, "the party knows nothing yet", mark(2));
  pair.test.run_for(10ms);
  CHECK(pair.client.count("close reset") == 2);
  CHECK(pair.server.count("close reset") == 2);
  CHECK(pair.test.records(RecordKind::end).size() == 2);
  const auto lost = pair.test.records(RecordKind::lost);
  REQUIRE(lost.size() == 2);
  CHECK(lost[0].code == static_cast<int>(Cause::reset));
  CHECK(lost[1].code == static_cast<int>(Cause::reset));
  CHECK(pair.world().open_connections() == 0);
}

TEST_CASE("every mark ends as a hop, lost or held, whatever is done to the world", "[breaks][property]") {
  std::size_t lost_runs = 0;
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    Random plan(draw_key(seed, "chaos", Purpose::plan, {}, 0));
    TestWorld test({.seed = seed});
    Script scripts[4];
    std::vector<NodeId> nodes;
    std::uint64_t sent = 0;
    std::size_t ticks = 0;
    std::vector<ConnectionId> open[4];
    for (std::uint32_t i = 0; i < 4; ++i) {
      Script& script = scripts[i];
      nodes.push_back(
          test.add("node-" + std::to_string(i), "127.0.0." + std::to_string(i + 1), script, EntityKind::app));
      script.on_start = [&, i](Host& host) {
        open[i].clear();
        host.listen({"*", 80});
        host.wake_at(host.now() + 1ms, 1);
      };
      const auto forget = [&, i](ConnectionId id) { std::erase(open[i], id); };
      script.on_accept = [&, i](Host&, ConnectionId id, const Accepted&) { open[i].push_back(id); };
      script.on_end = [&, forget](Host& host, ConnectionId id) {
        if (plan.chance(1, 2)) return;
        host.close(id, Close::fin);
        forget(id);
      };
      script.on_close = [&, forget](Host&, ConnectionId id, CloseReason) { forget(id); };
      script.on_timer = [&, i, forget](Host& host, std::uint64_t) {
        if (++ticks < 2000) host.wake_at(host.now() + Duration(plan.below(3'000'000)), 1);
        if (open[i].size() < 5 && plan.chance(1, 4))
          open[i].push_back(
              host.connect({.to = {"node-" + std::to_string(plan.below(4)),
                                   plan.chance(9, 10) ? std::uint16_t{80} : std::uint16_t{81}}}));
        if (plan.chance(1, 20)) host.busy(Duration(plan.below(10'000'000)));
        if (open[i].empty()) return;
        const ConnectionId id = open[i][plan.below(open[i].size())];
        if (plan.chance(1, 30)) {
          host.close(id, plan.chance(1, 2) ? Close::fin : Close::reset);
          forget(id);
        } else if (plan.chance(1, 10)) {
          host.pause_reading(id, plan.chance(1, 2));
        } else {
          host.send(id, pattern(1 + plan.below(plan.chance(1, 8) ? 200'000 : 100)), mark(++sent));
        }
      };
    }
    for (const NodeId node : nodes) test.world->start(node);
    for (int step = 0; step < 150; ++step) {
      test.run_for(Duration(plan.below(5'000'000)));
      const NodeId a = nodes[plan.below(4)];
      const NodeId b = nodes[plan.below(4)];
      switch (plan.below(12)) {
        case 0:
          test.world->kill(a);
          break;
        case 1:
          test.world->lose(a);
          break;
        case 2:
          test.world->pause(a);
          break;
        case 3:
          test.world->stop(a);
          break;
        case 4:
          test.world->go_on(a);
          break;
        case 5:
        case 6:
          test.world->start(a);
          break;
        case 7:
          test.world->set_link(a, b, cut);
          break;
        case 8:
        case 9:
          test.world->set_link(a, b, {.latency = 1ms, .jitter = 1ms});
          break;
        case 10:
          test.world->reset_connections(a, b);
          break;
        case 11:
          if (plan.chance(1, 5)) test.run_for(1000s);
          break;
      }
    }
    if (plan.chance(1, 2))
      test.world->report_held();
    else {
      for (const NodeId node : nodes) test.world->kill(node);
      for (const NodeId a : nodes)
        for (const NodeId b : nodes) test.world->set_link(a, b, whole);
      test.run_for(2000s);
      INFO("seed " << seed);
      CHECK(test.world->open_connections() == 0);
    }
    const std::size_t lost = test.records(RecordKind::lost).size();
    INFO("seed " << seed << ", sent " << sent);
    CHECK(test.records(RecordKind::hop).size() + lost + test.records(RecordKind::held).size() == sent);
    CHECK(test.records(RecordKind::open).size() >= test.records(RecordKind::end).size());
    if (lost > 0) ++lost_runs;
  }
  CHECK(lost_runs > 75);
}
