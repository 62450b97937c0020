// The buckets of latencies.
#include <catch2/catch.hpp>

#include "sim/trace/latency_histogram.h"

namespace roundhouse {

TEST_CASE("an empty histogram answers nothing with zero", "[trace]") {
  const LatencyHistogram empty;
  CHECK(empty.count() == 0);
  CHECK(empty.quantile(500).count() == 0);
  CHECK(empty.max().count() == 0);
}

TEST_CASE("spans below 128 ns are exact", "[trace]") {
  for (int ns = 0; ns < 128; ++ns) {
    LatencyHistogram histogram;
    histogram.add(Duration(ns));
    CHECK(histogram.quantile(500).count() == ns);
    CHECK(histogram.max().count() == ns);
  }
}

TEST_CASE("any span comes back within one percent, and the largest exactly", "[trace]") {
  for (std::int64_t ns = 100; ns < INT64_MAX / 3; ns = ns * 2 + ns / 7) {
    LatencyHistogram histogram;
    histogram.add(Duration(ns));
    histogram.add(Duration(ns * 2));
    const auto p50 = histogram.quantile(500).count();
    CHECK(p50 > ns - ns / 100);
    CHECK(p50 < ns + ns / 100);
    CHECK(histogram.max().count() == ns * 2);
  }
}

TEST_CASE("quantiles are by rank", "[trace]") {
  LatencyHistogram histogram;
  for (int i = 1; i <= 100; ++i) histogram.add(Duration(i));
  CHECK(histogram.quantile(0).count() == 1);
  CHECK(histogram.quantile(500).count() == 50);
  CHECK(histogram.quantile(950).count() == 95);
  CHECK(histogram.quantile(990).count() == 99);
  CHECK(histogram.quantile(1000).count() == 100);
}

TEST_CASE("a larger span never falls into a smaller bucket", "[trace]") {
  std::int64_t last = 0;
  for (std::int64_t ns = 0; ns < 70'000; ++ns) {
    LatencyHistogram histogram;
    histogram.add(Duration(ns));
    histogram.add(Duration(1'000'000'000));
    const auto middle = histogram.quantile(500).count();
    REQUIRE(middle >= last);
    last = middle;
  }
}

TEST_CASE("a negative span counts as none", "[trace]") {
  LatencyHistogram histogram;
  histogram.add(Duration(-5));
  CHECK(histogram.quantile(1000).count() == 0);
  CHECK(histogram.count() == 1);
}

}  // namespace roundhouse
