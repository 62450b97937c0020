// What a run tells beside its traffic: its figures at equal distances, and sentences. Both are read off the run and change nothing else in it.
#pragma once

#include <roundhouse/instant.h>
#include <roundhouse/world.h>
#include "sim/cluster/narrator.h"
#include "sim/cluster/sampler.h"

namespace roundhouse {

class Telling {
 public:
  /// Begins. `by` is the entity that writes. The world calls back for as long as it runs, so this outlives it.
  Telling(World& world, EntityId by, bool has_proxy);
  Telling(const Telling&) = delete;
  Telling& operator=(const Telling&) = delete;

  /// The run ends: samples what came since the last time.
  void finish() { sampler_.sample(world_.now()); }

 private:
  void sample_at(Instant when);

  World& world_;
  Sampler sampler_;
  Narrator narrator_;
};

}  // namespace roundhouse
