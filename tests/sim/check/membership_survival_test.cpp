#include "tests/sim/check/small_town.h"

namespace roundhouse::test {

namespace {
struct Comeback : SmallTown {
  void lost_it(std::string_view reason = "transport close") { client(ann, ClientPhase::closed, reason); }
  void came_back() {
    renewed(ann);
    connected(ann, app_2);
  }
};
}  // namespace

TEST_CASE("a client that comes back without its room has lost its membership", "[check]") {
  Comeback town;
  town.lost_it();
  town.came_back();
  const Verdict verdict = town.judged(check_membership_survival);
  CHECK(verdict.outcome == Outcome::fail);
  CHECK(verdict.words ==
        "ann was in red when its connection ended at 0.017 s (transport close), and no longer when it was "
        "back at 0.021 s");
  CHECK(verdict.witness.size() == 2);
}

TEST_CASE("that its instance died before it noticed makes no difference", "[check]") {
  Comeback town;
  town.down(town.app_1, How::kill);
  town.lost_it();
  town.came_back();
  CHECK(town.judged(check_membership_survival).outcome == Outcome::fail);
}

TEST_CASE("a client whose room is restored before it is connected has kept it", "[check]") {
  Comeback town;
  town.lost_it();
  town.renewed(town.ann);
  town.socket(town.app_2, town.ann, SocketPhase::connected);
  town.member(RecordKind::join, town.app_2, town.ann, "red", MemberPhase::done);
  town.client(town.ann, ClientPhase::open);
  CHECK(town.judged(check_membership_survival).outcome == Outcome::pass);
}

TEST_CASE("a client that left on purpose has nothing to keep", "[check]") {
  Comeback town;
  town.lost_it("io client disconnect");
  town.came_back();
  CHECK(town.judged(check_membership_survival).outcome == Outcome::pass);
}

TEST_CASE("a client that had asked to leave has nothing to keep", "[check]") {
  Comeback town;
  town.member(RecordKind::leave, town.ann, town.ann, "red", MemberPhase::asked);
  town.lost_it();
  town.came_back();
  CHECK(town.judged(check_membership_survival).outcome == Outcome::pass);
}

TEST_CASE("a client that asks to join while it is away proves nothing", "[check]") {
  Comeback town;
  town.lost_it();
  town.member(RecordKind::join, town.ann, town.ann, "red", MemberPhase::asked);
  town.came_back();
  CHECK(town.judged(check_membership_survival).outcome == Outcome::pass);
}

TEST_CASE("a client that stays away too long may lose its rooms", "[check]") {
  Comeback town;
  town.lost_it();
  town.now = town.now + absence_max;
  town.came_back();
  CHECK(town.judged(check_membership_survival).outcome == Outcome::pass);
}

TEST_CASE("a client's new process knows nothing of the old one's rooms", "[check]") {
  Comeback town;
  town.down(town.ann, How::kill);
  town.up(town.ann, 2);
  town.came_back();
  CHECK(town.judged(check_membership_survival).outcome == Outcome::pass);
}

}  // namespace roundhouse::test
