// All flights of a run, found again by the moment: 5,000 that are in the air among a million cost some tens of microseconds.
//
// They lie in the order of their arrivals, as hops are written. Those in the air at t are among the ones that arrive after t, and blocks
// whose earliest departure is later than t are passed over as a whole, blocks of blocks likewise.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

#include "gui/models/scene.h"

namespace roundhouse::view {

class FlightIndex {
 public:
  /// `arrives` is not before that of the flight added last; an earlier one is moved there. Returns its place.
  std::size_t add(const SceneFlight& flight);
  /// One whose arrival is still to come; it is added by reach().
  void expect(const SceneFlight& flight);
  /// Time has come so far: what was expected until then has arrived.
  void reach(Instant now);
  /// For a flight that turned out to belong to another instance.
  void recolour(std::size_t place, Letter colour) { flights_[place].colour = colour; }

  std::size_t size() const { return flights_.size(); }
  const SceneFlight& operator[](std::size_t place) const { return flights_[place]; }

  /// The place of the first that arrives later than t; size() where none does.
  std::size_t first_arriving_after(Instant t) const;

  /// Calls take(flight) for each with departed <= t < arrives, in the order of arrivals.
  template <class Take>
  void in_air(Instant t, Take take) const {
    visit(levels - 1, first_arriving_after(t), t, take);
    for (const SceneFlight& flight : expected_) {
      if (flight.departed <= t && t < flight.arrives) take(flight);
    }
  }
  /// Those that were lost after `after` and at `until` or before, in that order.
  template <class Take>
  void lost_between(Instant after, Instant until, Take take) const {
    for (std::size_t i = first_lost_after(after); i < losses_.size(); ++i) {
      const SceneFlight& flight = flights_[losses_[i]];
      if (flight.arrives > until) break;
      take(flight);
    }
  }

 private:
  static constexpr unsigned shift = 6;  // 64 flights a block, 64 blocks a block of blocks
  static constexpr std::size_t levels = 4;

  std::size_t first_lost_after(Instant t) const;

  /// Blocks of the level that may hold flights from place `first` on. The last level is walked as a whole: a block of it is 16 M flights.
  template <class Take>
  void visit(std::size_t level, std::size_t first, Instant t, Take& take) const {
    visit_blocks(level, first >> (shift * (level + 1)), earliest_[level].size(), first, t, take);
  }
  template <class Take>
  void visit_blocks(std::size_t level, std::size_t from, std::size_t to, std::size_t first, Instant t,
                    Take& take) const {
    for (std::size_t block = from; block < to && block < earliest_[level].size(); ++block) {
      if (earliest_[level][block] > t) continue;
      if (level > 0) {
        const std::size_t below = std::max(block << shift, first >> (shift * level));
        visit_blocks(level - 1, below, (block + 1) << shift, first, t, take);
        continue;
      }
      const std::size_t end = std::min((block + 1) << shift, flights_.size());
      for (std::size_t i = std::max(block << shift, first); i < end; ++i) {
        if (flights_[i].departed <= t) take(flights_[i]);
      }
    }
  }

  std::deque<SceneFlight> flights_;                    // grows without moving what is there
  std::array<std::vector<Instant>, levels> earliest_;  // departure in each block, by level
  std::vector<std::size_t> losses_;
  std::vector<SceneFlight> expected_;  // a heap, the earliest arrival first
};

}  // namespace roundhouse::view
