// Verdicts written into the run they judge.
#include <roundhouse/checker.h>
#include <roundhouse/recording.h>

#include "sim/trace/show.h"
#include "tests/sim/check/small_town.h"
#include "tests/sim/trace/lively.h"

namespace roundhouse::test {

namespace {

void check_same(const Verdict& a, const Verdict& b) {
  CHECK(a.property == b.property);
  CHECK(a.name == b.name);
  CHECK(a.outcome == b.outcome);
  CHECK(a.words == b.words);
  CHECK(a.witness == b.witness);
}

}  // namespace

TEST_CASE("a verdict is written down and read back, however many records show it", "[check]") {
  SmallTown town;
  std::vector<Verdict> verdicts;
  for (std::size_t count = 0; count < 9; ++count) {
    Verdict verdict{"P9", "session affinity", Outcome::fail, "words " + std::to_string(count), {}};
    for (std::size_t place = 0; place < count; ++place) verdict.witness.push_back(place * 3);
    verdicts.push_back(verdict);
  }
  verdicts.push_back({"P1", "no creation", Outcome::pass, "each was sent", {}});
  verdicts.push_back({"P11", "eventual delivery", Outcome::unknown, "the link is cut", {}});
  verdicts.push_back({invariant_property, invariant_name, Outcome::fail, "must hold: x", {7}});
  for (const Verdict& verdict : verdicts) write_verdict(town.trace, town.proxy, town.now, verdict);
  const std::vector<Verdict> read = verdicts_in(recorded(town.trace));
  REQUIRE(read.size() == verdicts.size());
  for (std::size_t i = 0; i < read.size(); ++i) check_same(read[i], verdicts[i]);
}

TEST_CASE("verdicts stand before the end of the run, and no checker sees them", "[check]") {
  SmallTown town;
  town.said(town.ann, town.app_1, 1, "red");
  town.said(town.ann, town.app_1, 2, "red");
  town.deliver(town.bob, 2);
  town.deliver(town.bob, 1);
  const std::vector<Verdict> before = check_all(roundhouse::History::ending_here(town.trace));
  for (const Verdict& verdict : before) write_verdict(town.trace, town.proxy, town.now, verdict);
  town.ended();
  const std::vector<Verdict> after = check_all(roundhouse::History(town.trace));
  const std::vector<Verdict> read = verdicts_in(recorded(town.trace));
  REQUIRE(after.size() == before.size());
  REQUIRE(read.size() == before.size());
  for (std::size_t i = 0; i < before.size(); ++i) {
    check_same(after[i], before[i]);
    check_same(read[i], before[i]);
  }
  CHECK(std::any_of(before.begin(), before.end(), [](const Verdict& verdict) {
    return verdict.property == "P3" && verdict.outcome == Outcome::fail && verdict.witness.size() == 4;
  }));
}

TEST_CASE("show prints a verdict as a sentence", "[check]") {
  test::History quiet;
  write_verdict(quiet.trace, quiet.proxy, quiet.now,
                {"P9", "", Outcome::fail, "a request went astray", {3, 17}});
  write_verdict(quiet.trace, quiet.proxy, quiet.now, {"P2", "", Outcome::pass, "nobody got one twice", {}});
  write_verdict(quiet.trace, quiet.proxy, quiet.now, {"P11", "", Outcome::unknown, "a link is cut", {}});
  const std::string shown = show(quiet.trace.records(), Names(quiet.trace), {.kind = RecordKind::verdict});
  CHECK(shown ==
        "       0.000 ms  proxy         verdict    P9 is broken: a request went astray (records 3, 17)\n"
        "       0.000 ms  proxy         verdict    P2 holds: nobody got one twice\n"
        "       0.000 ms  proxy         verdict    P11 cannot be told: a link is cut\n");
}

}  // namespace roundhouse::test
