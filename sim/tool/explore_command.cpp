// explore: random plans, until one breaks a property.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>

#include <roundhouse/explore.h>
#include "sim/scenario/nearest_word.h"
#include "sim/tool/commands.h"
#include "sim/tool/interrupt.h"
#include "sim/tool/prepare.h"

namespace roundhouse::tool {
namespace {

/// A word of --only, and what it turns on.
struct StepKind {
  std::string_view word;
  bool PlanOptions::*flag;
};
constexpr StepKind step_kinds[] = {
    {"kills", &PlanOptions::kills},         {"pauses", &PlanOptions::pauses},
    {"app-links", &PlanOptions::app_links}, {"client-links", &PlanOptions::client_links},
    {"clients", &PlanOptions::clients},     {"rooms", &PlanOptions::rooms},
};

Error unknown_word(const std::string& option, const std::string& word,
                   const std::vector<std::string>& known) {
  return Error(fmt::format("{}: unknown word \"{}\"{}{} {}", option, word, did_you_mean(word, known),
                           did_you_mean(word, known).empty() ? "; there are" : " There are",
                           fmt::join(known, ", ")));
}

Result<PlanOptions> plan_options(const ExploreArguments& arguments) {
  PlanOptions options;
  options.steps = arguments.steps;
  if (arguments.only.empty()) return options;
  std::vector<std::string> known;
  for (const StepKind& kind : step_kinds) {
    known.emplace_back(kind.word);
    options.*kind.flag = false;
  }
  for (const std::string& word : arguments.only) {
    const auto* kind = std::find_if(std::begin(step_kinds), std::end(step_kinds),
                                    [&](const StepKind& each) { return each.word == word; });
    if (kind == std::end(step_kinds)) return unknown_word("--only", word, known);
    options.*kind->flag = true;
  }
  return options;
}

/// Those of --property; else those that the scenario expects to hold; else all.
Result<std::vector<std::string>> judged_properties(const ExploreArguments& arguments,
                                                   const Scenario& scenario) {
  std::vector<std::string> known;
  for (const Checker& checker : checkers()) known.emplace_back(checker.property);
  for (const std::string& property : arguments.properties) {
    if (find_checker(property) == nullptr) return unknown_word("--property", property, known);
  }
  if (!arguments.properties.empty()) return arguments.properties;
  std::vector<std::string> properties;
  for (const Expectation& e : scenario.expect) {
    if (!e.property.empty() && !e.broken) properties.push_back(e.property);
  }
  return properties.empty() ? known : properties;
}

/// Asked before the search: what it finds must not be lost for want of a folder.
std::optional<Error> problem_of_file(const std::string& out) {
  const std::filesystem::path path(out);
  std::error_code error;
  if (out.empty()) return Error("--out: the name of the file is empty");
  if (std::filesystem::is_directory(path, error))
    return Error("--out: \"" + out + "\" is a folder; name a file");
  const std::filesystem::path folder = path.has_parent_path() ? path.parent_path() : ".";
  if (!std::filesystem::is_directory(folder, error))
    return Error("--out: there is no folder \"" + folder.string() + "\"");
  return std::nullopt;
}

int report_found(const Scenario& plan, const Verdict& verdict, const std::string& out) {
  const auto found = shrink(plan, verdict.property);
  if (!found) return bad_input(found.error());
  fmt::print("{}", counterexample_text(*found, out));
  std::ofstream file(out);
  file << scenario_toml(found->plan);
  file.close();
  return file ? 1 : bad_input("cannot write \"" + out + "\"");
}

/// What was seen while nothing broke.
struct Tally {
  std::uint64_t plans = 0;
  std::uint64_t with_hits = 0;
  std::uint64_t with_losses = 0;
  std::map<std::string, std::uint64_t> untold;

  void count(const Trial& trial) {
    ++plans;
    with_hits += fault_hits(trial.cluster->trace()) > 0 ? 1 : 0;
    with_losses += trial.summary.lost.empty() ? 0 : 1;
    for (const Verdict& verdict : trial.verdicts)
      untold[verdict.property] += verdict.outcome == Outcome::unknown ? 1 : 0;
  }
  std::string text(const std::vector<std::string>& properties);
};

std::string Tally::text(const std::vector<std::string>& properties) {
  std::string text = fmt::format(
      "{} plan{} tried; a fault hit something in {} of them, a message was lost in {}; every property "
      "holds:\n",
      plans, plans == 1 ? "" : "s", with_hits, with_losses);
  for (const Checker& checker : checkers()) {
    if (std::find(properties.begin(), properties.end(), checker.property) == properties.end()) continue;
    const std::uint64_t unknown = untold[std::string(checker.property)];
    text += fmt::format("  {:<4} {}{}\n", checker.property, checker.name,
                        unknown == 0 ? "" : fmt::format(" (could not be told in {})", unknown));
  }
  return text;
}

}  // namespace

int explore_command(const ExploreArguments& arguments) {
  auto scenario = load(arguments.scenario);
  if (!scenario) return bad_input(scenario.error());
  const auto properties = judged_properties(arguments, *scenario);
  if (!properties) return bad_input(properties.error());
  const auto options = plan_options(arguments);
  if (!options) return bad_input(options.error());
  if (const auto problem = problem_of_file(arguments.out)) return bad_input(*problem);
  // Here the properties are judged, and nothing else: predicted numbers are those of a run without faults.
  scenario->expect.clear();
  const std::uint64_t first = arguments.seed.value_or(scenario->seed);
  catch_interrupts();
  Tally tally;
  for (std::uint64_t i = 0; i < arguments.seeds && !interrupted(); ++i) {
    const Scenario plan = random_plan(*scenario, *options, first + i);
    const auto trial = try_plan(plan, *properties);
    if (!trial) return bad_input(trial.error());
    tally.count(*trial);
    if (const Verdict* failed = trial->failed({})) return report_found(plan, *failed, arguments.out);
  }
  fmt::print("{}", tally.text(*properties));
  return 0;
}

}  // namespace roundhouse::tool
