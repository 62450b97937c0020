// The run in equal spans: what charts and the timeline's histogram are made of. A span is closed when time has passed it, and never
// looked at again.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "gui/models/message_facts.h"
#include "gui/models/moment.h"
#include "gui/models/run_model.h"
#include "gui/models/span_histogram.h"

namespace roundhouse::view {

class Columns {
 public:
  /// Counts are kept for each such span.
  static constexpr Duration count_span = std::chrono::milliseconds(10);
  /// Latencies and sessions are noted at the end of each such span.
  static constexpr Duration curve_span = std::chrono::milliseconds(50);
  /// What a recording says to be later than this is in no chart; a file may say any number.
  static constexpr Duration span_max = std::chrono::hours(48);
  /// A point of a rate or of a latency speaks of so much time before it.
  static constexpr Duration window = std::chrono::milliseconds(500);

  void take(const Record& record, const Moment& moment, const MessageBook& messages);

  Histogram histogram(std::size_t columns, Instant end) const;
  std::vector<Series> series(const std::string& chart, std::size_t max, Instant until,
                             std::size_t letters) const;

 private:
  struct Count {
    std::uint32_t deliveries = 0;
    std::uint32_t rejected = 0;
    std::uint32_t lost = 0;
  };
  struct Curve {
    float p50_ms = 0;
    float p95_ms = 0;
    float p99_ms = 0;
    bool any = false;  // something was delivered in the window
  };
  static constexpr std::size_t window_curves = static_cast<std::size_t>(window / curve_span);

  Count& count_at(Instant at);
  void close_curves(Instant now, const Moment& moment);
  Series rate(const std::string& name, std::uint32_t Count::*figure, std::size_t max, Instant until) const;

  std::vector<Count> counts_;                         // by at / count_span
  std::vector<Curve> curves_;                         // by at / curve_span
  std::vector<std::vector<std::uint32_t>> sessions_;  // by letter, then as curves_
  std::array<SpanHistogram, window_curves>
      recent_;  // latencies of the open curve and those before it, in turn
};

}  // namespace roundhouse::view
