// A scenario file's text becomes a value.
#include <roundhouse/scenario.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "sim/faults/duration_text.h"
#include "sim/scenario/scenario_keys.h"

using namespace roundhouse;
using namespace std::chrono_literals;

namespace {

Scenario parsed(const std::string& text) {
  const auto scenario = parse_scenario(text, "x.toml");
  if (!scenario) FAIL(scenario.error().text());
  return *scenario;
}

}  // namespace

TEST_CASE("an empty file is a scenario of defaults without clients", "[scenario]") {
  const Scenario scenario = parsed("");
  CHECK(scenario.name == "x");
  CHECK(scenario.file == "x.toml");
  CHECK(scenario.instances == 2);
  CHECK(scenario.clients.empty());
  CHECK(scenario.nginx.empty());
  CHECK(scenario.broker == BrokerKind::embedded);
}

TEST_CASE("every key of a scenario reaches its place", "[scenario]") {
  const Scenario scenario = parsed(R"toml(
title = "T"
about = "A"
seed = 42
duration = 10
settle = "1500ms"
agree = ["connected", "lost.dead"]

[topology]
instances = 3
instance_prefix = "web"
instance_port = 8000
broker = "none"

[proxy]
policy = "ip_hash"

[app]
ping_interval = "300ms"
ping_timeout = "200ms"
upgrade_timeout = "1s"
connect_timeout = "2s"
payload_bytes_max = 5000

[default_link]
latency = "1ms"
jitter = "2ms"
rate = 1000

[[clients]]
prefix = "phone"
count = 7
transports = ["websocket"]
address = "127.9.{}.1"
rooms = 2
start = 0.25
spread = "1s"
think = "5ms"
think_jitter = "100ms"
reconnection = false
cookies = false
attempts = 4

[[clients]]
prefix = "desk"

[workload]
messages = 5
start = "2s"
interval = "10ms"
payload_bytes = 100

[[links]]
between = ["apps", "web-1"]
latency = "9ms"

[[links]]
from = "phone-7"
to = "proxy"
cut = true

[[steps]]
at = "2s"
verb = "slow"
target = "web-1->proxy"
latency = 0.04
rate = 500

[[steps]]
at = "3s"
verb = "send"
target = "desk-2"
room = "room-1"
bytes = 12

[[expect]]
metric = "connected"
between = [1, 2.5]
source = "S"
world = "loopback"

[[expect]]
name = "N"
metric = "connected_percent"
wilson99 = 25
)toml");
  CHECK(scenario.title == "T");
  CHECK(scenario.about == "A");
  CHECK(scenario.seed == 42);
  CHECK(scenario.duration == 10s);
  CHECK(scenario.settle == 1500ms);
  CHECK(scenario.agree == std::vector<std::string>{"connected", "lost.dead"});
  CHECK(scenario.instances == 3);
  CHECK(scenario.instance_prefix == "web");
  CHECK(scenario.instance_port == 8000);
  CHECK(scenario.broker == BrokerKind::none);
  CHECK(scenario.policy == "ip_hash");
  CHECK(scenario.app.ping_interval == 300ms);
  CHECK(scenario.app.ping_timeout == 200ms);
  CHECK(scenario.app.upgrade_timeout == 1s);
  CHECK(scenario.app.connect_timeout == 2s);
  CHECK(scenario.app.payload_bytes_max == 5000);
  CHECK(scenario.default_link == LinkSettings{.latency = 1ms, .jitter = 2ms, .bytes_per_second = 1000});

  REQUIRE(scenario.clients.size() == 2);
  const ClientGroup& phone = scenario.clients[0];
  CHECK(phone.prefix == "phone");
  CHECK(phone.count == 7);
  CHECK(phone.transports == std::vector{Transport::websocket});
  CHECK(phone.address == "127.9.{}.1");
  CHECK(phone.rooms == 2);
  CHECK(phone.start == 250ms);
  CHECK(phone.spread == 1s);
  CHECK(phone.think == 5ms);
  CHECK(phone.think_jitter == 100ms);
  CHECK_FALSE(phone.reconnection);
  CHECK_FALSE(phone.cookies);
  CHECK(phone.attempts == 4);
  CHECK(phone.line == 30);
  CHECK(scenario.clients[1].transports == std::vector{Transport::polling, Transport::websocket});

  CHECK(scenario.workload.messages == 5);
  CHECK(scenario.workload.start == 2s);
  CHECK(scenario.workload.interval == 10ms);
  CHECK(scenario.workload.payload_bytes == 100);

  REQUIRE(scenario.links.size() == 2);
  CHECK(scenario.links[0].a == "apps");
  CHECK(scenario.links[0].b == "web-1");
  CHECK(scenario.links[0].both_ways);
  CHECK(scenario.links[0].settings == LinkSettings{.latency = 9ms, .jitter = 2ms, .bytes_per_second = 1000});
  CHECK(scenario.links[1].a == "phone-7");
  CHECK(scenario.links[1].b == "proxy");
  CHECK_FALSE(scenario.links[1].both_ways);
  CHECK(scenario.links[1].settings.cut);

  REQUIRE(scenario.steps.size() == 2);
  CHECK(scenario.steps[0].at == 2s);
  CHECK(scenario.steps[0].verb == "slow");
  CHECK(scenario.steps[0].target == "web-1->proxy");
  CHECK(scenario.steps[0].arguments ==
        std::map<std::string, std::string>{{"latency", "40ms"}, {"rate", "500"}});
  CHECK(scenario.steps[1].arguments ==
        std::map<std::string, std::string>{{"room", "room-1"}, {"bytes", "12"}});

  REQUIRE(scenario.expect.size() == 2);
  CHECK(scenario.expect[0].name == "connected");
  CHECK(scenario.expect[0].kind == Expectation::Kind::between);
  CHECK(scenario.expect[0].value == 1);
  CHECK(scenario.expect[0].high == 2.5);
  CHECK(scenario.expect[0].source == "S");
  CHECK(scenario.expect[0].only == "loopback");
  CHECK(scenario.expect[1].name == "N");
  CHECK(scenario.expect[1].kind == Expectation::Kind::wilson99);
}

