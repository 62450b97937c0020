// Scenes of shipped scenarios' runs.
#include <catch2/catch.hpp>

#include "tests/gui/models/captured_run.h"

namespace roundhouse::view {
namespace {

using namespace std::chrono_literals;
using test::at;
using test::capture;
using test::client_named;
using test::recorded;

TEST_CASE("when app-1 dies its six clients lose their homes and find new ones, the others keep theirs",
          "[gui]") {
  const auto run = recorded(capture("instance-dies"));
  run->seek(at(1990ms));
  const Scene before = run->scene();
  std::size_t at_home = 0;
  for (const SceneClient& client : before.clients) at_home += client.home == 0 ? 1 : 0;
  REQUIRE(at_home == 6);
  CHECK(before.homeless == 0);
  CHECK(before.instances[0].sessions == 6);

  run->seek(at(2100ms));
  const Scene dead = run->scene();
  CHECK(dead.homeless == 6);
  CHECK(dead.instances[0].down);
  CHECK(dead.instances[0].predicted_share == 0);
  CHECK(dead.instances[1].predicted_share == Approx(0.5));
  run->seek(run->head());
  const Scene after = run->scene();
  CHECK(after.homeless == 0);
  for (std::size_t row = 0; row < after.clients.size(); ++row) {
    CHECK(after.clients[row].entity == before.clients[row].entity);
    if (before.clients[row].home == 0) {
      CHECK(after.clients[row].home > 0);
      CHECK(after.clients[row].room.empty());
      CHECK(dead.clients[row].home == no_letter);
    } else {
      CHECK(after.clients[row].home == before.clients[row].home);
      CHECK(after.clients[row].room == "room-1");
    }
  }
}

TEST_CASE("the same time gives the same scene, forwards, backwards and in leaps", "[gui]") {
  const test::Captured captured = capture("failover-60");
  const auto steady = recorded(captured);
  std::vector<Scene> scenes;
  for (Instant t; t <= steady->head(); t = t + 250ms) {
    steady->seek(t);
    scenes.push_back(steady->scene());
  }
  const auto leaping = recorded(captured);
  for (const std::size_t step : {std::size_t{7}, std::size_t{11}, std::size_t{1}}) {
    for (std::size_t i = scenes.size() * 3; i-- > 0;) {
      const std::size_t place = i * step % scenes.size();
      leaping->seek(Instant{} + 250ms * static_cast<std::int64_t>(place));
      REQUIRE(leaping->scene() == scenes[place]);
    }
  }
}

TEST_CASE("every flight between two seats is one of the run's hops, lost, or a request", "[gui]") {
  const auto run = recorded(capture("failover-60"));
  std::size_t messages = 0;
  for (Instant t = at(1800ms); t < at(6s); t = t + 3ms) {
    run->seek(t);
    std::size_t in_air = 0;
    for (const SceneFlight& flight : run->scene().flights) {
      REQUIRE(flight.from);
      REQUIRE(flight.departed <= t);
      if (!flight.lost) REQUIRE(t < flight.arrives);
      if (t < flight.arrives) ++in_air;
      if (flight.message) ++messages;
    }
    REQUIRE(run->scene().in_flight == in_air);
  }
  CHECK(messages > 1000);
}

TEST_CASE("with round robin a lone client is rejected in each attempt, and sees it", "[gui]") {
  const auto run = recorded(capture("round-robin"));
  run->seek(run->head());
  REQUIRE(run->scene().clients.size() == 1);
  CHECK(run->scene().clients[0].rejections == 8);
  CHECK(run->scene().policy == "round robin");
  const auto rejections = run->series("errors", 100);
  REQUIRE(rejections.size() == 1);
  CHECK(std::any_of(rejections[0].points.begin(), rejections[0].points.end(),
                    [](const Series::Point& point) { return point.value > 0; }));
  // Two in the first 50 ms are four in half a second.
  CHECK(rejections[0].points.front().value <= 4);
  std::size_t rejected = 0;
  for (const SceneDecision& decision : run->scene().decisions)
    rejected += decision.result == SceneDecision::Result::rejected ? 1 : 0;
  CHECK(rejected > 0);
}

TEST_CASE("the panels say what the summary says", "[gui]") {
  const Scenario scenario = read_scenario(ROUNDHOUSE_SOURCE_DIR "/scenarios/instance-dies.toml").value();
  auto cluster = Cluster::build(scenario, {.keep_records = true}).value();
  const Summary summary = cluster->run();
  const auto run = recorded(test::captured(cluster->trace()));
  run->seek(run->head());

  const std::vector<PredictedRow> rows = run->predicted();
  REQUIRE(rows.size() == summary.expectations.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    CHECK(rows[i].name == summary.expectations[i].expectation.name);
    CHECK(rows[i].holds == summary.expectations[i].holds);
  }
  CHECK(rows[0].predicted == "18");
  CHECK(rows[0].observed == "18");

  const Histogram histogram = run->histogram(120);
  std::uint64_t delivered = 0;
  for (const std::uint32_t count : histogram.deliveries) delivered += count;
  CHECK(delivered == summary.deliveries);

  const auto sessions = run->series("sessions", 300);
  REQUIRE(sessions.size() == 3);
  CHECK(sessions[0].points.back().value == 0);
  CHECK(sessions[1].points.back().value == 7);
  CHECK(sessions[1].points.size() <= 300);

  REQUIRE(run->marks().size() == 1);
  CHECK(run->marks()[0].text == "kill app-1");
  CHECK(run->marks()[0].tone == TimelineMark::Tone::bad);
  CHECK(run->marks()[0].at == at(2s));
}

TEST_CASE("no prediction counts as broken while the run can still make it good", "[gui]") {
  const auto run = recorded(capture("instance-dies"));
  run->seek(at(1s));
  for (const PredictedRow& row : run->predicted()) CHECK(row.holds);
}

TEST_CASE("at default speed the median hop takes 350 ms on the screen", "[gui]") {
  const auto run = recorded(capture("instance-dies"));
  const double hop_on_screen = 200e3 / static_cast<double>(run->default_second().count()) * 1000;
  CHECK(hop_on_screen == Approx(350).epsilon(0.04));
}

TEST_CASE("where no message moves, default speed is made for requests", "[gui]") {
  const auto run = recorded(capture("round-robin"));
  const Duration second = run->default_second();
  CHECK(second > 500us);
  CHECK(second < 2ms);
}

TEST_CASE("steps go from moment to moment and back", "[gui]") {
  const auto run = recorded(capture("instance-dies"));
  run->seek(at(1100ms));
  const Instant next = run->next_moment();
  CHECK(next > at(1100ms));
  run->seek(next);
  const Instant after = run->next_moment();
  CHECK(after > next);
  run->seek(after);
  CHECK(run->previous_moment() == next);
  run->seek({});
  CHECK(run->previous_moment() == Instant{});
}

TEST_CASE("the log of a client holds its own messages and deliveries, the newest first", "[gui]") {
  const auto run = recorded(capture("instance-dies"));
  run->seek(at(1100ms));
  const EntityId client = run->recording().entity_named("client-1");
  const std::vector<LogRow> rows = run->log(client, 6);
  REQUIRE(rows.size() == 6);
  CHECK(
      std::is_sorted(rows.begin(), rows.end(), [](const LogRow& a, const LogRow& b) { return a.at > b.at; }));
  const auto sent =
      std::find_if(rows.begin(), rows.end(), [](const LogRow& row) { return row.arrow == "→"; });
  REQUIRE(sent != rows.end());
  CHECK(sent->packet == "message 1");
  CHECK(std::any_of(rows.begin(), rows.end(), [](const LogRow& row) {
    return row.packet == "publish #room-1" && row.where == "broker";
  }));
  CHECK(sent->where == "app-3");
  CHECK(run->log(client, 100).back().packet == "connects");
}

TEST_CASE("a recording that grows shows what has been written so far", "[gui]") {
  test::Captured captured = capture("instance-dies");
  const std::size_t half = captured.records.size() / 2;
  test::Captured first = captured;
  first.records.resize(half);
  const auto whole = recorded(captured);
  const auto part = recorded(first);
  CHECK_FALSE(part->recording().records().empty());
  CHECK(part->head() < whole->head());
  const Instant moment = part->head() - 100ms;
  whole->seek(moment);
  part->seek(moment);
  CHECK(part->scene() == whole->scene());
}

TEST_CASE("a scenario or recording that does not read is an error that names the file", "[gui]") {
  const auto missing = play_scenario("/nowhere/x.toml", false);
  REQUIRE(missing.has_error());
  CHECK(missing.error().text().find("/nowhere/x.toml") != std::string::npos);
  const auto recording = play_recording("/nowhere/x.rht");
  REQUIRE(recording.has_error());
  CHECK(recording.error().text().find("/nowhere/x.rht") != std::string::npos);
}

}  // namespace
}  // namespace roundhouse::view
