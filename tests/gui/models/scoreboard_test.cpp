// The score between two runs, of lesson 1.
#include "gui/models/scoreboard.h"

#include <catch2/catch.hpp>

#include "tests/gui/models/captured_run.h"

namespace roundhouse::view {
namespace {

TEST_CASE("the scoreboard shows why round robin needs stickiness", "[gui]") {
  const auto one = test::recorded(test::capture("round-robin"));
  const auto two = test::recorded(test::capture("sticky"));
  one->seek(one->head());
  two->seek(two->head());
  const std::vector<ScoreRow> rows = scoreboard(*one, *two);
  REQUIRE(rows.size() == 5);
  CHECK(rows[0].name == "400 Session ID unknown");
  CHECK(rows[0].one != "0");
  CHECK(rows[0].two == "0");
  CHECK(rows[0].better == 2);
  CHECK(rows[0].harm);
  CHECK(rows[1].two == "100 %");
  CHECK(rows[1].better == 2);
  CHECK(rows[3].one == "7");
  CHECK(rows[3].two == "0");
  CHECK(rows[4].one == "-");
}

TEST_CASE("the score is that of the moment, not of the run's end", "[gui]") {
  const auto one = test::recorded(test::capture("round-robin"));
  const auto two = test::recorded(test::capture("sticky"));
  one->seek({});
  two->seek(test::at(std::chrono::milliseconds(1650)));
  const std::vector<ScoreRow> rows = scoreboard(*one, *two);
  CHECK(rows[0].one == "0");
  CHECK(rows[0].better == 0);
  CHECK(rows[2].name == "deliveries");
  CHECK(rows[2].two == "16");
  CHECK(rows[2].predicted == "- / 128");
}

}  // namespace
}  // namespace roundhouse::view
