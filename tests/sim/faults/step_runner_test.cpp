// Steps, carried out on a world that notes what is done to it.
#include "sim/faults/step_runner.h"

#include <catch2/catch.hpp>

#include "tests/sim/faults/fake_world.h"

using namespace roundhouse;
using namespace std::chrono_literals;
using Done = std::vector<std::string>;

namespace {

struct Run {
  Run() {
    world.trace().keep_records(true);
    context.by = world.trace().add_entity(EntityKind::run, "run", {}, "", {});
    for (const char* name : {"app-1", "app-2"})
      world.add_node({.name = name, .kind = EntityKind::app, .ip = {}, .make = {}});
    for (const char* name : {"client-1", "client-2"}) {
      world.add_node({.name = name, .kind = EntityKind::client, .ip = {}, .make = {}});
    }
    world.add_node({.name = "broker", .kind = EntityKind::broker, .ip = {}, .make = {}});
  }

  StepOutcome step(const std::string& verb, const std::string& target,
                   std::map<std::string, std::string> arguments = {}) {
    world.done.clear();
    return run_step(world,
                    {.at = {}, .verb = verb, .target = target, .arguments = std::move(arguments), .line = 0},
                    context);
  }
  NodeId node(const char* name) { return world.node_named(name); }
  LinkSettings link(const char* from, const char* to) { return world.link(node(from), node(to)); }
  std::string text(std::uint64_t id) {
    return std::string(world.trace().text_of(TextId{static_cast<std::uint32_t>(id)}));
  }

  FakeWorld world;
  StepContext context;
};

}  // namespace

TEST_CASE("a node's verbs do what they say", "[faults]") {
  Run run;
  CHECK(run.step("pause", "app-1").applied);
  CHECK(run.world.done == Done{"pause app-1"});
  CHECK(run.step("continue", "app-1").applied);
  CHECK(run.world.done == Done{"go_on app-1"});
  CHECK(run.step("lose", "app-1").applied);
  CHECK(run.world.done == Done{"lose app-1"});
  CHECK(run.step("stop", "app-2").applied);
  CHECK(run.world.done == Done{"stop app-2"});
  CHECK(run.step("kill", "broker").applied);
  CHECK(run.world.done == Done{"kill broker"});
  CHECK(run.step("drop", "client-2").applied);
  CHECK(run.world.done == Done{"kill client-2"});
}

TEST_CASE("restart kills what still runs, and starts it", "[faults]") {
  Run run;
  CHECK(run.step("restart", "app-1").applied);
  CHECK(run.world.done == Done{"kill app-1", "start app-1"});
  run.step("kill", "app-1");
  CHECK(run.step("restart", "app-1").applied);
  CHECK(run.world.done == Done{"start app-1"});
}

TEST_CASE("a step whose target cannot take it is skipped, and does nothing", "[faults]") {
  Run run;
  run.step("kill", "app-1");
  const StepOutcome again = run.step("kill", "app-1");
  CHECK_FALSE(again.applied);
  CHECK(again.why == "app-1 is down");
  CHECK(run.world.done.empty());
  CHECK(run.step("continue", "app-2").why == "app-2 is up");
  run.step("lose", "app-2");
  CHECK(run.step("pause", "app-2").why == "app-2 is lost");
}

TEST_CASE("a group takes a step as long as one of its nodes can", "[faults]") {
  Run run;
  run.step("kill", "app-1");
  CHECK(run.step("kill", "apps").applied);
  CHECK(run.world.done == Done{"kill app-2"});
  const StepOutcome none = run.step("kill", "apps");
  CHECK_FALSE(none.applied);
  CHECK(none.why == "each of apps is down");
  CHECK(run.step("drop", "clients").applied);
  CHECK(run.world.done == Done{"kill client-1", "kill client-2"});
}

TEST_CASE("what makes no sense is skipped with the reason", "[faults]") {
  Run run;
  CHECK(run.step("explode", "app-1").why == "there is no verb explode");
  CHECK(run.step("kill", "app-9").why == "no node here is named app-9");
  CHECK(run.step("drop", "app-1").why == "app-1 is no client");
  CHECK(run.step("cut", "app-1-brokr").why == "no link here is named app-1-brokr");
  CHECK(run.step("slow", "app-1-broker", {{"latency", "4x"}}).why ==
        "latency is not a duration such as \"40ms\": \"4x\"");
  CHECK(run.step("slow", "app-1-broker", {{"rate", "-4"}}).why == "rate is not a whole number: \"-4\"");
  CHECK(run.step("join", "client-1").why == "join needs room");
  CHECK(run.world.done.empty());
}

TEST_CASE("a link is cut both ways or one way, and healed", "[faults]") {
  Run run;
  CHECK(run.step("cut", "app-1->broker").applied);
  CHECK(run.link("app-1", "broker").cut);
  CHECK_FALSE(run.link("broker", "app-1").cut);
  CHECK(run.step("cut", "app-1-broker").applied);
  CHECK(run.link("broker", "app-1").cut);
  CHECK(run.step("heal", "app-1-broker").applied);
  CHECK(run.link("app-1", "broker") == run.world.standard);
  CHECK(run.link("broker", "app-1") == run.world.standard);
}

