// Points and spans of simulated time. Not a clock: nothing here knows what time it is.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>

namespace roundhouse {

/// A span of time. Unit: nanoseconds; literals such as `5s` and `250ms` work.
using Duration = std::chrono::nanoseconds;

/// A point in time: nanoseconds since the start of the run. Range: 0 to about 292 years.
struct Instant {
  std::int64_t ns = 0;

  friend constexpr auto operator<=>(const Instant&, const Instant&) = default;
  friend constexpr Instant operator+(Instant at, Duration span) { return {at.ns + span.count()}; }
  friend constexpr Instant operator-(Instant at, Duration span) { return {at.ns - span.count()}; }
  friend constexpr Duration operator-(Instant later, Instant earlier) {
    return Duration{later.ns - earlier.ns};
  }
  /// Later than every instant of a run.
  static constexpr Instant never() { return {INT64_MAX}; }
};

}  // namespace roundhouse
