// A scenario that is written reads back as the same value.
#include <roundhouse/scenario.h>

#include <catch2/catch.hpp>

using namespace roundhouse;
using namespace std::chrono_literals;

namespace {

/// Line numbers, and the file that they count, are all that writing may change.
Scenario without_places(Scenario scenario) {
  scenario.name = scenario.file = scenario.nginx_file = "";
  scenario.nginx_first_line = 1;
  scenario.workload.line = 0;
  for (ClientGroup& group : scenario.clients) group.line = 0;
  for (LinkLine& link : scenario.links) link.line = 0;
  for (Step& step : scenario.steps) step.line = 0;
  for (Expectation& expectation : scenario.expect) expectation.line = 0;
  for (Knob& knob : scenario.knobs) {
    knob.line = 0;
    if (knob.proxy) {
      knob.proxy->nginx_file.clear();
      knob.proxy->nginx_first_line = 1;
    }
    if (knob.clients) {
      for (ClientGroup& group : *knob.clients) group.line = 0;
    }
    if (knob.steps) {
      for (Step& step : *knob.steps) step.line = 0;
    }
    for (Expectation& expectation : knob.expect) expectation.line = 0;
  }
  return scenario;
}

Scenario read_back(const Scenario& scenario) {
  const std::string text = scenario_toml(scenario);
  INFO(text);
  const auto read = parse_scenario(text, "back.toml");
  if (!read) FAIL(read.error().text());
  return *read;
}

}  // namespace

TEST_CASE("every shipped scenario reads back from what is written of it", "[scenario]") {
  for (const std::string& name : shipped_scenarios()) {
    CAPTURE(name);
    const auto scenario = read_scenario(*find_scenario(name));
    REQUIRE(scenario.has_value());
    CHECK(without_places(read_back(*scenario)) == without_places(*scenario));
  }
}

TEST_CASE("every key of a scenario is written", "[scenario]") {
  Scenario all;
  all.title = "quotes \" and \\ and\ttabs";
  all.about = "two\nlines";
  all.claim = "it is so";
  all.seed = 42;
  all.duration = 10s;
  all.settle = 1500ms;
  all.agree = {"connected", "lost.dead"};
  all.instances = 3;
  all.instance_prefix = "web";
  all.instance_port = 8000;
  all.broker = BrokerKind::none;
  all.policy = "hash $remote_addr consistent";
  all.servers = 2;
  all.server_options = "max_fails=0";
  all.app = {.ping_interval = 300ms,
             .ping_timeout = 200ms,
             .upgrade_timeout = 1s,
             .connect_timeout = 2s,
             .payload_bytes_max = 5000};
  all.default_link = {.latency = 1ms, .jitter = 2ms, .bytes_per_second = 3000};
  all.links = {
      {.a = "apps", .b = "proxy", .settings = {.latency = 5ms, .jitter = 2ms, .bytes_per_second = 3000}},
      {.a = "clients", .b = "proxy", .settings = all.default_link, .both_ways = false}};
  all.links.back().settings.cut = true;
  all.clients = {{.prefix = "ann",
                  .count = 1,
                  .transports = {Transport::polling},
                  .address = "127.0.7.1",
                  .rooms = 0,
                  .start = 1s,
                  .spread = 2s,
                  .think = 5ms,
                  .think_jitter = 6ms,
                  .reconnection = false,
                  .cookies = false,
                  .attempts = 3},
                 {.prefix = "bob"}};
  all.workload = {.messages = 7, .start = 2s, .interval = 10ms, .payload_bytes = 5};
  all.steps = {
      {.at = 2s,
       .verb = "slow",
       .target = "web-1->proxy",
       .arguments = {{"latency", "40ms"}, {"rate", "1000"}}},
      {.at = 3s, .verb = "send", .target = "ann-1", .arguments = {{"room", "a \"room\""}, {"bytes", "9"}}},
      {.at = 0s, .verb = "kill", .target = "web-2"}};
  Expectation share{
      .name = "a share", .metric = "connected_percent", .kind = Expectation::Kind::wilson99, .value = 12.5};
  share.source = "somewhere";
  share.only = "virtual";
  Expectation range{.name = "deliveries",
                    .metric = "deliveries",
                    .kind = Expectation::Kind::between,
                    .value = 1,
                    .high = 2.25};
  Expectation broken{.name = "P9 is broken", .property = "P9", .broken = true};
  Expectation held{.name = "nobody hears twice", .property = "P2"};
  all.expect = {share, range, broken, held};
  all.knobs = {{.name = "made",
                .about = "a policy",
                .effect = Knob::Effect::mends,
                .proxy = ProxyText{.policy = "ip_hash", .servers = 1, .server_options = "weight=2"},
                .steps = std::vector<Step>{},
                .expect = {share}},
               {.name = "own",
                .about = "a text",
                .effect = Knob::Effect::breaks,
                .proxy = ProxyText{.nginx = "events {}\n"},
                .clients = all.clients,
                .steps = std::vector<Step>{all.steps[0]},
                .expect = {range, broken}},
               {.name = "plain",
                .about = "round robin",
                .effect = Knob::Effect::breaks,
                .proxy = ProxyText{},
                .expect = {held}}};
  CHECK(without_places(read_back(all)) == without_places(all));
}

TEST_CASE("nginx text is written line by line", "[scenario]") {
  Scenario scenario;
  scenario.nginx = "events {}\nhttp {\n  # a \\ and a \" and ''' too\n}\n";
  SECTION("with everything at once") {}
  SECTION("with a backslash alone") {
    scenario.nginx = "events {}\n# \\\n";
  }
  SECTION("with quotes alone") {
    scenario.nginx = "events {}\n# \"\"\" \n";
  }
  SECTION("without a last line end") {
    scenario.nginx = "events {}";
  }
  CHECK(read_back(scenario).nginx == scenario.nginx);
}

TEST_CASE("what is as it would be anyway is not written", "[scenario]") {
  Scenario scenario;
  scenario.clients = {{.prefix = "ann", .count = 1}};
  CHECK(scenario_toml(scenario) == "\n[[clients]]\nprefix = \"ann\"\ncount = 1\n");
}
