// What a run came to, as a value: the figures that `run --json` prints and that expectations are judged by.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <roundhouse/checker.h>
#include <roundhouse/scenario.h>

namespace roundhouse {

class Recording;
class State;

/// One expectation beside what was seen.
struct Judged {
  Expectation expectation;
  double observed = 0;        ///< of a metric
  Verdict verdict;            ///< of a property
  std::uint64_t samples = 0;  ///< n behind a share; 0 where the figure is no share
  bool holds = false;
};

struct LatencyMs {
  double p50 = 0;
  double p95 = 0;
  double p99 = 0;
  double max = 0;
};

struct Summary {
  std::string scenario;
  std::uint64_t seed = 0;
  std::string world;     ///< `virtual` or `loopback`
  std::string ended_by;  ///< `finished`, `interrupted`, `broken off` where an assertion did not hold
  Duration ran{};        ///< time of the run, settling included
  std::uint64_t trace_hash = 0;
  std::uint64_t records = 0;

  std::uint64_t clients = 0;
  std::uint64_t connect_attempts = 0;  ///< a client began to connect
  std::uint64_t connected = 0;         ///< attempts whose CONNECT was answered
  std::uint64_t upgraded =
      0;  ///< attempts whose upgrade was completed; one that begins with WebSocket has none
  std::map<std::string, std::uint64_t> failures;
  std::map<std::string, std::uint64_t>
      error_answers;  ///< of the proxy, its own and the instances', by status: `400`
  std::uint64_t sends = 0;
  std::uint64_t accepts = 0;
  std::uint64_t deliveries_owed = 0;
  std::uint64_t deliveries = 0;  ///< of those owed
  std::uint64_t deliveries_unowed = 0;
  std::uint64_t duplicates = 0;
  std::map<std::string, std::uint64_t>
      lost;  ///< owed deliveries, and messages lost before they were accepted, by cause
  std::uint64_t lost_before_accept = 0;
  std::uint64_t in_flight = 0;
  LatencyMs latency_ms;                           ///< from the client's send to a delivery
  std::map<std::string, std::uint64_t> sessions;  ///< opened, by instance
  std::uint64_t clients_moved = 0;                ///< that connected again on another instance than before
  std::uint64_t clients_connected_at_end = 0;
  std::uint64_t clients_upgraded_at_end = 0;
  std::uint64_t room_members_at_end = 0;  ///< sockets in rooms other than their own, over all instances

  bool books_balance = true;
  std::vector<std::string> book_findings;
  std::vector<Verdict> verdicts;  ///< of the properties that the scenario expects to hold or to be broken
  std::vector<Judged> expectations;

  /// The figure of that name (sim/scenario/metrics.h lists them); empty where there is none.
  std::optional<double> figure(std::string_view metric) const;
  /// How many trials stand behind a share such as `connected_percent`; 0 for others.
  std::uint64_t samples(std::string_view metric) const;
  /// True where every expectation holds and the books balance. A run that was broken off holds only where that was expected.
  bool holds() const;
};

/// Fills `expectations` from the scenario's lines that apply to the summary's world.
void judge(Summary& summary, const Scenario& scenario);

/// All that the fold can say at any moment of a run; what only its end can say (books, hash, judgement) stays empty.
/// \param recording  what the fold's ids stand for
Summary figures_of(const State& state, const Recording& recording);

}  // namespace roundhouse
