// Runs in a thread of their own.
#include <catch2/catch.hpp>
#include <thread>

#include "gui/models/live_run.h"
#include "tests/gui/models/captured_run.h"

namespace roundhouse::view {
namespace {

using namespace std::chrono_literals;
using test::at;

constexpr auto patience = 60s;

template <class Condition>
bool until(RunModel& run, Condition condition) {
  const auto give_up = std::chrono::steady_clock::now() + patience;
  while (std::chrono::steady_clock::now() < give_up) {
    run.take_in();
    if (condition()) return true;
    std::this_thread::sleep_for(1ms);
  }
  return false;
}

std::unique_ptr<RunModel> play(const std::string& name, bool loopback = false) {
  return play_scenario(ROUNDHOUSE_SOURCE_DIR "/scenarios/" + name + ".toml", loopback).value();
}

TEST_CASE("a live run and its recording give the same scenes", "[gui]") {
  const auto live = play("instance-dies");
  live->seek(at(1h));
  REQUIRE(until(*live, [&] { return live->ended(); }));
  const auto recorded = test::recorded(test::capture("instance-dies"));
  for (Instant t; t <= recorded->head(); t = t + 100ms) {
    live->seek(t);
    recorded->seek(t);
    Scene of_live = live->scene();
    of_live.title = recorded->scene().title;
    REQUIRE(of_live == recorded->scene());
  }
  CHECK(live->dropped() == 0);
  CHECK(live->problem().empty());
}

TEST_CASE("a run on virtual time waits half a second ahead of the playhead", "[gui]") {
  const auto run = play("instance-dies");
  REQUIRE(until(*run, [&] { return run->head() > at(1400ms); }));
  run->seek(at(2500ms));
  REQUIRE(until(*run, [&] { return run->head() > at(2900ms); }));
  std::this_thread::sleep_for(20ms);
  run->take_in();
  CHECK(run->head() <= at(3s));
  CHECK_FALSE(run->ended());
  CHECK(run->planned_end() == at(7s));
}

TEST_CASE("a step that is sent is done at the live end, and comes back as a mark", "[gui]") {
  const auto run = play("sticky-cookie");
  REQUIRE(until(*run, [&] { return run->head() > at(1s); }));
  REQUIRE(run->send({.verb = "kill", .target = "app-2"}));
  run->seek(at(2s));
  REQUIRE(until(*run, [&] { return !run->marks().empty(); }));
  CHECK(run->marks()[0].text == "kill app-2");
  CHECK(run->marks()[0].at > at(1s));
  const Instant killed = run->marks()[0].at;
  REQUIRE(until(*run, [&] { return run->head() > killed; }));
  run->seek(killed);
  CHECK(run->scene().instances[1].down);
  CHECK(run->scene().homeless == 4);
}

TEST_CASE("a run that is over takes no steps", "[gui]") {
  const auto run = play("no-broker");
  run->seek(at(1h));
  REQUIRE(until(*run, [&] { return run->ended(); }));
  CHECK_FALSE(run->send({.verb = "kill", .target = "app-1"}));
  CHECK(run->planned_end() == run->head());
}

TEST_CASE("steps that the scenario still holds are marks beyond the head", "[gui]") {
  const auto run = play("instance-dies");
  REQUIRE(until(*run, [&] { return run->head() > Instant{}; }));
  REQUIRE(run->marks().size() == 1);
  CHECK(run->marks()[0].text == "kill app-1");
}

TEST_CASE("a model that nobody waits for ends its run at once", "[gui]") {
  const auto run = play("blog", true);
  CHECK(until(*run, [&] { return run->head() > Instant{}; }));
}

TEST_CASE("on loopback the playhead's edge stays behind the head", "[gui]") {
  const auto run = play("blog", true);
  REQUIRE(until(*run, [&] { return run->head() > at(1500ms); }));
  CHECK(run->live_edge() < run->head());
  run->seek(run->live_edge());
  CHECK(run->scene().homeless == 0);
  CHECK(run->scene().clients.size() == 2);
}

TEST_CASE("records for pictures are left out when nobody takes them, and states never are", "[gui]") {
  Scenario scenario;
  scenario.name = "busy";
  scenario.policy = "hash $remote_addr";
  scenario.clients.push_back({.count = 120, .transports = {Transport::websocket}, .spread = 100ms});
  scenario.workload = {.messages = 2000, .start = 200ms, .interval = 100us};
  scenario.duration = 600ms;
  // Not paced, as on loopback: the run does not wait.
  LiveFeed feed;
  auto cluster = Cluster::build(scenario, {.sinks = {&feed}}).value();
  feed.start(std::move(cluster), false, {});
  const auto give_up = std::chrono::steady_clock::now() + patience;
  while (feed.send({.verb = "heal", .target = "nothing"}) && std::chrono::steady_clock::now() < give_up)
    std::this_thread::sleep_for(5ms);
  CHECK(feed.dropped() > 0);
  const LiveFeed::Batch batch = feed.take();
  CHECK(feed.ended());
  std::size_t sends = 0;
  std::size_t hops = 0;
  for (const Record& record : batch.records) {
    sends += record.kind == RecordKind::send ? 1 : 0;
    hops += record.kind == RecordKind::hop ? 1 : 0;
  }
  CHECK(sends == 2000);
  CHECK(hops > 0);
  CHECK(batch.records.back().kind == RecordKind::run_end);
}

}  // namespace
}  // namespace roundhouse::view
