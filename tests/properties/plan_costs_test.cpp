// What a hundred plans cost, and whether they were worth it: faults must hit something and lose messages, or the properties prove nothing.
#include "tests/properties/plans.h"

#include <catch2/catch.hpp>
#include <cstdio>

namespace roundhouse::test {

namespace {

constexpr int plans = 100;
// Sanitizers and machines at their limits cost more; a budget is for what users run.
#if defined(__SANITIZE_ADDRESS__) || !defined(__OPTIMIZE__)
constexpr double seconds_max = 10;
#else
constexpr double seconds_max = 0.3;
#endif

}  // namespace

TEST_CASE("a hundred plans of about a thousand records are judged in 0.3 s of CPU time", "[properties]") {
  const Scenario scenario = town("sticky cookie srv_id");
  int worth_it = 0;
  std::uint64_t records = 0;
  double best = 1e9;
  // The best of three: other programs share the caches.
  for (int round = 0; round < 3; ++round) {
    worth_it = 0;
    records = 0;
    const double before = cpu_seconds();
    for (std::uint64_t seed = 1; seed <= plans; ++seed) {
      const auto trial = try_plan(random_plan(scenario, {.steps = 14}, seed));
      REQUIRE(trial.has_value());
      records += trial->summary.records;
      worth_it += fault_hits(trial->cluster->trace()) > 0 && !trial->summary.lost.empty() ? 1 : 0;
    }
    best = std::min(best, cpu_seconds() - before);
  }
  std::printf(
      "%d plans, %llu records each on average, %.3f s of CPU time; a fault hit and a message was lost in "
      "%d\n",
      plans, static_cast<unsigned long long>(records / plans), best, worth_it);
  CHECK(worth_it >= plans / 2);
  CHECK(records / plans >= 800);
  CHECK(best < seconds_max);
}

}  // namespace roundhouse::test
