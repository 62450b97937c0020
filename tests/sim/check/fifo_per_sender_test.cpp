#include "tests/sim/check/small_town.h"

namespace roundhouse::test {

TEST_CASE("what comes in the order of sending keeps FIFO", "[check]") {
  SmallTown town;
  town.said(town.ann, town.app_1, 1, "red");
  town.said(town.ann, town.app_1, 2, "red");
  town.deliver(town.bob, 1);
  town.deliver(town.bob, 2);
  CHECK(town.judged(check_fifo_per_sender).outcome == Outcome::pass);
}

TEST_CASE("a message that overtakes another of its session breaks FIFO", "[check]") {
  SmallTown town;
  town.said(town.ann, town.app_1, 1, "red");
  town.said(town.ann, town.app_1, 2, "red");
  town.deliver(town.bob, 2);
  town.deliver(town.bob, 1);
  const Verdict verdict = town.judged(check_fifo_per_sender);
  CHECK(verdict.outcome == Outcome::fail);
  CHECK(verdict.words ==
        "bob got message 2 (to red) at 0.021 s, before message 1 at 0.022 s, but ann sent that one first, in "
        "the same "
        "session: at 0.017 s, then at 0.019 s");
  CHECK(verdict.witness.size() == 4);
}

TEST_CASE("a message that never comes does not break FIFO", "[check]") {
  SmallTown town;
  town.said(town.ann, town.app_1, 1, "red");
  town.said(town.ann, town.app_1, 2, "red");
  town.deliver(town.bob, 2);
  CHECK(town.judged(check_fifo_per_sender).outcome == Outcome::pass);
}

TEST_CASE("two sessions of one sender have no order", "[check]") {
  SmallTown town;
  town.said(town.ann, town.app_1, 1, "red");
  town.client(town.ann, ClientPhase::closed, "transport close");
  town.renewed(town.ann);
  town.connected(town.ann, town.app_2);
  town.said(town.ann, town.app_2, 2, "red");
  town.deliver(town.bob, 2);
  town.deliver(town.bob, 1);
  CHECK(town.judged(check_fifo_per_sender).outcome == Outcome::pass);
}

TEST_CASE("a late second copy does not break FIFO", "[check]") {
  SmallTown town;
  town.said(town.ann, town.app_1, 1, "red");
  town.said(town.ann, town.app_1, 2, "red");
  town.deliver(town.bob, 1);
  town.deliver(town.bob, 2);
  town.deliver(town.bob, 1);
  CHECK(town.judged(check_fifo_per_sender).outcome == Outcome::pass);
}

}  // namespace roundhouse::test
