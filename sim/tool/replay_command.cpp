// replay: runs a counterexample and says whether it still breaks what it is said to break. explore: looks for one.
#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <map>

#include <roundhouse/explore.h>
#include "sim/tool/commands.h"
#include "sim/tool/interrupt.h"
#include "sim/tool/prepare.h"

namespace roundhouse::tool {
namespace {

/// Those that the scenario expects to hold; where it names none, all.
std::vector<std::string> expected_to_hold(const Scenario& scenario) {
  std::vector<std::string> properties;
  for (const Expectation& e : scenario.expect) {
    if (!e.property.empty() && !e.broken) properties.push_back(e.property);
  }
  return properties;
}

int report_found(const Scenario& plan, const Verdict& verdict, const ExploreArguments& arguments) {
  const auto found = shrink(plan, verdict.property);
  if (!found) return bad_input(found.error());
  std::ofstream file(arguments.out);
  file << scenario_toml(found->plan);
  file.close();
  if (!file) return bad_input("cannot write \"" + arguments.out + "\"");
  fmt::print("{}", counterexample_text(*found, arguments.out));
  return 1;
}

}  // namespace

int replay_command(const std::string& file) {
  const auto scenario = load(file);
  if (!scenario) return bad_input(scenario.error());
  const auto replayed = replay(*scenario);
  if (!replayed) return bad_input(replayed.error());
  fmt::print("{}", replayed->text);
  return replayed->broken ? 1 : 0;
}

int explore_command(const ExploreArguments& arguments) {
  const auto scenario = load(arguments.scenario);
  if (!scenario) return bad_input(scenario.error());
  const std::vector<std::string> properties = expected_to_hold(*scenario);
  PlanOptions options;
  options.steps = arguments.steps;
  catch_interrupts();
  std::uint64_t tried = 0;
  std::uint64_t with_losses = 0;
  std::map<std::string, std::uint64_t> untold;
  for (std::uint64_t i = 0; i < arguments.seeds && !interrupted(); ++i) {
    const Scenario plan = random_plan(*scenario, options, scenario->seed + i);
    const auto trial = try_plan(plan, properties);
    if (!trial) return bad_input(trial.error());
    ++tried;
    with_losses += trial->summary.lost.empty() ? 0 : 1;
    for (const Verdict& verdict : trial->verdicts)
      untold[verdict.property] += verdict.outcome == Outcome::unknown ? 1 : 0;
    if (const Verdict* failed = trial->failed({})) return report_found(plan, *failed, arguments);
  }
  fmt::print("{} plans tried, a message was lost in {} of them; every property holds:\n", tried, with_losses);
  for (const Checker& checker : checkers()) {
    const bool judged = properties.empty() || std::find(properties.begin(), properties.end(),
                                                        std::string(checker.property)) != properties.end();
    if (!judged) continue;
    const std::uint64_t unknown = untold[std::string(checker.property)];
    fmt::print("  {:<4} {}{}\n", checker.property, checker.name,
               unknown == 0 ? "" : fmt::format(" (could not be told in {})", unknown));
  }
  return 0;
}

}  // namespace roundhouse::tool
