// Bugs planted between a party and its world: each is caught by a checker or the books, and the same town without it is clean.
#include "tests/properties/plans.h"

#include <catch2/catch.hpp>

#include "core/base/assertion.h"
#include "tests/properties/meddler.h"

namespace roundhouse::test {

namespace {

/// Two rooms, polling and upgraded clients, no faults.
Scenario two_rooms() {
  Scenario scenario = town("sticky cookie srv_id");
  scenario.duration = 12s;
  scenario.workload.messages = 300;
  scenario.workload.interval = 30ms;
  for (const char* prefix : {"bob-1", "dan-1"}) {
    Step join{.at = 500ms, .verb = "join", .target = prefix, .arguments = {{"room", "room-2"}}};
    Step leave{.at = 600ms, .verb = "leave", .target = prefix, .arguments = {{"room", "room-1"}}};
    scenario.steps.push_back(join);
    scenario.steps.push_back(leave);
  }
  return scenario;
}

/// The verdict on that property in the town where the bug is.
template <class Bug>
Verdict verdict_with(EntityKind where, const std::string& property) {
  const auto clean = try_plan(two_rooms(), {property});
  REQUIRE(clean.has_value());
  REQUIRE(clean->verdicts.size() == 1);
  INFO("without the bug: " << clean->verdicts.front().words);
  CHECK(clean->verdicts.front().outcome == Outcome::pass);
  const auto trial = try_plan(two_rooms(), {property}, with_bug<Bug>(where));
  REQUIRE(trial.has_value());
  REQUIRE(trial->verdicts.size() == 1);
  UNSCOPED_INFO(trial->verdicts.front().words);
  return trial->verdicts.front();
}

struct DeliversTwice final : Meddler {
  using Meddler::Meddler;
  std::size_t sending(ConnectionId connection, ByteView bytes, Marks marks) override {
    if (carries(marks, What::copy)) pass(connection, bytes, marks);
    return pass(connection, bytes, marks);
  }
};

/// An app knows its own messages by the id in front of them; this one reads another id there.
struct ForgetsItsOwnEcho final : Meddler {
  using Meddler::Meddler;
  static constexpr std::size_t id_letters = 6;
  std::string id;

  std::size_t sending(ConnectionId connection, ByteView bytes, Marks marks) override {
    constexpr std::string_view head = "\x93\xa6";  // an array of three, then a text of six letters
    const std::size_t at = carries(marks, What::publish) ? bytes.find(head) : bytes.npos;
    if (at != bytes.npos) id = bytes.substr(at + head.size(), id_letters);
    return pass(connection, bytes, marks);
  }
  Bytes arriving(ConnectionId, ByteView bytes) override {
    Bytes changed(bytes);
    for (std::size_t at = 0; !id.empty() && (at = changed.find(id, at)) != changed.npos;) changed[at] = '!';
    return changed;
  }
};

/// Once in a hundred requests that name their instance, the proxy does not see the name.
struct ForgetsStickiness final : Meddler {
  using Meddler::Meddler;
  int requests = 0;

  Bytes arriving(ConnectionId, ByteView bytes) override {
    Bytes changed(bytes);
    const std::size_t at = changed.find("srv_id=");
    const bool request = changed.starts_with("GET") || changed.starts_with("POST");
    if (request && at != changed.npos && ++requests % 100 == 0) changed[at] = 'x';
    return changed;
  }
};

/// What is said in room-1 goes to the members of room-2 on other instances.
struct LeaksARoom final : Meddler {
  using Meddler::Meddler;
  std::size_t sending(ConnectionId connection, ByteView bytes, Marks marks) override {
    if (!carries(marks, What::publish)) return pass(connection, bytes, marks);
    Bytes changed(bytes);
    for (std::size_t at = 0; (at = changed.find("room-1", at)) != changed.npos;) changed[at + 5] = '2';
    return pass(connection, changed, marks);
  }
};

/// Every fifth message to a client is gone, and nobody says so.
struct DropsSilently final : Meddler {
  using Meddler::Meddler;
  int messages = 0;

  std::size_t sending(ConnectionId connection, ByteView bytes, Marks marks) override {
    if (carries(marks, What::deliver) && ++messages % 5 == 0) return 0;
    return pass(connection, bytes, marks);
  }
};

/// An instance must not publish a third time; and one that has published nothing must not be spoken to after five seconds.
struct BreaksTwoAssertions final : Meddler {
  using Meddler::Meddler;
  int publishes = 0;

