// A real nginx and our proxy side by side: the same configuration text, the same clients, the same failures, and for each request
// the same servers tried in the same order, with the same answer. Plans are drawn, and shrunk where they fail, by RapidCheck.
#define CATCH_CONFIG_RUNNER
#include <rapidcheck.h>
#include <catch2/catch.hpp>

#include <algorithm>
#include <iostream>
#include <sstream>

#include "tests/peers/peer_duel.h"
#include "tests/peers/real_nginx.h"

using namespace roundhouse::peers;

namespace {

/// For each method; RC_PARAMS may ask for fewer.
constexpr int plans_max = 60;
/// Each waits for seconds.
constexpr int lapsing_plans_max = 4;
/// Trials of a plan that was too slow for its clock.
constexpr int trials_max = 5;

std::string nginx_program;

ScriptedServers& servers() {
  static ScriptedServers all(servers_max);
  return all;
}

/// How often what the plans are for has happened.
struct Seen {
  int requests = 0;
  int next_tries = 0;
  int none_live = 0;
  int tunnels = 0;
};

void note(const Duel& duel, Seen& seen) {
  for (const Pair& pair : duel.pairs) {
    ++seen.requests;
    seen.next_tries += pair.nginx.find(", 127.") != std::string::npos ? 1 : 0;
    seen.none_live += pair.nginx.find("app") != std::string::npos ? 1 : 0;
    seen.tunnels += pair.nginx.ends_with("101") ? 1 : 0;
  }
}

Duel play_in_time(const Plan& plan) {
  Duel duel;
  for (int trial = 0; trial < trials_max; ++trial) {
    try {
      duel = play(nginx_program, servers(), plan);
    } catch (const std::exception& problem) {
      // Said at once: RapidCheck would show it of the last plan only.
      std::cerr << "a plan could not be played: " << problem.what() << "\n" << plan;
      throw;
    }
    if (!duel.too_slow) return duel;
  }
  return duel;
}

/// Prints a failing plan, shrunk, and what both did.
bool holds_for(Method method, bool lapses, int most, Seen& seen) {
  rc::detail::TestParams params = rc::detail::configuration().testParams;
  params.maxSuccess = std::min(params.maxSuccess, most);
  const auto result = rc::detail::checkTestable(
      [&] {
        const Plan plan = *any_plan(method, lapses);
        const Duel duel = play_in_time(plan);
        if (duel.too_slow) RC_DISCARD("slower than fail_timeout");
        note(duel, seen);
        if (!duel.same()) RC_FAIL(duel.report());
      },
      rc::detail::TestMetadata(), params);
  rc::detail::printResultMessage(result, std::cerr);
  std::cerr << "\n";
  return result.template is<rc::detail::SuccessResult>();
}

}  // namespace

TEST_CASE("nginx and we send each request to the same servers", "[peers]") {
  Seen seen;
  const auto method = static_cast<Method>(GENERATE(0, 1, 2, 3, 4));
  CHECK(holds_for(method, /*lapses=*/false, plans_max, seen));
  std::cerr << seen.requests << " requests, " << seen.next_tries << " of them tried a next server, "
            << seen.none_live << " found none live, " << seen.tunnels << " became tunnels\n";
  CHECK(seen.next_tries > 0);
  CHECK(seen.none_live > 0);
  CHECK(seen.tunnels > 0);
}

TEST_CASE("nginx and we try a failed server again at the same request, once fail_timeout has lapsed",
          "[peers]") {
  Seen seen;
  const auto method = static_cast<Method>(GENERATE(0, 1, 3, 4));
  CHECK(holds_for(method, /*lapses=*/true, lapsing_plans_max, seen));
}

namespace {

/// Enough requests that every server has its turn.
Plan quiet_plan(Method method) {
  Plan plan;
  plan.method = method;
  plan.servers = {{.weight = 2}, {.weight = 1}, {.weight = 1}};
  for (int i = 0; i < 24; ++i)
    plan.moves.push_back({.verb = i % 3 == 0 ? Verb::open : Verb::get, .client = i * 37, .key = i + 1});
  return plan;
}

}  // namespace

TEST_CASE("a request with a body is in nginx's log even if it is the last one", "[peers]") {
  // nginx writes its line after the client has seen the end: how soon is the kernel's choice, so it is asked often.
  constexpr int times = 100;
  Plan plan;
  plan.servers.resize(1);
  plan.moves.push_back({.verb = Verb::post});
  for (int i = 0; i < times; ++i) {
    const Duel duel = play(nginx_program, servers(), plan);
    REQUIRE(duel.report().find("  0: 127.0.0.1:") != std::string::npos);
  }
}

TEST_CASE("an nginx that nobody asked anything ends when it is told", "[peers]") {
  // The signal may come before it waits for its first event.
  constexpr int times = 100;
  for (int i = 0; i < times; ++i) REQUIRE(play(nginx_program, servers(), {}).pairs.empty());
}

TEST_CASE("a wrong weight on our side is found, whatever the method", "[peers]") {
  const Plan plan = quiet_plan(static_cast<Method>(GENERATE(0, 1, 2, 3, 4)));
  CHECK(play(nginx_program, servers(), plan).same());
  Plan wrong = plan;
  wrong.servers[1].weight = 7;
  const Duel duel = play(nginx_program, servers(), plan, &wrong);
  CHECK_FALSE(duel.same());
  CHECK(duel.report().find("\n! ") != std::string::npos);
}

TEST_CASE("a wrong max_fails, max_conns, method or list of conditions on our side is found", "[peers]") {
  Plan plan = quiet_plan(Method::round_robin);
  plan.servers[0].max_fails = 2;
  plan.moves.insert(plan.moves.begin(), {.verb = Verb::mode, .target = 0, .mode = Mode::answers_500});
  plan.next_upstream = 1u << 4;  // http_500
  CHECK(play(nginx_program, servers(), plan).same());
  Plan wrong = plan;
  SECTION("max_fails") {
    wrong.servers[0].max_fails = 1;
  }
  SECTION("max_conns") {
    wrong.servers[1].max_conns = 1;
  }
  SECTION("method") {
    wrong.method = Method::least_conn;
  }
  SECTION("conditions") {
    wrong.next_upstream = 1u << 5;
  }
  CHECK_FALSE(play(nginx_program, servers(), plan, &wrong).same());
}

int main(int count, char** words) {
  const auto found = find_nginx();
  if (!found) {
    std::cout << "SKIPPED: nginx is not installed\n";
    return 77;  // ctest's SKIP_RETURN_CODE for these tests
  }
  nginx_program = *found;
  return Catch::Session().run(count, words);
}
