// The figures of a run at equal distances, as `sample` records, so that charts need no counting of their own. A reading of the fold: nothing
// is counted here.
//
//   deliveries          owed deliveries since the sample before
//   errors              requests answered with an HTTP status from 400 on, since the sample before; by the proxy where there is one
//   errors.STATUS       of these with that status; from the first one on
//   latency_ns.p50      from send to delivery, of the deliveries since the sample before; p95 and p99 as well; left out where there were none
//   sessions.INSTANCE   Engine.IO sessions that are open there now; from the first one on
//   in_flight           sends and owed deliveries on their way now
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <roundhouse/instant.h>
#include <roundhouse/state.h>
#include <roundhouse/trace.h>
#include "sim/trace/latency_histogram.h"

namespace roundhouse {

inline constexpr Duration sample_every = std::chrono::milliseconds(100);

class Sampler {
 public:
  /// `by` is the entity that writes. Without a proxy of ours the instances' own answers are the errors.
  Sampler(Trace& trace, EntityId by, bool has_proxy);

  /// One record for each figure; none where nothing was written to the trace since the sample before, at this same moment.
  void sample(Instant now);

 private:
  struct Errors {
    std::uint16_t status = 0;
    std::uint64_t before = 0;
    TextId name;
  };

  void write(Instant now, TextId name, std::uint64_t number);
  void sample_errors(Instant now);
  Errors& errors_of(std::uint16_t status);
  std::uint64_t count_of(std::uint16_t status) const;
  void sample_latency(Instant now);
  void sample_sessions(Instant now);

  Trace& trace_;
  EntityId by_;
  bool has_proxy_;
  TextId deliveries_name_;
  TextId errors_name_;
  TextId in_flight_name_;
  TextId p50_name_;
  TextId p95_name_;
  TextId p99_name_;
  std::vector<TextId> session_names_;  // by place among the state's instances
  std::vector<Errors> errors_;
  Instant last_at_ = Instant::never();
  std::uint64_t records_before_ = 0;
  std::uint64_t deliveries_before_ = 0;
  LatencyHistogram spans_before_;
};

}  // namespace roundhouse
