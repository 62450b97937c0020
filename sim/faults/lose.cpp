// lose: a host is gone, as by a pulled cable.
#include "sim/faults/verb.h"

namespace roundhouse {

Verb lose_verb() {
  return {.name = "lose",
          .meaning = "The host is gone: silence. Peers notice by their own timeouts only.",
          .target = TargetKind::node,
          .arguments = {},
          .lives = {NodeLife::up, NodeLife::paused},
          .on_node = [](Work& work, NodeId node) { work.world.lose(node); }};
}

}  // namespace roundhouse
