#include "tests/sim/check/small_town.h"

namespace roundhouse::test {

TEST_CASE("one copy for each member is no duplication", "[check]") {
  SmallTown town;
  town.said(town.ann, town.app_1, 17, "red");
  town.deliver(town.ann, 17);
  town.deliver(town.bob, 17);
  const Verdict verdict = town.judged(check_no_duplication);
  CHECK(verdict.outcome == Outcome::pass);
  CHECK(verdict.words == "2 deliveries, none of them a second one");
}

TEST_CASE("a second copy for one client is a duplication", "[check]") {
  SmallTown town;
  town.said(town.ann, town.app_1, 17, "red");
  town.deliver(town.bob, 17);
  town.deliver(town.bob, 17);
  const Verdict verdict = town.judged(check_no_duplication);
  CHECK(verdict.outcome == Outcome::fail);
  CHECK(verdict.words == "bob got message 17 (to red) twice: at 0.019 s and at 0.020 s");
  REQUIRE(verdict.witness.size() == 2);
  CHECK(town.trace.records()[verdict.witness[1]].kind == RecordKind::deliver);
}

TEST_CASE("a second copy on a second connection is one as well", "[check]") {
  SmallTown town;
  town.said(town.ann, town.app_1, 17, "red");
  town.deliver(town.bob, 17);
  town.client(town.bob, ClientPhase::closed, "transport close");
  town.renewed(town.bob);
  town.connected(town.bob, town.app_1);
  town.deliver(town.bob, 17);
  CHECK(town.judged(check_no_duplication).outcome == Outcome::fail);
}

TEST_CASE("a client's new process has not got what the old one got", "[check]") {
  SmallTown town;
  town.said(town.ann, town.app_1, 17, "red");
  town.deliver(town.bob, 17);
  town.down(town.bob, How::kill);
  town.up(town.bob, 2);
  town.renewed(town.bob);
  town.connected(town.bob, town.app_1);
  town.deliver(town.bob, 17);
  CHECK(town.judged(check_no_duplication).outcome == Outcome::pass);
}

TEST_CASE("what an app hands to a client of ours counts when the client has it", "[check]") {
  SmallTown town;
  town.said(town.ann, town.app_1, 17, "red");
  town.deliver(town.bob, 17, RecordKind::handed, town.app_2);
  town.deliver(town.bob, 17);
  CHECK(town.judged(check_no_duplication).outcome == Outcome::pass);
}

}  // namespace roundhouse::test
