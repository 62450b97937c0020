// Counts of spans of time in steps of a few percent: medians and quantiles without keeping the spans.
#pragma once

#include <array>
#include <bit>
#include <cstdint>

#include <roundhouse/instant.h>

namespace roundhouse::view {

class SpanHistogram {
 public:
  void add(Duration span) {
    ++counts_[index(span)];
    ++count_;
  }
  void add(const SpanHistogram& other) {
    for (std::size_t i = 0; i < counts_.size(); ++i) counts_[i] += other.counts_[i];
    count_ += other.count_;
  }
  void clear() { *this = {}; }
  std::uint64_t count() const { return count_; }

  /// The span below which so many thousandths lie, within 3 %. Zero where nothing was counted.
  Duration quantile(std::uint64_t thousandths) const {
    if (count_ == 0) return {};
    const std::uint64_t wanted = (count_ * thousandths + 999) / 1000;
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < counts_.size(); ++i) {
      seen += counts_[i];
      if (seen >= wanted && counts_[i] > 0) return middle(i);
    }
    return {};
  }

 private:
  static constexpr unsigned steps = 4;  // 16 steps an octave
  static constexpr unsigned octaves = 40;

  static std::size_t index(Duration span) {
    const auto ns = static_cast<std::uint64_t>(span.count() > 0 ? span.count() : 0);
    if (ns < (1u << steps)) return static_cast<std::size_t>(ns);
    const auto octave = static_cast<unsigned>(std::bit_width(ns)) - steps - 1;
    if (octave >= octaves) return (octaves + 1) * (1u << steps) - 1;
    return (octave + 1) * (1u << steps) + static_cast<std::size_t>((ns >> octave) & ((1u << steps) - 1));
  }
  static Duration middle(std::size_t place) {
    if (place < (1u << steps)) return Duration(place);
    const std::uint64_t octave = place / (1u << steps) - 1;
    const std::uint64_t low = ((1u << steps) + place % (1u << steps)) << octave;
    return Duration(static_cast<std::int64_t>(low + ((std::uint64_t{1} << octave) >> 1)));
  }

  std::array<std::uint32_t, (octaves + 1) * (1u << steps)> counts_{};
  std::uint64_t count_ = 0;
};

}  // namespace roundhouse::view