TEST_CASE("links may stand before the default link that they build on", "[scenario]") {
  const Scenario scenario = parsed(R"toml(
[[links]]
between = ["app-1", "broker"]
jitter = "1ms"
[default_link]
latency = "7ms"
)toml");
  CHECK(scenario.links[0].settings == LinkSettings{.latency = 7ms, .jitter = 1ms});
}

TEST_CASE("nginx text behind triple quotes begins in the next line", "[scenario]") {
  const Scenario scenario = parsed("# one\n[proxy]\nnginx = \"\"\"\nevents {}\nhttp {}\n\"\"\"\n");
  CHECK(scenario.nginx == "events {}\nhttp {}\n");
  CHECK(scenario.nginx_file == "x.toml");
  CHECK(scenario.nginx_first_line == 4);
}

TEST_CASE("nginx text that begins beside its quotes has the quotes' line", "[scenario]") {
  CHECK(parsed("[proxy]\nnginx = \"\"\"events {}\nhttp {}\"\"\"\n").nginx_first_line == 2);
  CHECK(parsed("\n[proxy]\nnginx = 'events {}'\n").nginx_first_line == 3);
  CHECK(parsed("[proxy]\nnginx = '''\nmap $a $b { ~^\\w 1; }\n'''\n").nginx_first_line == 3);
  CHECK(parsed("[proxy]\r\nnginx = '''\r\nevents {}\r\n'''\r\n").nginx_first_line == 3);
}

TEST_CASE("an nginx file is found beside its scenario, and counts its own lines", "[scenario]") {
  const auto folder = std::filesystem::path(ROUNDHOUSE_BINARY_DIR) / "tests" / "scenario-with-file";
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "x.conf") << "events {}\n";
  std::ofstream(folder / "x.toml") << "[proxy]\nnginx_file = \"x.conf\"\n";
  const auto scenario = read_scenario((folder / "x.toml").string());
  REQUIRE(scenario.has_value());
  CHECK(scenario->nginx == "events {}\n");
  CHECK(scenario->nginx_file == (folder / "x.conf").string());
  CHECK(scenario->nginx_first_line == 1);
}

TEST_CASE("a million clients and a hundred million messages are a scenario", "[scenario]") {
  const Scenario scenario = parsed(
      "duration = \"1h\"\n[[clients]]\ncount = 1000000\n[workload]\nmessages = 100000000\ninterval = "
      "\"30us\"\n");
  CHECK(scenario.clients[0].count == 1'000'000);
}

TEST_CASE("defaults in the documentation are those of the values", "[scenario]") {
  const std::string text = scenario_keys_markdown();
  CHECK(text.find("| `count` | whole number from 1 to 1000000 | `2` |") != std::string::npos);
  CHECK(text.find("| `ping_interval` | duration | `\"25s\"` |") != std::string::npos);
  CHECK(
      text.find("| `transports` | array of \"polling\", \"websocket\" | `[\"polling\", \"websocket\"]` |") !=
      std::string::npos);
  CHECK(text.find("| `latency` | duration | `\"200us\"` |") != std::string::npos);
}

TEST_CASE("what a key writes, it reads again", "[scenario]") {
  using namespace scenario_file;
  ClientGroup changed;
  changed.prefix = "phone";
  changed.count = 77;
  changed.transports = {Transport::websocket};
  changed.think = 1500us;
  changed.cookies = false;
  std::string text = "[[clients]]\n";
  for (const Key<ClientGroup>& key : client_keys()) text += key.name + " = " + key.write(changed) + "\n";
  ClientGroup read = parsed(text).clients[0];
  for (const Key<ClientGroup>& key : client_keys()) {
    INFO(key.name);
    CHECK(key.write(read) == key.write(changed));
  }
  CHECK(read.think == 1500us);
}
