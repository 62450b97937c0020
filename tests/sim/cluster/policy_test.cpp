// The step `policy`: the proxy balances otherwise from now on, and what is under way stays.
#include <catch2/catch.hpp>

#include <roundhouse/roundhouse.h>

using namespace roundhouse;
using namespace std::chrono_literals;
using Catch::Matchers::Contains;

namespace {

Scenario early_and_late(std::uint32_t clients) {
  Scenario scenario;
  scenario.file = "test.toml";
  scenario.policy = "round_robin";
  scenario.duration = 12s;
  scenario.clients = {{.prefix = "early", .count = clients, .address = "127.1.{}.1"},
                      {.prefix = "late", .count = clients, .address = "127.2.{}.1", .start = 6s}};
  return scenario;
}

Step policy(const std::string& text) {
  return {.at = 5s, .verb = "policy", .target = "proxy", .arguments = {{"policy", text}}};
}

struct Change {
  std::string by;
  std::string key;
  std::string now;
  std::string before;

  friend bool operator==(const Change&, const Change&) = default;
};
std::ostream& operator<<(std::ostream& out, const Change& change) {
  return out << change.by << ": " << change.key << " is " << change.now << ", was " << change.before;
}

std::vector<Change> changes(const Trace& trace) {
  std::vector<Change> found;
  for (const Record& record : trace.records()) {
    if (record.kind != RecordKind::config) continue;
    found.push_back({trace.entity(record.by).name, std::string(trace.text_of(record.subject)),
                     std::string(trace.text_of(record.text)),
                     std::string(trace.text_of(TextId{static_cast<std::uint32_t>(record.value)}))});
  }
  return found;
}

/// Connection attempts that failed, of clients of that prefix.
std::size_t errors_of(const Trace& trace, std::string_view prefix) {
  std::size_t count = 0;
  for (const Record& record : trace.records()) {
    if (record.kind == RecordKind::client && record.how == static_cast<std::uint8_t>(ClientPhase::error) &&
        trace.entity(record.by).name.starts_with(prefix))
      ++count;
  }
  return count;
}

std::string outcome_of_step(const Trace& trace) {
  for (const Record& record : trace.records()) {
    if (record.kind == RecordKind::step)
      return record.how == 1 ? "applied"
                             : std::string(trace.text_of(TextId{static_cast<std::uint32_t>(record.extra)}));
  }
  return "no step";
}

std::string text_with(const std::string& upstream) {
  return "events {}\nhttp {\n  upstream app {\n" + upstream +
         "  }\n  server {\n    location / {\n      proxy_pass http://app;\n      proxy_http_version 1.1;\n"
         "      proxy_set_header Upgrade $http_upgrade;\n      proxy_set_header Connection \"Upgrade\";\n    "
         "}\n"
         "  }\n}\n";
}

}  // namespace

TEST_CASE("from round robin to sticky cookie in the middle of a run: from then on every connect succeeds",
          "[cluster]") {
  for (const WorldKind world : {WorldKind::virtual_time, WorldKind::loopback}) {
    Scenario scenario = early_and_late(6);
    scenario.steps = {policy("sticky cookie home")};
    auto cluster = Cluster::build(scenario, {.world = world, .keep_records = true}).value();
    const Summary summary = cluster->run();
    INFO(summary.world);
    CHECK(errors_of(cluster->trace(), "early") > 0);
    CHECK(errors_of(cluster->trace(), "late") == 0);
    CHECK(summary.clients_connected_at_end == 12);
    CHECK(summary.books_balance);
    const std::vector<Change> expected = {{"proxy", "upstream app", "round_robin", ""},
                                          {"proxy", "upstream app", "sticky cookie home", "round_robin"}};
    CHECK(changes(cluster->trace()) == expected);
  }
}

TEST_CASE("without the step the late ones fare no better: it was the policy", "[cluster]") {
  auto cluster = Cluster::build(early_and_late(6), {.keep_records = true}).value();
  cluster->run();
  CHECK(errors_of(cluster->trace(), "late") > 0);
}

