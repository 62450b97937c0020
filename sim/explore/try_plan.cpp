// One run of a plan, judged. An assertion of the simulator that does not hold is a verdict as well, so that it is shrunk and replayed like
// any other failure.
#include <algorithm>

#include <roundhouse/explore.h>

namespace roundhouse {
namespace {

bool wants(const std::vector<std::string>& properties, std::string_view property) {
  return properties.empty() || std::find(properties.begin(), properties.end(), property) != properties.end();
}

const Verdict* broken_invariant(const Summary& summary) {
  for (const Verdict& verdict : summary.verdicts) {
    if (verdict.property == invariant_property && verdict.outcome == Outcome::fail) return &verdict;
  }
  return nullptr;
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
  kept.samples = false;  // most of a quiet run's records, and no checker reads them
  auto cluster = Cluster::build(plan, kept);
  if (!cluster) return cluster.error();
  Trial trial{std::move(*cluster), {}, {}};
  trial.summary = trial.cluster->run();
  if (const Verdict* broken = broken_invariant(trial.summary)) {
    trial.verdicts.push_back(*broken);
    return trial;
  }
  const History history(trial.cluster->trace());
  for (const Checker& checker : checkers()) {
    if (wants(properties, checker.property)) trial.verdicts.push_back(checker.check(history));
  }
  if (!properties.empty() && wants(properties, invariant_property))
    trial.verdicts.push_back({invariant_property, invariant_name, Outcome::pass, "each of them held", {}});
  return trial;
}

}  // namespace roundhouse
