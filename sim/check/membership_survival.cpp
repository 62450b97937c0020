// P10: a client that loses its connection and comes back within absence_max is in the rooms that it was in, unless it has asked itself.
// An end that one of the two sides decided, and a client's process that started anew, are no such loss.
#include <algorithm>

#include "sim/check/verdict_words.h"

namespace roundhouse {

namespace {

bool asked_itself(const History::Inside& in, const AbsenceFacts& absence, TextId room) {
  return std::any_of(in.joins_asked.begin(), in.joins_asked.end(), [&](Place place) {
    return absence.closed < place && place < absence.opened && in.at(place).by == absence.client &&
           in.at(place).text == room;
  });
}

}  // namespace

Verdict check_membership_survival(const History& history) {
  const History::Inside& in = history.inside();
  std::size_t judged = 0;
  for (const AbsenceFacts& absence : in.absences) {
    if (absence.meant || absence.opened == nowhere) continue;
    const Record& closed = in.at(absence.closed);
    const Record& opened = in.at(absence.opened);
    if (opened.at - closed.at > absence_max) continue;
    for (const TextId room : absence.rooms) {
      ++judged;
      const bool regained =
          std::find(absence.regained.begin(), absence.regained.end(), room) != absence.regained.end();
      if (regained || asked_itself(in, absence, room)) continue;
      return fails("P10",
                   std::string(in.names.of(absence.client)) + " was in " + std::string(in.names.of(room)) +
                       " when its connection ended " + when(in, absence.closed) + " (" +
                       std::string(in.names.of(closed.text)) + "), and no longer when it was back " +
                       when(in, absence.opened),
                   {absence.closed, absence.opened});
    }
  }
  if (judged == 0) return passes("P10", "no member of a room lost its connection and came back");
  return passes("P10", counted(judged, "room") + " of clients that lost their connection, each regained");
}

}  // namespace roundhouse
