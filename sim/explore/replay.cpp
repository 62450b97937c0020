// A plan that is said to break a property, run again.
#include <fmt/format.h>

#include <algorithm>

#include <roundhouse/explore.h>

namespace roundhouse {
namespace {

std::vector<std::string> expected_broken(const Scenario& plan) {
  std::vector<std::string> properties;
  for (const Expectation& e : plan.expect) {
    if (e.broken) properties.push_back(e.property);
  }
  return properties;
}

std::string not_broken(const std::vector<Verdict>& verdicts) {
  std::string text = "it does not reproduce:\n";
  for (const Verdict& verdict : verdicts) {
    text += fmt::format("  {} {} {}: {}\n", verdict.property, verdict.name,
                        verdict.outcome == Outcome::unknown ? "cannot be told" : "holds", verdict.words);
  }
  return text;
}

}  // namespace

Result<Replay> replay(const Scenario& plan, const ClusterOptions& options) {
  const std::vector<std::string> properties = expected_broken(plan);
  if (properties.empty()) {
    return Error(
        plan.file.empty() ? "" : plan.file + ":1",
        "no property is expected to be broken, so there is nothing to reproduce; add [[expect]] with "
        "property and broken = true");
  }
  const auto trial = try_plan(plan, properties, options);
  if (!trial) return trial.error();
  const Verdict* failed = trial->failed(properties);
  const bool as_expected = failed != nullptr;
  if (!as_expected) failed = trial->failed({});  // an assertion of the simulator
  if (failed == nullptr) return Replay{false, not_broken(trial->verdicts)};
  return Replay{true, fmt::format("{}: {} {} is broken: {}\n\n{}\n{}",
                                  as_expected ? "it reproduces" : "it breaks otherwise than expected",
                                  failed->property, failed->name, failed->words, plan_words(plan),
                                  failed->witness.empty() ? "" : diagram(trial->cluster->trace(), *failed))};
}

}  // namespace roundhouse
