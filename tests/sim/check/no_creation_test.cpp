#include "tests/sim/check/small_town.h"

namespace roundhouse::test {

TEST_CASE("a message that was sent before it was delivered creates nothing", "[check]") {
  SmallTown town;
  town.said(town.ann, town.app_1, 17, "red");
  town.deliver(town.bob, 17);
  CHECK(town.judged(check_no_creation).outcome == Outcome::pass);
}

TEST_CASE("a message that nobody sent was created", "[check]") {
  SmallTown town;
  town.said(town.ann, town.app_1, 17, "red");
  town.deliver(town.bob, 18);
  const Verdict verdict = town.judged(check_no_creation);
  CHECK(verdict.outcome == Outcome::fail);
  CHECK(verdict.words == "bob got message 18 at 0.019 s, which nobody has sent");
  CHECK(verdict.witness.size() == 1);
}

TEST_CASE("a message delivered before it was sent was created", "[check]") {
  SmallTown town;
  town.deliver(town.bob, 17);
  town.said(town.ann, town.app_1, 17, "red");
  const Verdict verdict = town.judged(check_no_creation);
  CHECK(verdict.outcome == Outcome::fail);
  CHECK(verdict.words == "bob got message 17 at 0.017 s, which was sent only at 0.018 s");
}

TEST_CASE("contents that differ from what was sent were created", "[check]") {
  SmallTown town;
  town.send(town.ann, 17, "red", 0xaaaa);
  town.accept(town.app_1, town.ann, 17, "red");
  town.deliver(town.bob, 17, RecordKind::deliver, {}, 0xbbbb);
  const Verdict verdict = town.judged(check_no_creation);
  CHECK(verdict.outcome == Outcome::fail);
  CHECK(verdict.words ==
        "bob got message 17 (to red) at 0.019 s with other contents than ann sent at 0.017 s");
}

TEST_CASE("a message that an app sends by itself begins with its acceptance", "[check]") {
  SmallTown town;
  town.accept(town.app_1, town.ann, 17, "red");
  town.deliver(town.bob, 17);
  CHECK(town.judged(check_no_creation).outcome == Outcome::pass);
}

}  // namespace roundhouse::test
