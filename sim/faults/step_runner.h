// Carries out a step on a world, and records that it was done or why it was skipped.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <utility>

#include <roundhouse/result.h>
#include <roundhouse/step.h>
#include <roundhouse/world.h>

namespace roundhouse {

/// What steps of one run share. One for each run; it outlives the last step.
struct StepContext {
  /// Who writes the `step` records: the run's entity. Zero is allowed.
  EntityId by;
  /// Carries out join, leave, send and disconnect for a client that is up; the step's arguments say the rest.
  /// Unset: such steps are skipped.
  std::function<void(NodeId client, const Step& step)> client_verb = {};
  /// Reads the proxy's configuration as a step `policy` or `servers` changes it, and gives the work that puts it in force; or says what is
  /// wrong with it. Unset: such steps are skipped.
  std::function<Result<std::function<void()>>(NodeId proxy, const Step& step)> reload = {};
  /// Links as they were before the first `cut` or `slow`; `heal` puts them back.
  std::map<std::pair<NodeId, NodeId>, LinkSettings> healthy = {};
};

struct StepOutcome {
  bool applied = false;
  std::string why;  ///< why it was skipped; empty when applied
};

/// Does what the step says, now. The step's own time is the caller's business.
///
/// Writes one `step` record, before any record of the effect: subject = verb, text = target, how = 1 applied or 2 skipped, extra = TextId
/// of the reason, value = TextId of the arguments as `key=value key=value`.
/// A group (`apps`, `clients`) is applied when at least one of its nodes takes it.
/// Errors: none. A verb, target or argument that makes no sense in this world is a skipped step; a scenario file is checked
/// when it is read.
StepOutcome run_step(World& world, const Step& step, StepContext& context);

/// `latency=40ms rate=1000`: arguments in the order of their names.
std::string arguments_text(const Step& step);

}  // namespace roundhouse
