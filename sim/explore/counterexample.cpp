// A counterexample for people: what is broken, the plan that breaks it, what happened, and how to see it again.
#include <fmt/format.h>

#include <roundhouse/explore.h>

namespace roundhouse {

std::string counterexample_text(const Counterexample& found, const std::string& file,
                                const ClusterOptions& options) {
  std::string text = fmt::format("{} {} is broken: {}\n\n{}\n", found.verdict.property, found.verdict.name,
                                 found.verdict.words, plan_words(found.plan));
  if (const auto trial = try_plan(found.plan, {found.verdict.property}, options)) {
    const Verdict* failed = trial->failed({found.verdict.property});
    if (failed != nullptr && !failed->witness.empty())
      text += diagram(trial->cluster->trace(), *failed) + "\n";
  }
  return text +
         fmt::format("shrunk in {} runs; to see it again:\n  roundhouse replay {}\n", found.trials, file);
}

}  // namespace roundhouse
