// The books of a run: every message sent, and every delivery owed, must be accounted for. A part of the simulator that drops something in
// silence unbalances them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <roundhouse/state.h>
#include <roundhouse/trace.h>

namespace roundhouse {

/// Further findings are only counted, in one last sentence.
inline constexpr std::size_t findings_max = 20;

/// The sums: sends = accepts + lost_before_accept + held_sends, and owed = delivered + lost + held_deliveries, or a finding says what is
/// missing. `accepts` are those of our clients' messages.
struct Books {
  bool balanced = false;
  std::vector<std::string> findings;  ///< in words, with names and message ids; empty where the books balance

  std::uint64_t sends = 0;
  std::uint64_t accepts = 0;
  std::uint64_t lost_before_accept = 0;
  std::uint64_t held_sends = 0;
  std::uint64_t missing_sends = 0;

  std::uint64_t owed = 0;
  std::uint64_t delivered = 0;
  std::uint64_t lost = 0;
  std::uint64_t held_deliveries = 0;
  std::uint64_t missing_deliveries = 0;
};

/// For a run that has ended: each party has written its `held` records.
Books books(const Trace& trace);

}  // namespace roundhouse
