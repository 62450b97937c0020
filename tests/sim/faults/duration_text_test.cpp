// Spans of time as text.
#include "sim/faults/duration_text.h"

#include <catch2/catch.hpp>

using namespace roundhouse;
using namespace std::chrono_literals;

TEST_CASE("a duration is a number and a unit", "[faults]") {
  CHECK(parse_duration("0s") == 0ns);
  CHECK(parse_duration("7ns") == 7ns);
  CHECK(parse_duration("10us") == 10us);
  CHECK(parse_duration("250ms") == 250ms);
  CHECK(parse_duration("5s") == 5s);
  CHECK(parse_duration("2m") == 2min);
  CHECK(parse_duration("3h") == 3h);
}

TEST_CASE("fractions are exact", "[faults]") {
  CHECK(parse_duration("1.5s") == 1500ms);
  CHECK(parse_duration("0.1ms") == 100us);
  CHECK(parse_duration("0.000000001s") == 1ns);
  CHECK(parse_duration("1.5m") == 90s);
  CHECK(parse_duration("0.25h") == 15min);
  CHECK(parse_duration("1.50s") == 1500ms);
  CHECK(parse_duration("1.0ns") == 1ns);
}

TEST_CASE("what is no duration is refused", "[faults]") {
  for (const char* text : {"", "5", "s", "-1s", "+1s", "5 s", "5S", "1.s", ".5s", "1.5ns", "0.0000000001s",
                           "1m30s", "five", "99999999999999999999s", "5sec", "1e3s"}) {
    INFO(text);
    CHECK(parse_duration(text) == std::nullopt);
  }
}

TEST_CASE("the longest duration is thirty days", "[faults]") {
  CHECK(parse_duration("720h") == duration_max);
  CHECK(parse_duration("721h") == std::nullopt);
  CHECK(parse_duration("720.000001h") == std::nullopt);
}

TEST_CASE("a duration's text is short, and reads back", "[faults]") {
  CHECK(duration_text(0ns) == "0s");
  CHECK(duration_text(90s) == "90s");
  CHECK(duration_text(120s) == "2m");
  CHECK(duration_text(1500ms) == "1500ms");
  CHECK(duration_text(1ns) == "1ns");
  for (std::int64_t ns = 1; ns < duration_max.count() / 7; ns = ns * 7 + 13) {
    CHECK(parse_duration(duration_text(Duration(ns))) == Duration(ns));
  }
}
