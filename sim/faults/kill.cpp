// kill: a process ends, its kernel lives on.
#include "sim/faults/verb.h"

namespace roundhouse {

Verb kill_verb() {
  return {.name = "kill",
          .meaning =
              "The process ends at once, as by SIGKILL. The kernel ends its connections; later connects are "
              "refused.",
          .target = TargetKind::node,
          .arguments = {},
          .lives = {NodeLife::up, NodeLife::paused},
          .on_node = [](Work& work, NodeId node) { work.world.kill(node); }};
}

}  // namespace roundhouse
