#include "tests/sim/check/small_town.h"

namespace roundhouse::test {

TEST_CASE("a member gets what is said in its room", "[check]") {
  SmallTown town;
  town.said(town.ann, town.app_1, 17, "red");
  town.deliver(town.bob, 17);
  CHECK(town.judged(check_room_isolation).outcome == Outcome::pass);
}

TEST_CASE("a message that leaks to another room breaks isolation", "[check]") {
  SmallTown town;
  town.joined(town.ann, town.app_1, "blue");
  town.said(town.ann, town.app_1, 17, "blue");
  town.deliver(town.bob, 17);
  const Verdict verdict = town.judged(check_room_isolation);
  CHECK(verdict.outcome == Outcome::fail);
  CHECK(verdict.words ==
        "bob got message 17 (to blue) at 0.022 s, and was not in blue at any time since 0.020 s, when it was "
        "sent");
}

TEST_CASE("who is leaving may still get what is on its way", "[check]") {
  SmallTown town;
  town.said(town.ann, town.app_1, 17, "red");
  town.member(RecordKind::leave, town.bob, town.bob, "red", MemberPhase::asked);
  town.member(RecordKind::leave, town.app_2, town.bob, "red", MemberPhase::done);
  town.member(RecordKind::leave, town.bob, town.bob, "red", MemberPhase::done);
  town.deliver(town.bob, 17);
  CHECK(town.judged(check_room_isolation).outcome == Outcome::pass);
}

TEST_CASE("who has left before a message was sent may not get it", "[check]") {
  SmallTown town;
  town.member(RecordKind::leave, town.bob, town.bob, "red", MemberPhase::asked);
  town.member(RecordKind::leave, town.app_2, town.bob, "red", MemberPhase::done);
  town.member(RecordKind::leave, town.bob, town.bob, "red", MemberPhase::done);
  town.said(town.ann, town.app_1, 17, "red");
  town.deliver(town.bob, 17);
  CHECK(town.judged(check_room_isolation).outcome == Outcome::fail);
}

TEST_CASE("who is joining may get what was sent before the answer", "[check]") {
  SmallTown town;
  town.connected(town.cat, town.app_1);
  town.member(RecordKind::join, town.cat, town.cat, "red", MemberPhase::asked);
  town.said(town.ann, town.app_1, 17, "red");
  town.deliver(town.cat, 17);
  CHECK(town.judged(check_room_isolation).outcome == Outcome::pass);
}

TEST_CASE("a message to everyone knows no walls", "[check]") {
  SmallTown town;
  town.connected(town.cat, town.app_1);
  town.said(town.ann, town.app_1, 17, "");
  town.deliver(town.cat, 17);
  CHECK(town.judged(check_room_isolation).outcome == Outcome::pass);
}

}  // namespace roundhouse::test
