// The step `servers`: the proxy's configuration names more instances, or fewer, from now on.
#include <catch2/catch.hpp>

#include <roundhouse/roundhouse.h>

using namespace roundhouse;
using namespace std::chrono_literals;

namespace {

/// Clients on WebSocket before the step, and as many behind it.
Scenario early_and_late(const std::string& policy) {
  Scenario scenario;
  scenario.file = "test.toml";
  scenario.policy = policy;
  scenario.instances = 3;
  scenario.servers = 2;
  scenario.duration = 5s;
  scenario.clients = {{.prefix = "early",
                       .count = 12,
                       .transports = {Transport::websocket},
                       .address = "127.1.{}.1",
                       .rooms = 0},
                      {.prefix = "late",
                       .count = 12,
                       .transports = {Transport::websocket},
                       .address = "127.2.{}.1",
                       .rooms = 0,
                       .start = 3s}};
  return scenario;
}

Step servers(const std::string& count, Duration at = 2s) {
  return {.at = at, .verb = "servers", .target = "proxy", .arguments = {{"count", count}}};
}

std::string why_skipped(const Trace& trace) {
  for (const Record& record : trace.records()) {
    if (record.kind == RecordKind::step && record.how != 1)
      return std::string(trace.text_of(TextId{static_cast<std::uint32_t>(record.extra)}));
  }
  return "applied";
}

Summary run(const Scenario& scenario, WorldKind world = WorldKind::virtual_time) {
  return Cluster::build(scenario, {.world = world}).value()->run();
}

}  // namespace

TEST_CASE("a server that is added gets its turns from then on, and tunnels stay", "[cluster]") {
  for (const WorldKind world : {WorldKind::virtual_time, WorldKind::loopback}) {
    Scenario scenario = early_and_late("round_robin");
    scenario.steps = {servers("3")};
    const Summary summary = run(scenario, world);
    INFO(summary.world);
    CHECK(summary.sessions ==
          std::map<std::string, std::uint64_t>{{"app-1", 10}, {"app-2", 10}, {"app-3", 4}});
    CHECK(summary.connect_attempts == 24);
    CHECK(summary.clients_connected_at_end == 24);
  }
}

TEST_CASE("without the step the third instance gets nothing", "[cluster]") {
  const Summary summary = run(early_and_late("round_robin"));
  CHECK(*summary.figure("sessions.app-3") == 0);
  CHECK(*summary.figure("sessions_percent.app-1") == 50);
}

TEST_CASE("a server that is taken away gets no more, and keeps what it has", "[cluster]") {
  Scenario scenario = early_and_late("round_robin");
  scenario.steps = {servers("1")};
  const Summary summary = run(scenario);
  CHECK(summary.sessions == std::map<std::string, std::uint64_t>{{"app-1", 18}, {"app-2", 6}});
  CHECK(summary.clients_connected_at_end == 24);
}

TEST_CASE("the number of servers and the policy are changed apart, and a restart keeps both", "[cluster]") {
  Scenario scenario = early_and_late("ip_hash");
  scenario.steps = {
      {.at = 1500ms, .verb = "policy", .target = "proxy", .arguments = {{"policy", "round_robin"}}},
      servers("3"),
      {.at = 2500ms, .verb = "restart", .target = "proxy"}};
  for (ClientGroup& group : scenario.clients) group.reconnection = false;
  const Summary summary = run(scenario);
  CHECK(*summary.figure("sessions.app-3") == 4);
  CHECK(*summary.figure("sessions_total") == 24);
}

TEST_CASE("a reloaded proxy knows nothing of failures before", "[cluster]") {
  // app-2 is away when the first two come, and marked for ten seconds; the reload has forgotten that.
  Scenario scenario = early_and_late("round_robin");
  scenario.servers = 3;
  scenario.steps = {{.at = 0s, .verb = "kill", .target = "app-2"},
                    {.at = 1s, .verb = "restart", .target = "app-2"},
                    servers("2")};
  for (ClientGroup& group : scenario.clients) group.start += 10ms;
  const Summary summary = run(scenario);
  CHECK(*summary.figure("sessions.app-2") == 6);
  scenario.steps.pop_back();
  CHECK(*run(scenario).figure("sessions.app-2") == 0);
}

TEST_CASE("a number of servers that cannot be is a mistake of a file, and a skipped step elsewhere",
          "[cluster]") {
  for (const char* count : {"0", "4"}) {
    Scenario scenario = early_and_late("round_robin");
    scenario.steps = {servers(count)};
    auto cluster = Cluster::build(scenario, {.keep_records = true}).value();
    cluster->run();
    CHECK(why_skipped(cluster->trace()) == "there are 3 instances; count is from 1 to that");
    scenario.steps[0].line = 7;
    CHECK(Cluster::build(scenario).error().text() ==
          std::string("test.toml:7: servers \"") + count +
              "\": there are 3 instances; count is from 1 to that");
  }
  Scenario own = early_and_late("");
  own.servers = 0;
  own.nginx = "events {} http { server { location / { proxy_pass http://app-1:5000; } } }";
  own.steps = {servers("2")};
  auto cluster = Cluster::build(own, {.keep_records = true}).value();
  cluster->run();
  CHECK(why_skipped(cluster->trace()).starts_with("the nginx text has server lines of its own"));
}

TEST_CASE("the options of each server line are nginx's, and so are their mistakes", "[cluster]") {
  Scenario scenario = early_and_late("");
  scenario.server_options = "max_conns=2";
  scenario.clients.pop_back();
  scenario.clients[0].reconnection = false;
  CHECK(run(scenario).connected == 4);
  scenario.server_options = "max_cons=2";
  CHECK_THAT(Cluster::build(scenario).error().text(),
             Catch::Matchers::Contains("invalid parameter \"max_cons=2\""));
}
