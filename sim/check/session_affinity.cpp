// P9: a request that names a session comes to the instance that opened it, as long as that instance has been up, and not paused, since
// then and the session has not been closed there.
#include "sim/check/verdict_words.h"

namespace roundhouse {

Verdict check_session_affinity(const History& history) {
  const History::Inside& in = history.inside();
  std::size_t judged = 0;
  for (const Place place : in.requests) {
    const Record& request = in.at(place);
    const SessionFacts* session = in.session(request.subject);
    if (session == nullptr || !session->open.contains(place)) continue;
    ++judged;
    if (request.by == session->owner || !in.up_throughout(session->owner, session->open.from, place))
      continue;
    return fails("P9",
                 "a request of session " + std::string(in.names.of(request.subject)) + " came to " +
                     std::string(in.names.of(request.by)) + " " + when(in, place) + " (status " +
                     std::to_string(request.code) + "), but " + std::string(in.names.of(session->owner)) +
                     " had opened that session " + when(in, session->open.from) + " and was up all the time",
                 {session->open.from, place});
  }
  return passes("P9", counted(judged, "request") + " of open sessions, each at its session's instance");
}

}  // namespace roundhouse
