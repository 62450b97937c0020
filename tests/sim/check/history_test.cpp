#include "tests/sim/check/small_town.h"

namespace roundhouse::test {

TEST_CASE("all checkers pass a run in which nothing happens", "[check]") {
  test::History quiet;
  quiet.ended();
  const std::vector<Verdict> verdicts = check_all(roundhouse::History(quiet.trace));
  REQUIRE(verdicts.size() == checkers().size());
  for (std::size_t i = 0; i < verdicts.size(); ++i) {
    CHECK(verdicts[i].outcome == Outcome::pass);
    CHECK(verdicts[i].property == checkers()[i].property);
    CHECK(verdicts[i].name == checkers()[i].name);
  }
}

TEST_CASE("a verdict's witness names records in the order of the run", "[check]") {
  SmallTown town;
  town.said(town.ann, town.app_1, 1, "red");
  town.said(town.ann, town.app_1, 2, "red");
  town.deliver(town.bob, 2);
  town.deliver(town.bob, 1);
  const Verdict verdict = town.judged(check_fifo_per_sender);
  REQUIRE(verdict.witness.size() == 4);
  CHECK(std::is_sorted(verdict.witness.begin(), verdict.witness.end()));
  CHECK(verdict.witness.back() < town.trace.records().size());
}

TEST_CASE("a checker is found by its property's number", "[check]") {
  REQUIRE(find_checker("P11") != nullptr);
  CHECK(find_checker("P11")->check == check_eventual_delivery);
  CHECK(find_checker("P99") == nullptr);
}

TEST_CASE("owed now are the members of the room, and of the sender's namespace only", "[trace]") {
  test::History town;
  town.up(town.app_1);
  town.connected(town.ann, town.app_1);
  town.connected(town.bob, town.app_1, "/custom");
  town.joined(town.ann, town.app_1, "red");
  town.joined(town.bob, town.app_1, "red");
  CHECK(town.state().owed_now(town.trace.text("red"), town.socket_of(town.ann)) ==
        std::vector{town.socket_of(town.ann)});
  CHECK(town.state().owed_now(town.trace.text("red"), {}).size() == 2);
}

}  // namespace roundhouse::test