  std::size_t sending(ConnectionId connection, ByteView bytes, Marks marks) override {
    if (carries(marks, What::publish)) ++publishes;
    ROUNDHOUSE_ASSERT(publishes < 3);
    return pass(connection, bytes, marks);
  }
  Bytes arriving(ConnectionId, ByteView bytes) override {
    ROUNDHOUSE_ASSERT(publishes > 0 || now() < Instant{} + 5s);
    return Bytes(bytes);
  }
};

}  // namespace

TEST_CASE("a broker that delivers twice is caught", "[properties]") {
  const Verdict verdict = verdict_with<DeliversTwice>(EntityKind::broker, "P2");
  CHECK(verdict.outcome == Outcome::fail);
  CHECK(verdict.words.find(" twice: at ") != std::string::npos);
}

TEST_CASE("an app that forgets to drop its own echo is caught", "[properties]") {
  const Verdict verdict = verdict_with<ForgetsItsOwnEcho>(EntityKind::app, "P2");
  CHECK(verdict.outcome == Outcome::fail);
}

TEST_CASE("a proxy that now and then forgets stickiness is caught", "[properties]") {
  const Verdict verdict = verdict_with<ForgetsStickiness>(EntityKind::proxy, "P9");
  CHECK(verdict.outcome == Outcome::fail);
}

TEST_CASE("an app that leaks a room is caught", "[properties]") {
  const Verdict verdict = verdict_with<LeaksARoom>(EntityKind::app, "P7");
  CHECK(verdict.outcome == Outcome::fail);
  CHECK(verdict.words.find("was not in room-1 at any time since") != std::string::npos);
}

TEST_CASE("a party that drops a message silently is caught by the books", "[properties]") {
  const Verdict verdict = verdict_with<DropsSilently>(EntityKind::app, "P17");
  CHECK(verdict.outcome == Outcome::fail);
  CHECK(verdict_with<DropsSilently>(EntityKind::app, "P11").outcome == Outcome::fail);
}

TEST_CASE("a planted bug shrinks to what shows it", "[properties]") {
  const auto found = shrink(two_rooms(), "P2", with_bug<DeliversTwice>(EntityKind::broker));
  REQUIRE(found.has_value());
  CHECK(found->plan.instances == 2);
  CHECK(found->plan.clients.size() == 2);
  CHECK(found->plan.workload.messages == 1);
  CHECK(found->plan.steps.empty());
}

TEST_CASE("a broken assertion is a failing plan: shrunk, told, written, and replayed", "[properties]") {
  const ClusterOptions bug = with_bug<BreaksTwoAssertions>(EntityKind::app);
  const auto trial = try_plan(two_rooms(), {"P1"}, bug);
  REQUIRE(trial.has_value());
  REQUIRE(trial->failed({}) != nullptr);
  CHECK(trial->failed({})->property == invariant_property);

  const auto found = shrink(two_rooms(), invariant_property, bug);
  REQUIRE(found.has_value());
  const std::string text = counterexample_text(*found, "found.toml", bug);
  CAPTURE(text);
  // It is still the assertion that was found first: with fewer messages the other one would break.
  CHECK(found->verdict.words.find("must hold: publishes < 3, in app-1 (seed 1, at ") != std::string::npos);
  CHECK(found->plan.workload.messages == 3);
  CHECK(found->plan.instances == 1);
  CHECK(found->plan.clients.size() == 1);
  CHECK(found->plan.steps.empty());
  CHECK(text.starts_with("invariant the simulator's own assertions is broken: "));
  CHECK(text.find("1 instance behind sticky cookie srv_id, a broker; 1 client; ") != text.npos);
  CHECK(text.find("app-1") < text.find("sends m3 to room-1"));
  CHECK(text.ends_with("roundhouse replay found.toml\n"));

  const auto again = parse_scenario(scenario_toml(found->plan), "found.toml");
  REQUIRE(again.has_value());
  const auto replayed = replay(*again, bug);
  REQUIRE(replayed.has_value());
  CHECK(replayed->broken);
  CHECK(replayed->text.starts_with("it reproduces: invariant the simulator's own assertions is broken: " +
                                   found->verdict.words));
  const auto mended = replay(*again);
  REQUIRE(mended.has_value());
  CHECK_FALSE(mended->broken);
  CHECK(mended->text ==
        "it does not reproduce:\n  invariant the simulator's own assertions holds: each of them held\n");
}

}  // namespace roundhouse::test
