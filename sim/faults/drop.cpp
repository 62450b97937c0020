// drop: a client is gone, as when a tab crashes.
#include "sim/faults/verb.h"

namespace roundhouse {

Verb drop_verb() {
  return {
      .name = "drop",
      .meaning = "A client is gone without a word: its process is killed. It does not come back by itself.",
      .target = TargetKind::client,
      .arguments = {},
      .lives = {NodeLife::up, NodeLife::paused},
      .on_node = [](Work& work, NodeId node) { work.world.kill(node); }};
}

}  // namespace roundhouse
