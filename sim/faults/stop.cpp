// stop: a process is asked to end.
#include "sim/faults/verb.h"

namespace roundhouse {

Verb stop_verb() {
  return {.name = "stop",
          .meaning = "The process is asked to end, as by SIGTERM: it says goodbye first.",
          .target = TargetKind::node,
          .arguments = {},
          .lives = {NodeLife::up},
          .on_node = [](Work& work, NodeId node) { work.world.stop(node); }};
}

}  // namespace roundhouse
