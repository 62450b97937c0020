// Flights are found by the moment, whatever else is in the run.
#include "gui/models/flight_index.h"

#include <catch2/catch.hpp>

namespace roundhouse::view {
namespace {

SceneFlight flight(std::int64_t departed, std::int64_t arrives) {
  SceneFlight made;
  made.departed = {departed};
  made.arrives = {arrives};
  return made;
}

std::vector<std::int64_t> departures(const FlightIndex& index, std::int64_t t) {
  std::vector<std::int64_t> found;
  index.in_air({t}, [&found](const SceneFlight& one) { found.push_back(one.departed.ns); });
  return found;
}

TEST_CASE("a flight is in the air from its departure until just before its arrival", "[gui]") {
  FlightIndex index;
  index.add(flight(10, 20));
  CHECK(departures(index, 9).empty());
  CHECK(departures(index, 10).size() == 1);
  CHECK(departures(index, 19).size() == 1);
  CHECK(departures(index, 20).empty());
}

TEST_CASE("the index finds the same flights as looking at each of them", "[gui]") {
  FlightIndex index;
  std::vector<SceneFlight> all;
  std::uint64_t draw = 7;
  for (std::int64_t i = 0; i < 20'000; ++i) {
    draw = draw * 6364136223846793005u + 1442695040888963407u;
    // Most are short, one in a hundred is under way for most of the run.
    const auto span = static_cast<std::int64_t>(draw >> 33) % (draw % 100 == 0 ? 15'000 : 40);
    all.push_back(flight(std::max<std::int64_t>(0, i - span), i));
    index.add(all.back());
  }
  for (std::int64_t t = 0; t < 20'000; t += 137) {
    std::vector<std::int64_t> expected;
    for (const SceneFlight& one : all) {
      if (one.departed.ns <= t && t < one.arrives.ns) expected.push_back(one.departed.ns);
    }
    REQUIRE(departures(index, t) == expected);
  }
}

TEST_CASE("a flight that is expected is in the air before its arrival has come", "[gui]") {
  FlightIndex index;
  index.expect(flight(30, 50));
  index.expect(flight(30, 40));
  CHECK(departures(index, 35).size() == 2);
  index.reach({45});
  CHECK(index.size() == 1);
  CHECK(departures(index, 35).size() == 2);
  CHECK(departures(index, 45).size() == 1);
}

TEST_CASE("losses are found in the span in which they died", "[gui]") {
  FlightIndex index;
  for (std::int64_t i = 1; i <= 10; ++i) {
    SceneFlight one = flight(i * 10 - 5, i * 10);
    one.lost = i % 2 == 0;
    index.add(one);
  }
  std::vector<std::int64_t> died;
  index.lost_between({20}, {60}, [&died](const SceneFlight& one) { died.push_back(one.arrives.ns); });
  CHECK(died == std::vector<std::int64_t>{40, 60});
}

}  // namespace
}  // namespace roundhouse::view
