// Copies of the fold, so that the state at any moment of a long recording is found without folding from its start.
#pragma once

#include <cstddef>
#include <vector>

#include <roundhouse/state.h>

namespace roundhouse {

/// The fold over the first `count` records.
struct Keyframe {
  std::size_t count = 0;
  std::size_t bytes = 0;
  State state;
};

class Keyframes {
 public:
  Keyframes();

  /// Call after each record: keeps a copy where the tail since the last one has outgrown it, and at the latest after
  /// `keyframe_records_max` records (roundhouse/recording.h).
  void consider(const State& state, std::size_t count) {
    if (count >= next_) add(state, count);
  }
  /// The last one over at most `count` records; the first is the empty fold.
  const Keyframe& nearest(std::size_t count) const;
  const std::vector<Keyframe>& all() const { return all_; }

 private:
  void add(const State& state, std::size_t count);

  std::vector<Keyframe> all_;
  std::size_t next_ = 0;
};

}  // namespace roundhouse
