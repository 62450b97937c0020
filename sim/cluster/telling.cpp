#include "sim/cluster/telling.h"

namespace roundhouse {

Telling::Telling(World& world, EntityId by, bool has_proxy)
    : world_(world), sampler_(world.trace(), by, has_proxy), narrator_(world, by) {
  world.trace().add_sink(&narrator_);
  sample_at(Instant{} + sample_every);
}

void Telling::sample_at(Instant when) {
  world_.at(when, [this, when] {
    sampler_.sample(world_.now());
    Instant next = when + sample_every;
    while (next <= world_.now())
      next = next + sample_every;  // a machine that stood still makes up for nothing
    sample_at(next);
  });
}

}  // namespace roundhouse
