// Which of a scene's flights are drawn. At most so many signs, chosen by message and not by flight, so that a message that is drawn is
// drawn on every hop and can be followed.
#pragma once

#include <cstdint>
#include <vector>

#include "gui/models/scene.h"

namespace roundhouse::view {

inline constexpr std::size_t signs_max = 420;
inline constexpr std::size_t signs_a_side_max = 220;
/// Rejected, lost and join signs are drawn whatever k is, up to so many.
inline constexpr std::size_t exempt_signs_max = 120;
/// k falls only after so long, in seconds of the screen, below a third of the cap.
inline constexpr double k_falls_after_seconds = 2;

class SignChoice {
 public:
  explicit SignChoice(std::size_t cap = signs_max) : cap_(cap) {}

  /// Exempt signs past the limit: one X with a count for each link.
  struct Heap {
    EntityId from;
    EntityId to;
    std::uint32_t count = 0;
  };

  /// Chooses among the scene's flights; `selected` is a client all of whose messages are drawn. `screen_seconds` never stands still while
  /// a run plays; a step backwards begins anew.
  void choose(const Scene& scene, EntityId selected, double screen_seconds);

  /// The next scene chooses its k anew.
  void forget();

  const std::vector<std::uint32_t>& drawn() const { return drawn_; }
  const std::vector<Heap>& heaps() const { return heaps_; }
  int k() const { return k_; }
  std::size_t cap() const { return cap_; }

 private:
  std::size_t count_at(int k) const;
  void settle_k(double screen_seconds);

  std::size_t cap_;
  int k_ = 1;
  double seen_at_ = -1;
  double low_since_ = -1;
  std::vector<std::uint32_t> candidates_;
  std::vector<std::uint64_t> hashes_;
  std::vector<std::uint32_t> drawn_;
  std::vector<Heap> heaps_;
};

}  // namespace roundhouse::view
