// What is known to break does break, is found by random plans, and shrinks to the shape that is known.
#include "tests/properties/plans.h"

#include <catch2/catch.hpp>

namespace roundhouse::test {

namespace {

constexpr std::uint64_t seeds_max = 200;
constexpr double shrink_seconds_max = 2;

/// The first plan in which the property breaks, shrunk.
Counterexample found(const Scenario& scenario, const PlanOptions& options, const std::string& property) {
  for (std::uint64_t seed = 1; seed <= seeds_max; ++seed) {
    const Scenario plan = random_plan(scenario, options, seed);
    const auto trial = try_plan(plan, {property});
    REQUIRE(trial.has_value());
    if (trial->failed({property}) == nullptr) continue;
    const double before = cpu_seconds();
    auto counterexample = shrink(plan, property);
    const double spent = cpu_seconds() - before;
    REQUIRE(counterexample.has_value());
    std::string text = counterexample_text(*counterexample, property + ".toml");
    UNSCOPED_INFO("seed " << seed << ", shrunk in " << spent << " s of CPU time\n" << text);
    CHECK(spent < shrink_seconds_max);
    // It is written, reads back, and breaks the same property in the same words.
    const auto again = parse_scenario(scenario_toml(counterexample->plan), property + ".toml");
    REQUIRE(again.has_value());
    const auto replayed = try_plan(*again, {property});
    REQUIRE(replayed.has_value());
    REQUIRE(replayed->failed({property}) != nullptr);
    CHECK(replayed->failed({property})->words == counterexample->verdict.words);
    return std::move(*counterexample);
  }
  FAIL("no plan broke " << property);
  throw UsageError("unreachable");
}

std::size_t steps_called(const Scenario& plan, const std::string& verb) {
  std::size_t count = 0;
  for (const Step& step : plan.steps) count += step.verb == verb ? 1 : 0;
  return count;
}

}  // namespace

TEST_CASE("round robin breaks session affinity with two instances and one client", "[properties]") {
  const Counterexample example = found(town("round_robin"), {}, "P9");
  CHECK(example.plan.instances <= 2);
  CHECK(example.plan.clients.size() == 1);
  CHECK(example.plan.steps.empty());
  CHECK(example.plan.workload.messages == 0);
}

TEST_CASE("ip_hash breaks session affinity when an instance comes back", "[properties]") {
  // A polling client finds a home elsewhere while its own is out; when that is tried again, the session moves, though its owner is alive.
  const Counterexample example = found(
      town("ip_hash"), {.pauses = false, .client_links = false, .app_links = false, .clients = false}, "P9");
  CHECK(example.plan.instances == 2);
  REQUIRE(example.plan.clients.size() == 1);
  CHECK(example.plan.clients.front().transports == std::vector{Transport::polling});
  CHECK(example.plan.workload.messages == 0);
  CHECK(example.plan.steps.size() <= 2);
  CHECK(steps_called(example.plan, "kill") + steps_called(example.plan, "restart") ==
        example.plan.steps.size());
  CHECK(steps_called(example.plan, "restart") == 1);
}

TEST_CASE("without a broker a message does not reach the other instance", "[properties]") {
  Scenario split = town("sticky cookie srv_id");
  split.broker = BrokerKind::none;
  const PlanOptions options{
      .kills = false, .pauses = false, .client_links = false, .app_links = false, .clients = false};
  const Counterexample example = found(split, options, "P11");
  CHECK(example.plan.instances == 2);
  CHECK(example.plan.clients.size() == 2);
  CHECK(example.plan.workload.messages + steps_called(example.plan, "send") == 1);
  CHECK(example.plan.steps.size() == steps_called(example.plan, "send"));
}

TEST_CASE("after a crash the rooms are gone", "[properties]") {
  const PlanOptions options{.pauses = false, .client_links = false, .app_links = false, .clients = false};
  const Counterexample example = found(town("sticky cookie srv_id"), options, "P10");
  CHECK(example.plan.clients.size() == 1);
  CHECK(example.plan.clients.front().rooms == 1);
  CHECK(example.plan.workload.messages == 0);
  REQUIRE(example.plan.steps.size() == 1);
  CHECK(steps_called(example.plan, "kill") + steps_called(example.plan, "restart") == 1);
}

}  // namespace roundhouse::test