TEST_CASE("tunnels stay through every policy, and rooms with them", "[cluster]") {
  for (const WorldKind world : {WorldKind::virtual_time, WorldKind::loopback}) {
    Scenario scenario;
    scenario.policy = "ip_hash";
    scenario.clients = {{.count = 4}};
    auto cluster = Cluster::build(scenario, {.world = world}).value();
    const ClusterClient ann = cluster->client("client-1");
    cluster->start();
    const State& state = cluster->trace().state();
    REQUIRE(cluster->run_until([&] { return state.clients_upgraded() == 4; }, 10s));
    std::size_t sent = 0;
    for (const char* text : {"round_robin", "hash $remote_addr", "hash $remote_addr consistent", "random",
                             "random two", "least_conn", "sticky cookie home httponly", "ip_hash"}) {
      cluster->apply(policy(text));
      ann.send("room-1", text);
      ++sent;
      INFO(text);
      CHECK(cluster->run_until([&] { return ann.received().size() == sent; }, 5s));
    }
    CHECK(state.clients_upgraded() == 4);
    CHECK(state.counts().connect_attempts == 4);
    const Summary summary = cluster->finish();
    CHECK(summary.deliveries == 4 * sent);
    CHECK(summary.books_balance);
  }
}

TEST_CASE("a scenario's own nginx text keeps all but its balancing directives", "[cluster]") {
  Scenario scenario = early_and_late(3);
  scenario.policy.clear();
  scenario.nginx = text_with(
      "    least_conn;\n    server app-1:5000 weight=3;\n    server app-2:5000;\n    keepalive 4;\n    "
      "sticky cookie a;\n");
  scenario.steps = {policy("hash $remote_addr consistent")};
  auto cluster = Cluster::build(scenario, {.keep_records = true}).value();
  cluster->run();
  CHECK(outcome_of_step(cluster->trace()) == "applied");
  CHECK(changes(cluster->trace()).back() ==
        Change{"proxy", "upstream app", "hash consistent", "sticky cookie a"});
  std::vector<std::uint64_t> weights;
  for (const Record& record : cluster->trace().records()) {
    if (record.kind == RecordKind::route && record.at > Instant{} + 5s &&
        cluster->trace().text_of(record.subject) == "app-1:5000")
      weights.push_back(record.more);
  }
  REQUIRE_FALSE(weights.empty());
  CHECK(weights.front() == 3);
}

TEST_CASE("a proxy that is restarted keeps the policy that it was given", "[cluster]") {
  Scenario scenario = early_and_late(4);
  scenario.steps = {policy("ip_hash"), {.at = 5500ms, .verb = "restart", .target = "proxy"}};
  auto cluster = Cluster::build(scenario, {.keep_records = true}).value();
  cluster->run();
  CHECK(errors_of(cluster->trace(), "late") == 0);
  CHECK(changes(cluster->trace()).back() == Change{"proxy", "upstream app", "ip_hash", ""});
}

TEST_CASE("a policy that cannot be is skipped with nginx's words, and the old one stays", "[cluster]") {
  const auto outcome = [](Scenario scenario, const Step& step) {
    auto cluster = Cluster::build(scenario, {.keep_records = true}).value();
    cluster->start();
    cluster->run_for(100ms);
    cluster->apply(step);
    CHECK(changes(cluster->trace()).size() == 1);
    return outcome_of_step(cluster->trace());
  };
  CHECK(outcome(early_and_late(1), policy("ip_hsh")) == "policy: \"ip_hsh\" is no balancing policy");
  CHECK_THAT(outcome(early_and_late(1), policy("hash")), Contains("invalid number of arguments in \"hash\""));
  CHECK_THAT(outcome(early_and_late(1), policy("ip_hash; server app-9:1")),
             Contains("more than one directive"));
  CHECK(outcome(early_and_late(1),
                {.verb = "policy", .target = "app-1", .arguments = {{"policy", "ip_hash"}}}) ==
        "app-1 is no proxy");
  Scenario with_backup = early_and_late(1);
  with_backup.policy.clear();
  with_backup.nginx = text_with("    server app-1:5000;\n    server app-2:5000 backup;\n");
  CHECK_THAT(outcome(with_backup, policy("ip_hash")), Contains("does not support parameter \"backup\""));
  CHECK(outcome(early_and_late(1), {.verb = "policy", .target = "proxy"}) == "policy needs policy");
}

TEST_CASE("a file's step that its nginx text refuses is a mistake of the file", "[cluster]") {
  Scenario scenario = early_and_late(1);
  scenario.policy.clear();
  scenario.nginx = text_with("    server app-1:5000;\n    server app-2:5000 backup;\n");
  scenario.steps = {policy("ip_hash")};
  scenario.steps[0].line = 40;
  CHECK(Cluster::build(scenario).error().text() ==
        "test.toml:40: policy \"ip_hash\": balancing method does not support parameter \"backup\"");
}
