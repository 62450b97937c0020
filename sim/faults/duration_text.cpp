#include "sim/faults/duration_text.h"

#include <cstdint>

namespace roundhouse {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t ns;
};

// Largest first: duration_text takes the first that divides.
constexpr Unit units[] = {{"h", 3'600'000'000'000}, {"m", 60'000'000'000}, {"s", 1'000'000'000},
                          {"ms", 1'000'000},        {"us", 1'000},         {"ns", 1}};

std::int64_t unit_named(std::string_view name) {
  for (const Unit& unit : units) {
    if (unit.name == name) return unit.ns;
  }
  return 0;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

}  // namespace

std::optional<Duration> parse_duration(std::string_view text) {
  std::size_t i = 0;
  std::int64_t whole = 0;
  const std::size_t first = i;
  for (; i < text.size() && is_digit(text[i]); ++i) {
    whole = whole * 10 + (text[i] - '0');
    if (whole > duration_max.count()) return std::nullopt;  // more than the limit even in nanoseconds
  }
  if (i == first) return std::nullopt;
  std::string_view fraction;
  if (i < text.size() && text[i] == '.') {
    const std::size_t start = ++i;
    while (i < text.size() && is_digit(text[i])) ++i;
    fraction = text.substr(start, i - start);
    if (fraction.empty()) return std::nullopt;
  }
  const std::int64_t unit = unit_named(text.substr(i));
  if (unit == 0 || whole > duration_max.count() / unit) return std::nullopt;
  std::int64_t ns = whole * unit;
  std::int64_t place = unit;
  for (const char c : fraction) {
    // Digits below a nanosecond are refused, not rounded: `1.5ns` means a slip.
    if (place % 10 != 0) {
      if (c != '0') return std::nullopt;
      continue;
    }
    place /= 10;
    ns += (c - '0') * place;
  }
  if (ns > duration_max.count()) return std::nullopt;
  return Duration{ns};
}

std::string duration_text(Duration span) {
  if (span.count() == 0) return "0s";
  const Unit* unit = units;
  while (span.count() % unit->ns != 0) ++unit;  // ends at `ns`, which divides everything
  return std::to_string(span.count() / unit->ns) + std::string(unit->name);
}

}  // namespace roundhouse
