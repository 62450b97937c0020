// continue: a paused process goes on.
#include "sim/faults/verb.h"

namespace roundhouse {

Verb continue_verb() {
  return {.name = "continue",
          .meaning = "A paused process goes on.",
          .target = TargetKind::node,
          .arguments = {},
          .lives = {NodeLife::paused},
          .on_node = [](Work& work, NodeId node) { work.world.go_on(node); }};
}

}  // namespace roundhouse
