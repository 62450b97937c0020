// Lessons: a claim, its predicted number, and what the virtual world shows.
#include <fmt/format.h>

#include <vector>

#include "sim/scenario/expectation.h"
#include "sim/tool/commands.h"
#include "sim/tool/interrupt.h"
#include "sim/tool/prepare.h"
#include "sim/tool/report.h"

namespace roundhouse::tool {
namespace {

struct Case {
  std::string situation;
  std::uint32_t instances = 2;
  std::uint32_t clients = 1;
  std::uint32_t attempts = 10;  ///< each
  bool jitter = false;
  bool websocket_only = false;
  double predicted_percent = 0;  ///< connected, behind round robin
  bool exact = true;             ///< false: a share, judged by its 99 % interval
};

constexpr std::uint64_t lesson_seed = 1;
constexpr double sticky_percent = 100;

Scenario scenario_of(const Case& lesson, const std::string& policy) {
  Scenario scenario;
  scenario.name = policy;
  scenario.file = "lesson 1";
  scenario.policy = policy;
  scenario.instances = lesson.instances;
  scenario.duration = std::chrono::hours(1);  // it ends when the last attempt has been made
  ClientGroup group;
  group.count = lesson.clients;
  group.attempts = lesson.attempts;
  group.reconnection = false;
  group.rooms = 0;
  if (lesson.websocket_only) group.transports = {Transport::websocket};
  if (lesson.jitter) {
    group.think = std::chrono::milliseconds(5);
    group.think_jitter = std::chrono::milliseconds(100);
  }
  scenario.clients.push_back(group);
  return scenario;
}

Expectation prediction_of(const Case& lesson, double percent) {
  Expectation e;
  e.metric = "connected_percent";
  e.kind = lesson.exact || percent == sticky_percent ? Expectation::Kind::equal : Expectation::Kind::wilson99;
  e.value = percent;
  return e;
}

/// `25.6 % of 2000` beside its prediction.
struct Cell {
  std::string text;
  bool holds = false;
};

Result<Cell> play(const Case& lesson, const std::string& policy, double percent, const Style& style) {
  Scenario scenario = scenario_of(lesson, policy);
  scenario.expect.push_back(prediction_of(lesson, percent));
  ClusterOptions options;
  options.seed = lesson_seed;
  const auto summary = run_one(scenario, options, false);
  if (!summary) return summary.error();
  const Judged& judged = summary->expectations.front();
  const std::string plain = fmt::format("{:>5.1f} % of {:<5}", judged.observed, summary->connect_attempts);
  return Cell{judged.holds ? style.good(plain) : style.bad(plain), summary->holds()};
}

int lesson_one() {
  const std::vector<Case> cases = {
      {.situation = "a lone client, 2 instances", .instances = 2},
      {.situation = "a lone client, 3 instances", .instances = 3},
      {.situation = "25 clients in step, 3 instances", .instances = 3, .clients = 25},
      {.situation = "25 clients in step, 4 instances", .instances = 4, .clients = 25},
      {.situation = "40 clients, mixed, 2 instances",
       .instances = 2,
       .clients = 40,
       .attempts = 50,
       .jitter = true,
       .predicted_percent = 25,
       .exact = false},
      {.situation = "40 clients, mixed, 3 instances",
       .instances = 3,
       .clients = 40,
       .attempts = 50,
       .jitter = true,
       .predicted_percent = 100.0 / 9,
       .exact = false},
      {.situation = "40 clients, mixed, 4 instances",
       .instances = 4,
       .clients = 40,
       .attempts = 50,
       .jitter = true,
       .predicted_percent = 6.25,
       .exact = false},
      {.situation = "WebSocket only, 3 instances",
       .instances = 3,
       .clients = 25,
       .websocket_only = true,
       .predicted_percent = 100},
  };
  const Style style = style_for_stdout();
  fmt::print("{}\n", style.bold("Lesson 1: why round robin breaks sessions"));
  fmt::print(
      "First connection attempts that succeed, on virtual time, seed {}. Default transports: long-polling, "
      "then the upgrade.\n\n",
      lesson_seed);
  fmt::print("{:<34}{:>11}  {:<18}{:>11}  {:<18}\n", "", "predicted", "round robin", "predicted",
             "sticky (ip_hash)");
  bool all_hold = true;
  for (const Case& lesson : cases) {
    const auto round_robin = play(lesson, "round_robin", lesson.predicted_percent, style);
    if (!round_robin) return bad_input(round_robin.error());
    const auto sticky = play(lesson, "ip_hash", sticky_percent, style);
    if (!sticky) return bad_input(sticky.error());
    if (interrupted()) return bad_input("the lesson was interrupted");
    all_hold = all_hold && round_robin->holds && sticky->holds;
    fmt::print("{:<34}{:>9} %  {}   {:>9} %  {}\n", lesson.situation, number_text(lesson.predicted_percent),
               round_robin->text, number_text(sticky_percent), sticky->text);
  }
  fmt::print(
      "\nA session lives in the memory of the instance that opened it, and a polling client needs two more "
      "requests, its POST and its next GET, to reach "
      "that same instance.\n"
      "Round robin sends each request to the next instance, so a lone client never connects, and mixed "
      "traffic connects with 1/N for each of the two: 1/N^2.\n"
      "Stickiness (here ip_hash) sends all requests of an address to one instance, and WebSocket alone needs "
      "none, because a session is then one request.\n");
  return all_hold ? 0 : 1;
}

}  // namespace

int lesson_command(int number) {
  if (number == 1) return lesson_one();
  return bad_input(fmt::format("there is no lesson {}; there is lesson 1", number));
}

}  // namespace roundhouse::tool
