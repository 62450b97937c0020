#include "tests/sim/check/small_town.h"

namespace roundhouse::test {

TEST_CASE("what every member has was delivered", "[check]") {
  SmallTown town;
  town.said(town.ann, town.app_1, 17, "red");
  town.deliver(town.ann, 17);
  town.deliver(town.bob, 17);
  town.ended();
  CHECK(town.judged(check_eventual_delivery).outcome == Outcome::pass);
}

TEST_CASE("a message that a member never gets breaks eventual delivery", "[check]") {
  SmallTown town;
  town.said(town.ann, town.app_1, 17, "red");
  town.deliver(town.ann, 17);
  town.lost(17, What::copy, Cause::no_broker, town.app_2);
  town.ended();
  const Verdict verdict = town.judged(check_eventual_delivery);
  CHECK(verdict.outcome == Outcome::fail);
  CHECK(verdict.words ==
        "bob never got message 17 (to red), which app-1 accepted at 0.018 s while bob was in the room; lost "
        "at 0.020 s: "
        "no_broker");
  CHECK(verdict.witness.size() == 4);
}

TEST_CASE("while the run is not over, nobody can tell whether it will come", "[check]") {
  SmallTown town;
  town.said(town.ann, town.app_1, 17, "red");
  town.deliver(town.ann, 17);
  const Verdict verdict = town.judged(check_eventual_delivery);
  CHECK(verdict.outcome == Outcome::unknown);
  CHECK(verdict.words ==
        "bob has not got message 17 (to red) yet, but the records stop before the run has ended");
}

TEST_CASE("while a link is cut, nobody can tell", "[check]") {
  SmallTown town;
  town.link(town.app_2, town.bob, true);
  town.said(town.ann, town.app_1, 17, "red");
  town.deliver(town.ann, 17);
  SECTION("still cut at the end") {
    town.ended();
    CHECK(town.judged(check_eventual_delivery).outcome == Outcome::unknown);
  }
  SECTION("healed, and still nothing") {
    town.link(town.app_2, town.bob, false);
    town.ended();
    CHECK(town.judged(check_eventual_delivery).outcome == Outcome::fail);
  }
}

TEST_CASE("while somebody holds a copy, nobody can tell", "[check]") {
  SmallTown town;
  town.said(town.ann, town.app_1, 17, "red");
  town.deliver(town.ann, 17);
  town.held(17, What::deliver, town.bob);
  town.ended();
  CHECK(town.judged(check_eventual_delivery).outcome == Outcome::unknown);
}

TEST_CASE("who is not connected at the end is owed nothing", "[check]") {
  SmallTown town;
  town.said(town.ann, town.app_1, 17, "red");
  town.deliver(town.ann, 17);
  town.client(town.bob, ClientPhase::closed, "transport close");
  town.ended();
  CHECK(town.judged(check_eventual_delivery).outcome == Outcome::pass);
}

TEST_CASE("who has come back in time is owed what it missed", "[check]") {
  SmallTown town;
  town.said(town.ann, town.app_1, 17, "red");
  town.deliver(town.ann, 17);
  town.client(town.bob, ClientPhase::closed, "transport close");
  town.renewed(town.bob);
  SECTION("and has not got it") {
    town.connected(town.bob, town.app_1);
    town.ended();
    CHECK(town.judged(check_eventual_delivery).outcome == Outcome::fail);
  }
  SECTION("and has got it on the new connection") {
    town.connected(town.bob, town.app_1);
    town.deliver(town.bob, 17);
    town.ended();
    CHECK(town.judged(check_eventual_delivery).outcome == Outcome::pass);
  }
  SECTION("but not after too long an absence") {
    town.now = town.now + absence_max;
    town.connected(town.bob, town.app_1);
    town.ended();
    CHECK(town.judged(check_eventual_delivery).outcome == Outcome::pass);
  }
}

TEST_CASE("who asks to leave before it has come is owed nothing", "[check]") {
  SmallTown town;
  town.said(town.ann, town.app_1, 17, "red");
  town.deliver(town.ann, 17);
  town.member(RecordKind::leave, town.bob, town.bob, "red", MemberPhase::asked);
  town.ended();
  CHECK(town.judged(check_eventual_delivery).outcome == Outcome::pass);
}

TEST_CASE("who was still joining when it was accepted is owed nothing", "[check]") {
  SmallTown town;
  town.connected(town.cat, town.app_1);
  town.member(RecordKind::join, town.cat, town.cat, "red", MemberPhase::asked);
  town.said(town.ann, town.app_1, 17, "red");
  town.deliver(town.ann, 17);
  town.deliver(town.bob, 17);
  town.ended();
  CHECK(town.judged(check_eventual_delivery).outcome == Outcome::pass);
}

}  // namespace roundhouse::test
