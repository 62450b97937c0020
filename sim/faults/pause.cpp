// pause: a process freezes.
#include "sim/faults/verb.h"

namespace roundhouse {

Verb pause_verb() {
  return {.name = "pause",
          .meaning =
              "The process freezes, as by SIGSTOP: connects still succeed, nothing is read, timers run late.",
          .target = TargetKind::node,
          .arguments = {},
          .lives = {NodeLife::up},
          .on_node = [](Work& work, NodeId node) { work.world.pause(node); }};
}

}  // namespace roundhouse
