// restart: a fresh process in place of the old one, or of none.
#include "sim/faults/verb.h"

namespace roundhouse {

Verb restart_verb() {
  return {.name = "restart",
          .meaning = "The process starts again, empty; one that still runs is killed first.",
          .target = TargetKind::node,
          .arguments = {},
          .lives = {NodeLife::down, NodeLife::up, NodeLife::paused, NodeLife::lost},
          .on_node = [](Work& work, NodeId node) {
            if (work.world.life(node) != NodeLife::down) work.world.kill(node);
            work.world.start(node);
          }};
}

}  // namespace roundhouse
