// heal: a link is as it was before it was first cut or slowed.
#include "sim/faults/verb.h"

namespace roundhouse {

Verb heal_verb() {
  return {
      .name = "heal",
      .meaning = "The link is again as it was before the first cut or slow.",
      .target = TargetKind::link,
      .arguments = {},
      .lives = {},
      .on_link = [](Work& work, NodeId from, NodeId to) {
        LinkSettings settings = work.world.link(from, to);
        settings.cut = false;  // also a link that the scenario had cut from the start
        if (const auto before = work.context.healthy.find({from, to}); before != work.context.healthy.end()) {
          settings = before->second;
          settings.cut = false;
          work.context.healthy.erase(before);
        }
        work.world.set_link(from, to, settings);
      }};
}

}  // namespace roundhouse
