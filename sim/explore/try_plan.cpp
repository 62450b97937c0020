// One run of a plan, judged. An assertion of the simulator that does not hold is a verdict as well, so that it is shrunk and replayed like
// any other failure.
#include <algorithm>

#include <roundhouse/explore.h>

namespace roundhouse {
namespace {

bool wants(const std::vector<std::string>& properties, std::string_view property) {
  return properties.empty() || std::find(properties.begin(), properties.end(), property) != properties.end();
}

Verdict broken_invariant(const Cluster& cluster, Instant at, const std::string& what) {
  std::string words = what + " (seed " + std::to_string(cluster.scenario().seed) + ", after " +
                      std::to_string(at.ns / 1'000'000) + " ms)";
  return {invariant_property, "the simulator's own assertions", Outcome::fail, std::move(words), {}};
}

}  // namespace

const Verdict* Trial::failed(const std::vector<std::string>& properties) const {
  for (const Verdict& verdict : verdicts) {
    if (verdict.outcome == Outcome::fail && wants(properties, verdict.property)) return &verdict;
  }
  return nullptr;
}

Result<Trial> try_plan(const Scenario& plan, const std::vector<std::string>& properties,
                       const ClusterOptions& options) {
  ClusterOptions kept = options;
  kept.world = WorldKind::virtual_time;
  kept.keep_records = true;
  auto cluster = Cluster::build(plan, kept);
  if (!cluster) return cluster.error();
  Trial trial{std::move(*cluster), {}, {}};
  try {
    trial.summary = trial.cluster->run();
  } catch (const InvariantBroken& broken) {
    trial.verdicts.push_back(broken_invariant(*trial.cluster, trial.cluster->world().now(), broken.what()));
    return trial;
  }
  const History history(trial.cluster->trace());
  for (const Checker& checker : checkers()) {
    if (wants(properties, checker.property)) trial.verdicts.push_back(checker.check(history));
  }
  return trial;
}

}  // namespace roundhouse
