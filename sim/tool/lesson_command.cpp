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

constexpr const char* first_lesson = "1";
constexpr const char* first_title = "why round robin breaks sessions";

int list_lessons() {
  fmt::print("{:<20} {}\n", first_lesson, first_title);
  for (const std::string& name : shipped_scenarios()) {
    const auto scenario = load(name);
    if (!scenario) return bad_input(scenario.error());
    if (!scenario->claim.empty()) fmt::print("{:<20} {}\n", name, scenario->title);
  }
  fmt::print("\nroundhouse lesson NAME plays one.\n");
  return 0;
}

std::string knob_title(const Knob& knob, const std::string& scenario) {
  const char* effect = knob.effect == Knob::Effect::mends ? "mends it" : "makes it worse";
  return fmt::format("{}:{} {}", scenario, knob.name, effect);
}

/// Plays one setting: true where all that it expects is seen.
Result<bool> play(const Scenario& scenario, const std::string& heading, const std::string& about,
                  WorldKind world, const Style& style) {
  fmt::print("\n{}\n", style.bold(heading));
  if (!about.empty()) fmt::print("{}\n", folded(about));
  std::fflush(stdout);
  ClusterOptions options;
  options.world = world;
  const auto summary = run_one(scenario, options, true);
  if (!summary) return summary.error();
  fmt::print("{}", expectation_lines(*summary, style));
  if (!summary->books_balance) fmt::print("  {}\n", style.bad("the books do not balance"));
  return summary->holds();
}

int play_scenario(const LessonArguments& arguments) {
  const auto scenario = load(arguments.name);
  if (!scenario) return bad_input(scenario.error());
  if (scenario->claim.empty()) {
    return bad_input(scenario->name + " is a scenario without a claim, and so no lesson; `roundhouse run " +
                     scenario->name + "` runs it");
  }
  const WorldKind world = world_named(arguments.world);
  const Style style = style_for_stdout();
  fmt::print("{}\n\n{}\n\n{}\n", style.bold(scenario->title), folded("Claim: " + scenario->claim),
             folded(scenario->about));
  auto holds = play(*scenario, scenario->name + " as it is", "", world, style);
  if (!holds) return bad_input(holds.error());
  bool all_hold = *holds;
  for (const Knob& knob : scenario->knobs) {
    if (interrupted()) return bad_input("the lesson was interrupted");
    const auto turned = turn_knob(*scenario, knob.name);
    if (!turned) return bad_input(turned.error());
    holds = play(*turned, knob_title(knob, scenario->name), knob.about, world, style);
    if (!holds) return bad_input(holds.error());
    all_hold = all_hold && *holds;
  }
  return all_hold ? 0 : 1;
}

}  // namespace

int lesson_command(const LessonArguments& arguments) {
  if (arguments.name.empty()) return list_lessons();
  if (arguments.name != first_lesson) return play_scenario(arguments);
  if (world_named(arguments.world) == WorldKind::loopback)
    return bad_input("lesson 1 takes hours of the clients' time, and is played on virtual time alone");
  return lesson_one();
}

}  // namespace roundhouse::tool