TEST_CASE("heal puts a link back as it was before the first cut or slow", "[faults]") {
  Run run;
  run.step("slow", "app-1->broker", {{"latency", "40ms"}});
  run.step("slow", "app-1->broker", {{"jitter", "5ms"}, {"rate", "1000"}});
  CHECK(run.link("app-1", "broker") ==
        LinkSettings{.latency = 40ms, .jitter = 5ms, .bytes_per_second = 1000});
  run.step("cut", "app-1->broker");
  CHECK(run.link("app-1", "broker").latency == 40ms);
  run.step("heal", "app-1->broker");
  CHECK(run.link("app-1", "broker") == run.world.standard);
}

TEST_CASE("a link that was cut from the start is healed as well", "[faults]") {
  Run run;
  run.world.set_link(run.node("app-1"), run.node("broker"), {.latency = 3ms, .cut = true});
  run.step("heal", "app-1->broker");
  CHECK(run.link("app-1", "broker") == LinkSettings{.latency = 3ms});
  run.world.set_link(run.node("app-1"), run.node("broker"), {.latency = 3ms, .cut = true});
  run.step("slow", "app-1->broker", {{"latency", "9ms"}});
  run.step("heal", "app-1->broker");
  CHECK(run.link("app-1", "broker") == LinkSettings{.latency = 3ms});
}

TEST_CASE("a link of groups is every pair of theirs", "[faults]") {
  Run run;
  CHECK(run.step("cut", "apps->broker").applied);
  CHECK(run.world.done == Done{"set_link app-1>broker", "set_link app-2>broker"});
  CHECK(run.step("reset", "clients-app-2").applied);
  CHECK(run.world.done ==
        Done{"reset client-1>app-2", "reset app-2>client-1", "reset client-2>app-2", "reset app-2>client-2"});
}

TEST_CASE("a client's verbs go to whoever acts for clients", "[faults]") {
  Run run;
  CHECK(run.step("join", "client-1", {{"room", "lobby"}}).why == "nothing here acts for clients");
  std::vector<std::string> asked;
  run.context.client_verb = [&](NodeId client, const Step& step) {
    asked.push_back(step.verb + " " + std::to_string(client.value) + " " + arguments_text(step));
  };
  CHECK(run.step("join", "client-1", {{"room", "lobby"}}).applied);
  CHECK(run.step("send", "client-2", {{"room", "lobby"}, {"bytes", "9"}}).applied);
  CHECK(run.step("leave", "client-2", {{"room", "lobby"}}).applied);
  CHECK(run.step("disconnect", "clients").applied);
  CHECK(asked == Done{"join 3 room=lobby", "send 4 bytes=9 room=lobby", "leave 4 room=lobby", "disconnect 3 ",
                      "disconnect 4 "});
  run.step("drop", "client-1");
  CHECK(run.step("join", "client-1", {{"room", "lobby"}}).why == "client-1 is down");
  CHECK(asked.size() == 5);
}

TEST_CASE("a step is recorded, applied or skipped, with its reason", "[faults]") {
  Run run;
  run.step("slow", "app-1->broker", {{"rate", "7"}, {"latency", "40ms"}});
  run.step("kill", "app-9");
  std::vector<Record> steps;
  for (const Record& record : run.world.trace().records()) {
    if (record.kind == RecordKind::step) steps.push_back(record);
  }
  REQUIRE(steps.size() == 2);
  CHECK(steps[0].at == Instant{5'000'000});
  CHECK(steps[0].by == run.context.by);
  CHECK(steps[0].how == 1);
  CHECK(run.text(steps[0].subject.value) == "slow");
  CHECK(run.text(steps[0].text.value) == "app-1->broker");
  CHECK(run.text(steps[0].value) == "latency=40ms rate=7");
  CHECK(steps[0].extra == 0);
  CHECK(steps[1].how == 2);
  CHECK(run.text(steps[1].extra) == "no node here is named app-9");
}

TEST_CASE("a policy is read before the step is written down, and put in force behind it", "[faults]") {
  Run run;
  run.world.add_node({.name = "proxy", .kind = EntityKind::proxy, .ip = {}, .make = {}});
  CHECK(run.step("policy", "proxy", {{"policy", "ip_hash"}}).why == "nothing here acts for the proxy");
  std::string in_force;
  run.context.reload = [&](NodeId, const Step& step) -> Result<std::function<void()>> {
    const std::string policy = step.arguments.at("policy");
    if (policy == "random") return Error("not here");
    return std::function<void()>([&in_force, policy] { in_force = policy; });
  };
  CHECK(run.step("policy", "proxy", {{"policy", "ip_hash"}}).applied);
  CHECK(in_force == "ip_hash");
  CHECK(run.step("policy", "proxy", {{"policy", "random"}}).why == "not here");
  CHECK(in_force == "ip_hash");
  CHECK(run.step("policy", "app-1", {{"policy", "ip_hash"}}).why == "app-1 is no proxy");
}
