// Lesson 1's numbers: which first attempts connect behind round robin and behind `random`. Real nginx with real clients: 25.9, 12.5 and 6.6 %
// for round robin with uneven request times, 26.7, 11.5 and 5.8 % for random, none for a lone client or clients in step at N = 3, 4.
#include <catch2/catch.hpp>

#include <roundhouse/cluster.h>

using namespace roundhouse;
using namespace std::chrono_literals;

namespace {

struct Case {
  std::string policy = "round_robin";
  std::uint32_t instances = 2;
  std::uint32_t clients = 1;
  std::uint32_t attempts = 10;
  bool jitter = false;
  std::vector<Transport> transports = {Transport::polling, Transport::websocket};
};

Summary play(const Case& lesson, Expectation expectation) {
  Scenario scenario;
  scenario.name = "lesson";
  scenario.file = "lesson";
  scenario.policy = lesson.policy;
  scenario.instances = lesson.instances;
  scenario.duration = 1h;
  ClientGroup group;
  group.count = lesson.clients;
  group.attempts = lesson.attempts;
  group.rooms = 0;
  group.transports = lesson.transports;
  if (lesson.jitter) {
    group.think = 5ms;
    group.think_jitter = 100ms;
  }
  scenario.clients.push_back(group);
  expectation.metric = "connected_percent";
  scenario.expect.push_back(expectation);
  auto cluster = Cluster::build(scenario, {});
  if (!cluster) FAIL(cluster.error().text());
  return (*cluster)->run();
}

void check_share(const Case& lesson, double percent) {
  Expectation expectation;
  expectation.kind = Expectation::Kind::wilson99;
  expectation.value = percent;
  const Summary summary = play(lesson, expectation);
  INFO(lesson.policy << ", N = " << lesson.instances << ": predicted " << percent << " %, observed "
                     << summary.expectations.front().observed << " % of " << summary.connect_attempts);
  CHECK(summary.connect_attempts >= 2000);
  CHECK(summary.expectations.front().holds);
}

std::uint64_t connected(const Case& lesson) {
  return play(lesson, {}).connected;
}

}  // namespace

TEST_CASE(
    "with uneven request times a first attempt connects with chance 1/N^2, behind round robin as behind "
    "random") {
  for (const std::string policy : {"round_robin", "random"}) {
    for (const std::uint32_t n : {2u, 3u, 4u}) {
      check_share({.policy = policy, .instances = n, .clients = 40, .attempts = 50, .jitter = true},
                  100.0 / (n * n));
    }
  }
}

TEST_CASE("a lone polling client never connects behind round robin") {
  CHECK(connected({.instances = 2}) == 0);
  CHECK(connected({.instances = 3}) == 0);
}

TEST_CASE("25 clients in step never connect behind round robin over 3 or 4 instances") {
  CHECK(connected({.instances = 3, .clients = 25}) == 0);
  CHECK(connected({.instances = 4, .clients = 25}) == 0);
}

TEST_CASE("with WebSocket only every attempt connects, and behind ip_hash every attempt upgrades") {
  CHECK(connected({.instances = 3, .clients = 25, .transports = {Transport::websocket}}) == 250);
  const Summary sticky = play({.policy = "ip_hash", .instances = 3, .clients = 25, .jitter = true}, {});
  CHECK(sticky.connected == 250);
  CHECK(sticky.upgraded == 250);
}
