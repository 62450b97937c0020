// Makes the scene of a moment from the fold at that moment and the chronicle. What has not changed since the last one is left as it is.
#pragma once

#include <vector>

#include "gui/models/chronicle.h"
#include "gui/models/scene.h"

namespace roundhouse::view {

/// Decisions that the proxy's card shows.
inline constexpr std::size_t decisions_shown = 8;
/// Spans in which a channel's publishes of the last second are counted.
inline constexpr std::size_t publish_spans = 20;
/// How long a loss stays visible on the screen.
inline constexpr Duration loss_shown = std::chrono::milliseconds(800);

class SceneMaker {
 public:
  /// `folded`: how many records the state holds. `screen_second`: what one second of the screen is at default speed.
  void make(Scene& scene, Instant at, const State& state, std::size_t folded, const Recording& recording,
            const Chronicle& chronicle, Duration screen_second);
  /// The client's row in the last scene made; the number of rows where it has none.
  std::size_t row_of(EntityId client, const Scene& scene) const;

 private:
  void make_people(Scene& scene, Instant at, const State& state, const Recording& recording,
                   const Chronicle& chronicle);
  void make_client(SceneClient& client, Instant at, const State& state, const Recording& recording,
                   const Chronicle& chronicle);
  void count_room(Letter home, TextId room, const Chronicle& chronicle);
  void make_instances(Scene& scene, Instant at, const State& state, const Recording& recording,
                      const Chronicle& chronicle) const;
  void make_channels(Scene& scene, Instant at, const Recording& recording, const Chronicle& chronicle) const;

  std::size_t folded_ = 0;
  std::uint32_t seating_ = UINT32_MAX;
  bool made_ = false;
  std::vector<std::size_t> rows_;                         // by client entity
  std::vector<std::vector<std::uint32_t>> room_members_;  // by letter, then by channel
};

}  // namespace roundhouse::view
