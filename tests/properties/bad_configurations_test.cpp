// What is known to break does break, is found by random plans, and shrinks to the shape that is known.
#include "tests/properties/plans.h"

#include <algorithm>
#include <catch2/catch.hpp>

namespace roundhouse::test {

namespace {

constexpr std::uint64_t seeds_max = 200;
constexpr double shrink_seconds_max = 2;

/// The line of the diagram that names the columns: the one before the first moment.
std::string heads(const std::string& text) {
  const std::size_t first_moment = text.find(" ms  ");
  const std::size_t end = text.rfind('\n', first_moment);
  const std::size_t begin = text.rfind('\n', end - 1) + 1;
  return text.substr(begin, end - begin) + " ";
}

/// The plan in plain words, a column for each party, and the line that replays it.
void check_told(const Counterexample& found, const std::string& text, const std::string& file) {
  CHECK(text.starts_with(found.verdict.property + " " + found.verdict.name + " is broken: "));
  CHECK(text.find("\n\n" + plan_words(found.plan) + "\n") != std::string::npos);
  for (const ClientGroup& group : found.plan.clients) {
    CHECK(heads(text).find(group.prefix + "-1 ") != std::string::npos);
  }
  for (std::uint32_t i = 1; i <= found.plan.instances; ++i)
    CHECK(heads(text).find("app-" + std::to_string(i)) != std::string::npos);
  CHECK(text.ends_with("to see it again:\n  roundhouse replay " + file + "\n"));
}

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
    check_told(*counterexample, text, property + ".toml");
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

  // The shape: the client's home is out after one refused request, the session opens on the other instance, the home is tried again and
  // gets the session's next request.
  const auto trial = try_plan(example.plan, {"P9"});
  REQUIRE(trial.has_value());
  const Verdict* broken = trial->failed({"P9"});
  REQUIRE(broken != nullptr);
  REQUIRE(broken->witness.size() == 2);
  const Trace& trace = trial->cluster->trace();
  const auto& records = trace.records();
  const Record& opened = records[broken->witness[0]];
  const Record& strayed = records[broken->witness[1]];
  const auto peer_is = [&](const Record& record, PeerPhase phase) {
    return record.kind == RecordKind::peer && record.how == static_cast<std::uint8_t>(phase) &&
           trace.text_of(record.subject).find(trace.entity(strayed.by).name) != std::string_view::npos;
  };
  const auto out = std::find_if(records.begin(), records.end(),
                                [&](const Record& record) { return peer_is(record, PeerPhase::out); });
  REQUIRE(out != records.end());
  CHECK(out->at <= opened.at);
  CHECK(std::any_of(out, records.end(), [&](const Record& record) {
    return peer_is(record, PeerPhase::probation) && record.at > opened.at && record.at <= strayed.at;
  }));
  CHECK(strayed.at - out->at >= 10s);
  CHECK(strayed.code == 400);
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
