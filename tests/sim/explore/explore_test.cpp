#include <roundhouse/explore.h>

#include <algorithm>
#include <catch2/catch.hpp>

namespace roundhouse::test {

using namespace std::chrono_literals;

namespace {

Scenario two_clients() {
  Scenario scenario;
  scenario.file = scenario.name = "two";
  scenario.policy = "sticky cookie srv_id";
  scenario.duration = 4s;
  scenario.clients = {{.prefix = "ann", .count = 1, .address = "127.0.1.1"},
                      {.prefix = "bob", .count = 1, .address = "127.0.2.1", .start = 50ms}};
  return scenario;
}

}  // namespace

TEST_CASE("the same seed makes the same plan, another seed another", "[explore]") {
  CHECK(random_plan(two_clients(), {}, 7) == random_plan(two_clients(), {}, 7));
  CHECK_FALSE(random_plan(two_clients(), {}, 7).steps == random_plan(two_clients(), {}, 8).steps);
}

TEST_CASE("a random plan is a scenario that reads back, and mends what it broke", "[explore]") {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    const Scenario plan = random_plan(two_clients(), {.steps = 12}, seed);
    const auto read = parse_scenario(scenario_toml(plan), "plan.toml");
    if (!read) FAIL(read.error().text());
    for (const Step& step : plan.steps) {
      if (step.verb != "cut" && step.verb != "pause") continue;
      CHECK(std::any_of(plan.steps.begin(), plan.steps.end(), [&](const Step& other) {
        return other.at >= step.at && other.target == step.target &&
               other.verb == (step.verb == "cut" ? "heal" : "continue");
      }));
    }
  }
}

TEST_CASE("a plan that breaks nothing has nothing to shrink", "[explore]") {
  const auto found = shrink(two_clients(), "P2");
  REQUIRE_FALSE(found.has_value());
  CHECK(found.error().what() == "the plan does not break P2");
}

TEST_CASE("of a group the client that matters is left, at its own address and under a name of its own",
          "[explore]") {
  Scenario plan = two_clients();
  plan.clients = {{.count = 6}};
  plan.duration = 10s;
  plan.app.ping_interval = plan.app.ping_timeout = 1s;
  plan.steps = {{.at = 2s, .verb = "cut", .target = "client-5-proxy"},
                {.at = 6s, .verb = "heal", .target = "client-5-proxy"}};
  const auto found = shrink(plan, "P10");
  REQUIRE(found.has_value());
  REQUIRE(found->plan.clients.size() == 1);
  CHECK(found->plan.clients.front().prefix == "client5");
  CHECK(found->plan.clients.front().count == 1);
  CHECK(found->plan.clients.front().address == "127.0.5.1");
  REQUIRE(found->plan.steps.size() == 2);
  for (const Step& step : found->plan.steps) CHECK(step.target == "client5-1-proxy");
}

TEST_CASE("a long nginx text shrinks to its policy", "[explore]") {
  Scenario plan = two_clients();
  plan.policy.clear();
  plan.nginx =
      "events {}\nhttp {\n  upstream app {\n    server app-1:5000;\n    server app-2:5000;\n"
      "    hash $remote_addr;\n  }\n  server {\n    listen 80;\n    location / {\n"
      "      proxy_pass http://app;\n      proxy_http_version 1.1;\n"
      "      proxy_set_header Upgrade $http_upgrade;\n      proxy_set_header Connection upgrade;\n"
      "    }\n  }\n}\n";
  plan.steps = {{.at = 2s, .verb = "restart", .target = "apps"}};
  const auto found = shrink(plan, "P10");
  REQUIRE(found.has_value());
  CHECK(found->plan.nginx.empty());
  CHECK(found->plan.policy == "hash $remote_addr");
  CHECK(found->plan.instances == 1);
}

TEST_CASE("steps that were applied and break something are counted as hits", "[explore]") {
  Scenario plan = two_clients();
  plan.steps = {{.at = 1s, .verb = "heal", .target = "ann-1-proxy"},
                {.at = 1s, .verb = "send", .target = "ann-1", .arguments = {{"room", "red"}}},
                {.at = 2s, .verb = "kill", .target = "app-1"},
                {.at = 3s, .verb = "kill", .target = "app-1"}};  // skipped: it is down
  const auto trial = try_plan(plan);
  REQUIRE(trial.has_value());
  CHECK(fault_hits(trial->cluster->trace()) == 1);
}

TEST_CASE("a plan that expects nothing to be broken has nothing to replay", "[explore]") {
  Scenario plan = two_clients();
  plan.file = "two.toml";
  const auto replayed = replay(plan);
  REQUIRE_FALSE(replayed.has_value());
  CHECK(replayed.error().text().starts_with("two.toml:1: no property is expected to be broken"));
}

TEST_CASE("a counterexample is told in words, drawn, and replayed by one line", "[explore]") {
  Scenario plan = two_clients();
  plan.steps = {{.at = 1730ms, .verb = "restart", .target = "apps"},
                {.at = 2s, .verb = "send", .target = "bob-1", .arguments = {{"room", "red"}}}};
  const auto found = shrink(plan, "P10");
  REQUIRE(found.has_value());
  const std::string text = counterexample_text(*found, "found.toml");
  CAPTURE(text);
  CHECK(text.starts_with(
      "P10 membership survival is broken: ann-1 was in room-1 when its connection ended at 2.000 s"));
  CHECK(text.find("1 instance behind sticky cookie srv_id, a broker; 1 client; seed 1; 4s\n"
                  "  at 0s: ann-1 connects (polling, then the upgrade) and joins room-1\n"
                  "  at 2s: restart apps\n") != text.npos);
  CHECK(text.find("ann-1               app-1\n") != text.npos);
  CHECK(text.find("* is in room-1      |\n") != text.npos);
  CHECK(text.find("2000.000 ms  == restart apps =") != text.npos);
  CHECK(text.find("* is cut off: transport close") != text.npos);
  CHECK(text.ends_with("roundhouse replay found.toml\n"));
}

TEST_CASE("an instance that dies at the moment of its start holds nothing", "[explore]") {
  Scenario plan = two_clients();
  plan.steps = {
      {.at = 1s, .verb = "restart", .target = "app-1"},   {.at = 1s, .verb = "restart", .target = "app-1"},
      {.at = 2s, .verb = "restart", .target = "broker"},  {.at = 2s, .verb = "kill", .target = "broker"},
      {.at = 3s, .verb = "restart", .target = "proxy"},   {.at = 3s, .verb = "kill", .target = "proxy"},
      {.at = 3s, .verb = "restart", .target = "clients"}, {.at = 3s, .verb = "drop", .target = "clients"}};
  const auto trial = try_plan(plan, {"P17"});
  REQUIRE(trial.has_value());
  CHECK(trial->failed({}) == nullptr);
}

}  // namespace roundhouse::test
