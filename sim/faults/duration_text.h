// Spans of time as people write them: `250ms`, `5s`, `1.5m`. Used by scenarios, by steps and by their records.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <roundhouse/instant.h>

namespace roundhouse {

/// The longest span that a scenario may ask for. A longer one is a slip of the unit.
inline constexpr Duration duration_max = std::chrono::hours(24 * 30);

/// Reads a number and a unit: `ns`, `us`, `ms`, `s`, `m`, `h`. A fraction is exact to the nanosecond, without floating point.
/// Empty where the text is no such span, is negative, or is longer than duration_max.
std::optional<Duration> parse_duration(std::string_view text);

/// The shortest exact text: whole numbers of the largest unit that divides the span. `parse_duration` gives the span back.
std::string duration_text(Duration span);

}  // namespace roundhouse
