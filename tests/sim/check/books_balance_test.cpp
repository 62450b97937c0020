#include "tests/sim/check/small_town.h"

namespace roundhouse::test {

TEST_CASE("books balance where each copy was delivered or lost for a cause", "[check]") {
  SmallTown town;
  town.said(town.ann, town.app_1, 17, "red");
  town.deliver(town.ann, 17);
  town.lost(17, What::copy, Cause::cut, town.app_2);
  town.ended();
  const Verdict verdict = town.judged(check_books);
  CHECK(verdict.outcome == Outcome::pass);
  CHECK(verdict.words == "1 message sent and 2 deliveries owed, each accounted for");
}

TEST_CASE("a copy that vanishes in silence unbalances the books", "[check]") {
  SmallTown town;
  town.said(town.ann, town.app_1, 17, "red");
  town.deliver(town.ann, 17);
  town.ended();
  const Verdict verdict = town.judged(check_books);
  CHECK(verdict.outcome == Outcome::fail);
  CHECK(verdict.words ==
        "message 17 for room red: app-1 accepted it at 18.000 ms, and it is owed to bob (socket s-bob), but "
        "was neither "
        "delivered nor lost nor is it held anywhere");
  CHECK(verdict.witness.size() == 2);
}

TEST_CASE("what was on its way to a member that leaves is owed no longer", "[check]") {
  SmallTown town;
  town.said(town.ann, town.app_1, 17, "red");
  town.deliver(town.ann, 17);
  town.member(RecordKind::leave, town.bob, town.bob, "red", MemberPhase::asked);
  town.member(RecordKind::leave, town.app_2, town.bob, "red", MemberPhase::done);
  SECTION("where it never comes") {
    town.ended();
    CHECK(town.judged(check_books).words == "1 message sent and 1 delivery owed, each accounted for");
  }
  SECTION("where it comes all the same, it was owed") {
    CHECK(town.deliver(town.bob, 17) == Owed::owed);
    town.ended();
    CHECK(town.judged(check_books).words == "1 message sent and 2 deliveries owed, each accounted for");
  }
}

TEST_CASE("books of a run that goes on are not judged", "[check]") {
  SmallTown town;
  town.said(town.ann, town.app_1, 17, "red");
  CHECK(town.judged(check_books).outcome == Outcome::unknown);
}

}  // namespace roundhouse::test
