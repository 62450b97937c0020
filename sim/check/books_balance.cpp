// P17: the books of the fold balance: nothing vanishes in silence. It judges the simulator rather than the simulated.
#include "sim/check/verdict_words.h"
#include "sim/trace/books.h"

namespace roundhouse {

namespace {

std::vector<Place> witness_of(const History::Inside& in) {
  std::vector<Place> places;
  const std::vector<State::Open> open = in.state.open(1);
  if (open.empty() || open.front().held) return places;
  for (const MessageFacts& message : in.messages) {
    if (message.id == open.front().message) places = {message.sent, message.accepted};
  }
  return places;
}

}  // namespace

Verdict check_books(const History& history) {
  const History::Inside& in = history.inside();
  if (!in.ended)
    return cannot_tell("P17",
                       "the records stop before the run has ended, and parties have not said what they hold");
  const Books closed = books(in.state, in.names);
  if (!closed.balanced) return fails("P17", closed.findings.front(), witness_of(in));
  return passes("P17", counted(closed.sends, "message") + " sent and " + counted(closed.owed, "delivery") +
                           " owed, each accounted for");
}

}  // namespace roundhouse
