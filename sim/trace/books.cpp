// See roundhouse/books.h.
#include "sim/trace/books.h"

#include <algorithm>

#include "core/base/assertion.h"
#include "sim/trace/show.h"

namespace roundhouse {

namespace {

std::string finding(const State::Open& open, const State& state, const Names& names) {
  std::string words = "message " + std::to_string(open.message.value);
  const std::string since = " at " + time_text(open.since) + " ms";
  if (!open.socket) {
    return words + ": " + std::string(names.of(open.at)) + " sent it" + since +
           ", and it was neither accepted nor lost nor is it held anywhere";
  }
  if (open.room) words += " for room " + std::string(names.of(open.room));
  words += ": " + std::string(names.of(open.at)) + " accepted it" + since + ", and it is owed to ";
  const auto socket = state.socket(open.socket);
  if (socket && socket->client) words += std::string(names.of(socket->client)) + " ";
  return words + "(socket " + std::string(names.of(open.socket)) +
         "), but was neither delivered nor lost nor is it held anywhere";
}

}  // namespace

Books books(const State& state, const Names& names) {
  const State::Counts& counts = state.counts();
  Books books;
  books.sends = counts.sends;
  books.accepts = counts.accepts;
  books.lost_before_accept = counts.lost_before_accept;
  books.held_sends = counts.sends_held;
  books.missing_sends = counts.sends_pending - counts.sends_held;
  books.owed = counts.deliveries_owed;
  books.delivered = counts.deliveries;
  books.lost = counts.lost;
  books.held_deliveries = counts.pairs_held;
  books.missing_deliveries = counts.pairs_pending - counts.pairs_held;

  // The fold keeps these by construction; a sum that fails here is a fault of the fold, not of the run.
  ROUNDHOUSE_ASSERT(books.sends ==
                    books.accepts + books.lost_before_accept + books.held_sends + books.missing_sends);
  ROUNDHOUSE_ASSERT(books.owed ==
                    books.delivered + books.lost + books.held_deliveries + books.missing_deliveries);

  const std::uint64_t missing = books.missing_sends + books.missing_deliveries;
  for (const State::Open& open : state.open(findings_max)) {
    if (open.held) break;
    books.findings.push_back(finding(open, state, names));
  }
  if (missing > books.findings.size()) {
    books.findings.push_back("and " + std::to_string(missing - books.findings.size()) + " more like these");
  }
  if (counts.lost_without_cause != 0) {
    books.findings.push_back(std::to_string(counts.lost_without_cause) +
                             " losses have no cause: whoever drops bytes must say why");
  }
  books.balanced = books.findings.empty();
  return books;
}

Books books(const Trace& trace) {
  return books(trace.state(), trace);
}

}  // namespace roundhouse
