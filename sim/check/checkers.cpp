// The table of checkers. A new one is a file of its own, a line here and a line in the public header.
#include <roundhouse/checker.h>

namespace roundhouse {

const std::vector<Checker>& checkers() {
  static const std::vector<Checker> table = {
      {"P1", "no creation", "What is delivered was sent before, with the same contents.", check_no_creation},
      {"P2", "no duplication", "Nobody gets a message twice.", check_no_duplication},
      {"P3", "FIFO per sender",
       "Two messages of one session to one room come to everyone who gets both in the order in which they "
       "were "
       "sent.",
       check_fifo_per_sender},
      {"P7", "room isolation",
       "Who gets a message to a room was in it, or joining or leaving, at some time since it was sent.",
       check_room_isolation},
      {"P9", "session affinity",
       "Each request of a session comes to the instance that opened it, as long as that one is up.",
       check_session_affinity},
      {"P10", "membership survival",
       "A client that comes back within two minutes is in the rooms that it was in, without joining again.",
       check_membership_survival},
      {"P11", "eventual delivery",
       "Once all has healed, who was in the room when a message was accepted, and is connected, has it.",
       check_eventual_delivery},
      {"P17", "the books balance",
       "Every message sent, and every delivery owed, is delivered, lost for one said cause, or still on its "
       "way.",
       check_books},
  };
  return table;
}

const Checker* find_checker(std::string_view property) {
  for (const Checker& checker : checkers()) {
    if (checker.property == property) return &checker;
  }
  return nullptr;
}

std::vector<Verdict> check_all(const History& history) {
  std::vector<Verdict> verdicts;
  for (const Checker& checker : checkers()) verdicts.push_back(checker.check(history));
  return verdicts;
}

}  // namespace roundhouse
