// The heap of timers below the loopback world.
#include "sim/world/loopback_timers.h"

#include <catch2/catch.hpp>

#include <roundhouse/random.h>

#include <map>

namespace roundhouse::loopback {
namespace {

TEST_CASE("timers come in the order of their times, and equal times in the order of setting", "[loopback]") {
  Timers timers;
  const Instant at[] = {{30}, {10}, {20}, {10}, {10}, {40}};
  for (std::uint64_t i = 0; i < 6; ++i) timers.set(at[i], {.tag = i});
  std::vector<std::uint64_t> order;
  while (const std::uint64_t id = timers.pop_due({100})) order.push_back(timers.take(id)->tag);
  CHECK(order == std::vector<std::uint64_t>{1, 3, 4, 2, 0, 5});
}

TEST_CASE("a timer is not due before its time", "[loopback]") {
  Timers timers;
  timers.set({50}, {.tag = 1});
  CHECK(timers.pop_due({49}) == 0);
  CHECK(timers.next() == Instant{50});
  CHECK(timers.pop_due({50}) != 0);
  CHECK(timers.next() == Instant::never());
}

TEST_CASE("a popped timer can be cancelled until it is taken, and its id is never used again", "[loopback]") {
  Timers timers;
  const std::uint64_t first = timers.set({1}, {.tag = 1});
  REQUIRE(timers.pop_due({1}) == first);
  CHECK(timers.cancel(first));
  CHECK_FALSE(timers.take(first));
  CHECK_FALSE(timers.cancel(first));
  const std::uint64_t second = timers.set({1}, {.tag = 2});
  CHECK(second != first);
  CHECK_FALSE(timers.cancel(first));
  CHECK(timers.size() == 1);
}

TEST_CASE("setting and cancelling at random keeps exactly what was not cancelled, in order", "[loopback]") {
  Random random(7);
  for (int round = 0; round < 50; ++round) {
    Timers timers;
    std::map<std::pair<std::int64_t, std::uint64_t>, std::uint64_t>
        expected;  // time and order of setting -> id
    std::uint64_t order = 0;
    for (int i = 0; i < 300; ++i) {
      if (!expected.empty() && random.chance(1, 3)) {
        auto victim = expected.begin();
        std::advance(victim, static_cast<std::ptrdiff_t>(random.below(expected.size())));
        REQUIRE(timers.cancel(victim->second));
        expected.erase(victim);
      } else {
        const auto at = static_cast<std::int64_t>(random.below(40));
        const std::uint64_t id = timers.set({at}, {.tag = order});
        expected[{at, order++}] = id;
      }
    }
    for (const auto& [key, id] : expected) {
      REQUIRE(timers.pop_due({1000}) == id);
      REQUIRE(timers.take(id)->tag == key.second);
    }
    REQUIRE(timers.pop_due({1000}) == 0);
  }
}

}  // namespace
}  // namespace roundhouse::loopback
