// Spans of time in buckets that grow with the span, as in HdrHistogram: integers only, so equal on every machine.
#pragma once

#include <cstdint>
#include <vector>

#include <roundhouse/instant.h>

namespace roundhouse {

/// Memory follows the largest span: 64 buckets for each doubling.
class LatencyHistogram {
 public:
  /// A negative span counts as none.
  void add(Duration span);
  std::uint64_t count() const { return count_; }
  Duration max() const { return Duration{static_cast<std::int64_t>(max_)}; }
  /// The span that so many thousandths of all are not longer than: the middle of its bucket, at most 0.8 % off. 0 where there is none.
  /// Range: 0 to 1000.
  Duration quantile(std::uint32_t thousandths) const;
  /// What has been added since `before`, an earlier copy of this histogram. Its max() is the middle of the highest bucket that grew.
  LatencyHistogram since(const LatencyHistogram& before) const;
  std::size_t bytes() const { return buckets_.size() * sizeof(buckets_[0]); }

  friend bool operator==(const LatencyHistogram&, const LatencyHistogram&) = default;

 private:
  std::vector<std::uint64_t> buckets_;
  std::uint64_t count_ = 0;
  std::uint64_t max_ = 0;
};

}  // namespace roundhouse
