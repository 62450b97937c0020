// What passes over each link, as rates: how a scene is shown when single messages are too fast to be followed.
#pragma once

#include <unordered_map>
#include <vector>

#include "gui/models/flight_index.h"

namespace roundhouse::view {

/// One direction of a link, and what arrived over it within the window.
struct FlowWay {
  EntityId from;
  EntityId to;
  std::uint32_t count = 0;     ///< all but those rejected or lost
  std::uint32_t rejected = 0;  ///< rejected or lost
  std::vector<std::uint32_t> by_colour =
      {};  ///< of `count`, by the letter where the message entered; the first is no_letter
  friend bool operator==(const FlowWay&, const FlowWay&) = default;
};

struct Flow {
  Duration window{};               ///< the last so much of the run; never zero once measured
  std::vector<FlowWay> ways = {};  ///< by from, then to; those without any are left out
  std::uint64_t count = 0;
  std::uint64_t rejected = 0;
  double per_second(std::uint64_t messages) const {
    return static_cast<double>(messages) * 1e9 / static_cast<double>(window.count());
  }
  friend bool operator==(const Flow&, const Flow&) = default;
};

/// The arrivals after `at - window` and at `at` or before. At the beginning of a run the window is what there is of it.
Flow flow_at(const FlightIndex& flights, Instant at, Duration window);

}  // namespace roundhouse::view
