// reset: the connections of a link end with RST; new ones may be made at once.
#include "sim/faults/verb.h"

namespace roundhouse {

Verb reset_verb() {
  return {.name = "reset",
          .meaning =
              "Every connection between the two ends is reset; a connection has no direction, so `a->b` and "
              "`a-b` are the same.",
          .target = TargetKind::link,
          .arguments = {},
          .lives = {},
          .on_link = [](Work& work, NodeId from, NodeId to) { work.world.reset_connections(from, to); }};
}

}  // namespace roundhouse
