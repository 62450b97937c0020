// Two runs on one clock.
#include "gui/models/compare_model.h"

#include <catch2/catch.hpp>

#include "tests/gui/models/captured_run.h"

namespace roundhouse::view {
namespace {

using namespace std::chrono_literals;

CompareModel lesson_one() {
  return {test::recorded(test::capture("round-robin")), test::recorded(test::capture("sticky"))};
}

TEST_CASE("both sides stand at the same moment", "[gui]") {
  CompareModel both = lesson_one();
  both.seek(test::at(1s));
  CHECK(both.one().now() == test::at(1s));
  CHECK(both.two().now() == test::at(1s));
  both.seek(test::at(1h));
  CHECK(both.one().now() == both.one().head());
  CHECK(both.two().now() == both.two().head());
}

TEST_CASE("the scoreboard shows why round robin needs stickiness", "[gui]") {
  CompareModel both = lesson_one();
  both.seek(both.head());
  const std::vector<ScoreRow> rows = both.scoreboard();
  REQUIRE(rows.size() == 5);
  CHECK(rows[0].name == "400 Session ID unknown");
  CHECK(rows[0].one != "0");
  CHECK(rows[0].two == "0");
  CHECK(rows[0].better == 2);
  CHECK(rows[1].two == "100 %");
  CHECK(rows[1].better == 2);
  CHECK(rows[3].one == "7");
  CHECK(rows[3].two == "0");
  CHECK(rows[4].one == "-");
}

}  // namespace
}  // namespace roundhouse::view
