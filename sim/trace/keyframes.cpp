// See keyframes.h.
#include "sim/trace/keyframes.h"

#include <algorithm>

#include <roundhouse/recording.h>

namespace roundhouse {

namespace {

// To fold so many takes less time than to look for a keyframe that would save it.
constexpr std::size_t tail_records_min = 1000;

}  // namespace

Keyframes::Keyframes() {
  add(State(), 0);
}

void Keyframes::add(const State& state, std::size_t count) {
  all_.push_back({.count = count, .bytes = state.bytes(), .state = state});
  const std::size_t outgrown = all_.back().bytes / sizeof(Record);
  next_ = count + std::clamp(outgrown, tail_records_min, keyframe_records_max);
}

const Keyframe& Keyframes::nearest(std::size_t count) const {
  const auto after =
      std::upper_bound(all_.begin(), all_.end(), count,
                       [](std::size_t wanted, const Keyframe& frame) { return wanted < frame.count; });
  return *(after - 1);
}

}  // namespace roundhouse
