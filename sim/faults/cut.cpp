// cut: nothing passes a direction of a link until it is healed.
#include "sim/faults/verb.h"

namespace roundhouse {

Verb cut_verb() {
  return {.name = "cut",
          .meaning = "Nothing passes: TCP retransmits into silence until the link is healed or it gives up.",
          .target = TargetKind::link,
          .arguments = {},
          .lives = {},
          .on_link = [](Work& work, NodeId from, NodeId to) {
            LinkSettings settings = work.world.link(from, to);
            work.context.healthy.try_emplace({from, to}, settings);
            settings.cut = true;
            work.world.set_link(from, to, settings);
          }};
}

}  // namespace roundhouse
