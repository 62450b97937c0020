#include "tests/sim/check/small_town.h"

namespace roundhouse::test {

TEST_CASE("requests that come to the session's instance keep affinity", "[check]") {
  SmallTown town;
  town.request(town.app_1, town.ann);
  town.request(town.app_2, town.bob);
  CHECK(town.judged(check_session_affinity).outcome == Outcome::pass);
}

TEST_CASE("a request that comes to another instance breaks affinity", "[check]") {
  SmallTown town;
  town.request(town.app_2, town.ann, 400);
  const Verdict verdict = town.judged(check_session_affinity);
  CHECK(verdict.outcome == Outcome::fail);
  CHECK(verdict.words ==
        "a request of session e-ann came to app-2 at 0.017 s (status 400), but app-1 had opened that session "
        "at 0.004 s "
        "and was up all the time");
  CHECK(verdict.witness.size() == 2);
}

TEST_CASE("a request may come elsewhere while the session's instance is down", "[check]") {
  SmallTown town;
  town.down(town.app_1, How::kill);
  town.request(town.app_2, town.ann, 400);
  CHECK(town.judged(check_session_affinity).outcome == Outcome::pass);
}

TEST_CASE("and after it has come up anew, since the session is gone", "[check]") {
  SmallTown town;
  town.down(town.app_1, How::kill);
  town.up(town.app_1, 2);
  town.request(town.app_2, town.ann, 400);
  CHECK(town.judged(check_session_affinity).outcome == Outcome::pass);
}

TEST_CASE("and after the session has been closed", "[check]") {
  SmallTown town;
  town.session(town.app_1, town.ann, SessionPhase::closed);
  town.request(town.app_2, town.ann, 400);
  CHECK(town.judged(check_session_affinity).outcome == Outcome::pass);
}

}  // namespace roundhouse::test
