// See latency_histogram.h.
#include "sim/trace/latency_histogram.h"

#include <algorithm>
#include <bit>

#include "core/base/assertion.h"

namespace roundhouse {

namespace {

constexpr unsigned sub_bits = 6;
constexpr std::uint64_t sub_buckets = 1u << sub_bits;

// Spans below 64 ns have a bucket each; above, the highest seven bits choose: one is always set, six count.
std::size_t bucket_of(std::uint64_t ns) {
  if (ns < sub_buckets) return ns;
  const auto shift = static_cast<unsigned>(std::bit_width(ns)) - sub_bits - 1;
  return (static_cast<std::size_t>(shift) + 1) * sub_buckets + (ns >> shift) - sub_buckets;
}

std::uint64_t middle_of(std::size_t bucket) {
  if (bucket < sub_buckets) return bucket;
  const std::size_t shift = bucket / sub_buckets - 1;
  const std::uint64_t low = (bucket % sub_buckets + sub_buckets) << shift;
  return low + ((std::uint64_t{1} << shift) >> 1);
}

}  // namespace

void LatencyHistogram::add(Duration span) {
  const std::uint64_t ns = span.count() < 0 ? 0 : static_cast<std::uint64_t>(span.count());
  const std::size_t bucket = bucket_of(ns);
  if (bucket >= buckets_.size()) buckets_.resize(bucket + 1);
  ++buckets_[bucket];
  ++count_;
  max_ = std::max(max_, ns);
}

Duration LatencyHistogram::quantile(std::uint32_t thousandths) const {
  ROUNDHOUSE_ASSERT(thousandths <= 1000);
  if (count_ == 0) return {};
  const std::uint64_t rank =
      std::max<std::uint64_t>(1, count_ / 1000 * thousandths + (count_ % 1000 * thousandths + 999) / 1000);
  std::uint64_t passed = 0;
  for (std::size_t bucket = 0; bucket < buckets_.size(); ++bucket) {
    passed += buckets_[bucket];
    if (passed >= rank) return Duration{static_cast<std::int64_t>(std::min(middle_of(bucket), max_))};
  }
  return max();
}

LatencyHistogram LatencyHistogram::since(const LatencyHistogram& before) const {
  ROUNDHOUSE_ASSERT(before.buckets_.size() <= buckets_.size());
  LatencyHistogram difference;
  difference.buckets_ = buckets_;
  difference.count_ = count_ - before.count_;
  for (std::size_t bucket = 0; bucket < buckets_.size(); ++bucket) {
    if (bucket < before.buckets_.size()) difference.buckets_[bucket] -= before.buckets_[bucket];
    if (difference.buckets_[bucket] != 0) difference.max_ = std::min(middle_of(bucket), max_);
  }
  return difference;
}

}  // namespace roundhouse
