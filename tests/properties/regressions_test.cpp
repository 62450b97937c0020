// What was found once: each file of scenarios/regressions still breaks what it says it breaks.
#include "tests/properties/plans.h"

#include <algorithm>
#include <catch2/catch.hpp>

namespace roundhouse::test {

namespace {

Scenario regression(const std::string& name) {
  const auto read =
      read_scenario(std::string(ROUNDHOUSE_SOURCE_DIR) + "/scenarios/regressions/" + name + ".toml");
  if (!read) FAIL(read.error().text());
  return *read;
}

/// In order of the alphabet.
std::vector<std::string> regressions() {
  std::vector<std::string> names;
  const std::filesystem::path folder = std::filesystem::path(ROUNDHOUSE_SOURCE_DIR) / "scenarios/regressions";
  for (const auto& entry : std::filesystem::directory_iterator(folder)) names.push_back(entry.path().stem());
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace

TEST_CASE("every regression is broken as it says, and says what it shows and where it comes from",
          "[properties]") {
  const std::vector<std::string> names = regressions();
  CHECK(names.size() >= 4);
  for (const std::string& name : names) {
    INFO(name);
    const Scenario plan = regression(name);
    CHECK_FALSE(plan.title.empty());
    CHECK(plan.title.find(" is broken") ==
          std::string::npos);  // explore's own title: nobody has looked at it
    CHECK(plan.about.find("roundhouse explore") != std::string::npos);
    const auto replayed = replay(plan);
    REQUIRE(replayed.has_value());
    CHECK(replayed->broken);
    REQUIRE(plan.expect.size() == 1);
    CHECK(replayed->text.starts_with("it reproduces: " + plan.expect.front().property + " "));
  }
}

TEST_CASE("nothing can be taken away from a regression", "[properties]") {
  for (const std::string& name : regressions()) {
    INFO(name);
    const Scenario plan = regression(name);
    const auto found = shrink(plan, plan.expect.front().property);
    REQUIRE(found.has_value());
    CHECK(found->plan.instances == plan.instances);
    CHECK(found->plan.clients.size() == plan.clients.size());
    CHECK(found->plan.workload.messages == plan.workload.messages);
    CHECK(found->plan.duration == plan.duration);
    CHECK(found->plan.steps.size() == plan.steps.size());
  }
}

TEST_CASE("what was found once no longer breaks where it is mended", "[properties]") {
  const auto check_mended = [](Scenario plan, const auto& mend) {
    mend(plan);
    const auto replayed = replay(plan);
    REQUIRE(replayed.has_value());
    INFO(replayed->text);
    CHECK_FALSE(replayed->broken);
  };
  check_mended(regression("round_robin_loses_the_session"), [](Scenario& plan) { plan.policy = "ip_hash"; });
  check_mended(regression("ip_hash_moves_a_session_back"),
               [](Scenario& plan) { plan.policy = "sticky cookie srv_id"; });
  check_mended(regression("no_broker_splits_a_room"),
               [](Scenario& plan) { plan.broker = BrokerKind::embedded; });
  check_mended(regression("crash_empties_the_rooms"), [](Scenario& plan) { plan.steps.clear(); });
}

}  // namespace roundhouse::test
