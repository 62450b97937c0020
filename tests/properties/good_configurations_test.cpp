// What must hold whatever is done to a run: random plans, judged; one that breaks a property is shrunk and told.
#include "tests/properties/plans.h"

#include <roundhouse/state.h>

#include <catch2/catch.hpp>

namespace roundhouse::test {

TEST_CASE(
    "a sticky cookie and a broker keep order, rooms and sessions under kills, restarts and client faults",
    "[properties]") {
  const Scenario sticky = town("sticky cookie srv_id");
  const PlanOptions options{.steps = 14, .pauses = false, .app_links = false};
  CHECK(rc::check("given kills, restarts and client faults, P1, P2, P3, P7, P9 and the books hold", [&] {
    const std::string broken = broken_by(any_plan(sticky, options), {"P1", "P2", "P3", "P7", "P9", "P17"});
    if (!broken.empty()) RC_FAIL(broken);
  }));
}

TEST_CASE("no fault creates a message, leaks it out of its room, or loses it without a word",
          "[properties]") {
  const Scenario hashed = town("hash $remote_addr consistent");
  CHECK(rc::check("given all faults, P1, P3, P7 and the books hold", [&] {
    const std::string broken = broken_by(any_plan(hashed, {.steps = 14}), {"P1", "P3", "P7", "P17"});
    if (!broken.empty()) RC_FAIL(broken);
  }));
}

TEST_CASE("every part of a plan is a plan", "[properties]") {
  const Scenario hashed = town("ip_hash");
  CHECK(rc::check("given a plan, any of its steps may be left out, and the books balance", [&] {
    const Scenario whole = any_plan(hashed, {.steps = 12});
    Scenario part = whole;
    part.steps.clear();
    for (const Step& step : whole.steps) {
      if (*rc::gen::inRange(0, 2) == 1) part.steps.push_back(step);
    }
    const auto trial = try_plan(part, {"P17"});
    RC_ASSERT(trial.has_value());
    RC_ASSERT(trial->failed({}) == nullptr);
    // Each is written down: applied, or skipped where its target is gone.
    RC_ASSERT(trial->cluster->trace().state().records(RecordKind::step) == part.steps.size());
  }));
}

TEST_CASE("without faults everything is delivered", "[properties]") {
  const Scenario sticky = town("sticky cookie srv_id");
  const PlanOptions options{
      .kills = false, .pauses = false, .client_links = false, .app_links = false, .clients = false};
  CHECK(rc::check("given joins, leaves and sends alone, every property holds", [&] {
    const std::string broken = broken_by(any_plan(sticky, options), {});
    if (!broken.empty()) RC_FAIL(broken);
  }));
}

}  // namespace roundhouse::test
