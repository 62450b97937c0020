// Looking for a run that breaks a property: plans are made at random, run, judged, and shrunk to what it takes.
//
// A plan is a scenario with steps. A step whose target is gone does nothing, so every part of a plan is a plan, and shrinking is deletion.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <roundhouse/checker.h>
#include <roundhouse/cluster.h>
#include <roundhouse/result.h>
#include <roundhouse/scenario.h>

namespace roundhouse {

/// A plan that has run on virtual time, with its records kept, and without samples.
struct Trial {
  std::unique_ptr<Cluster> cluster;
  Summary summary;
  std::vector<Verdict>
      verdicts;  ///< in the order of the checkers; `invariant` alone where the simulator itself broke

  /// The first of the properties that failed; null where none did.
  const Verdict* failed(const std::vector<std::string>& properties) const;
};

/// Runs the plan to its end and judges these properties; empty: all. `options` may wrap parties; its world is virtual time.
/// Errors: those of Cluster::build.
Result<Trial> try_plan(const Scenario& plan, const std::vector<std::string>& properties = {},
                       const ClusterOptions& options = {});

/// What a random plan may do to its scenario.
struct PlanOptions {
  std::uint32_t steps = 8;
  Duration begin{std::chrono::seconds(1)};  ///< of the time in which steps are taken
  Duration end{std::chrono::seconds(5)};
  bool kills = true;         ///< kill and restart an instance
  bool pauses = true;        ///< pause and continue an instance
  bool client_links = true;  ///< cut, slow and heal a client's link
  bool app_links = true;     ///< cut, slow and heal an instance's link to the proxy or the broker
  bool clients = true;       ///< drop and restart a client
  bool rooms = true;         ///< join, leave, send, in room-1 and room-2
  /// Then everything is healed, and the run goes on so long, that the network may settle.
  Duration calm{std::chrono::seconds(60)};
};
/// The scenario with `options.steps` random steps and the seed. Same scenario, options and seed: same plan.
Scenario random_plan(const Scenario& scenario, const PlanOptions& options, std::uint64_t seed);

/// How many steps of the run that break something (all but `heal`, `continue`, `policy`, `servers` and what users do) were applied. The trace has kept
/// its records. A property that held where nothing was hit proves nothing.
std::size_t fault_hits(const Trace& trace);

/// What a failing plan was shrunk to.
struct Counterexample {
  Scenario plan;  ///< expects the property to be broken, and nothing else
  Verdict verdict;
  std::size_t trials = 0;  ///< runs that it took to find it
};

/// A shrink that finds no end stops after so many runs with what it has.
inline constexpr std::size_t trials_max = 5'000;

/// Takes away steps, clients, instances, messages and time from a plan that breaks the property, as long as it still does. Nothing can be
/// taken away from the result, one by one, without losing the failure.
/// Errors: the plan does not build, or does not break the property.
Result<Counterexample> shrink(const Scenario& plan, const std::string& property,
                              const ClusterOptions& options = {});

/// A plan that was run again. `text` says what became of it, with plan and diagram where something is broken.
struct Replay {
  bool broken = false;  ///< a property that the plan expects to be broken, or an assertion of the simulator
  std::string text;
};
/// Errors: the plan does not build, or expects no property to be broken.
Result<Replay> replay(const Scenario& plan, const ClusterOptions& options = {});

/// The plan in plain words, a line for each thing that happens.
std::string plan_words(const Scenario& plan);
/// One column for each party, time downwards: the records that matter to the verdict's witness.
std::string diagram(const Trace& trace, const Verdict& verdict);
/// Verdict, plan, diagram, and the line that replays `file`.
std::string counterexample_text(const Counterexample& found, const std::string& file,
                                const ClusterOptions& options = {});

}  // namespace roundhouse
