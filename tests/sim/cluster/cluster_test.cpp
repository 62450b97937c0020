// Whole runs: determinism, independence of the parties' draws, failover, books, and clear words for what cannot be.
#include <catch2/catch.hpp>
#include <set>

#include <roundhouse/cluster.h>
#include "tests/sim/cluster/room_of.h"

using namespace roundhouse;
using namespace std::chrono_literals;

namespace {

using test::room_of;

struct Run {
  Summary summary;
  std::vector<Record> records;
  std::map<std::string, std::vector<std::string>> sids;    ///< socket ids by client
  std::map<std::string, std::vector<std::int64_t>> times;  ///< when each client connected, opened, upgraded
};

Run run(const Scenario& scenario, ClusterOptions options = {}) {
  options.keep_records = true;
  auto cluster = Cluster::build(scenario, options);
  if (!cluster) FAIL(cluster.error().text());
  Run out;
  out.summary = (*cluster)->run();
  const Trace& trace = (*cluster)->trace();
  out.records = trace.records();
  for (const Record& record : out.records) {
    if (record.kind == RecordKind::client) out.times[trace.entity(record.by).name].push_back(record.at.ns);
    if (record.kind == RecordKind::client && record.how == static_cast<std::uint8_t>(ClientPhase::open)) {
      out.sids[trace.entity(record.by).name].emplace_back(trace.text_of(record.subject));
    }
  }
  return out;
}

std::string build_error(const Scenario& scenario, const ClusterOptions& options = {}) {
  auto cluster = Cluster::build(scenario, options);
  return cluster ? "" : cluster.error().text();
}

}  // namespace

TEST_CASE("a room message reaches every member on every instance, in both worlds, and the books balance") {
  const Scenario scenario = room_of(6, 20);
  for (const WorldKind world : {WorldKind::virtual_time, WorldKind::loopback}) {
    const Run it = run(scenario, {.world = world});
    INFO(it.summary.world);
    CHECK(it.summary.connected == 6);
    CHECK(it.summary.upgraded == 6);
    CHECK(it.summary.sessions.size() == 2);
    CHECK(it.summary.sends == 20);
    CHECK(it.summary.deliveries_owed == 120);
    CHECK(it.summary.deliveries == 120);
    CHECK(it.summary.lost.empty());
    CHECK(it.summary.duplicates == 0);
    CHECK(it.summary.in_flight == 0);
    for (const std::string& finding : it.summary.book_findings) UNSCOPED_INFO(finding);
    CHECK(it.summary.books_balance);
  }
}

TEST_CASE("the same seed gives the same trace, and another seed another") {
  const Scenario scenario = room_of(8, 40);
  const std::uint64_t hash = run(scenario).summary.trace_hash;
  CHECK(run(scenario).summary.trace_hash == hash);
  CHECK(run(scenario, {.seed = 2}).summary.trace_hash != hash);
}

TEST_CASE("marks lie beside the bytes: a run without them connects, sends and delivers the same") {
  const Scenario scenario = room_of(4, 12);
  const Run with = run(scenario);
  const Run without = run(scenario, {.marks = false});
  CHECK(without.sids == with.sids);
  CHECK(without.summary.deliveries == with.summary.deliveries);
}

TEST_CASE("removing one client leaves the ids, the delays and the cuts of all others as they were") {
  Scenario scenario = room_of(8, 0);
  scenario.default_link.jitter =
      30ms;  // a draw for each chunk: a client that drew otherwise would be elsewhere in time
  scenario.clients[0].think_jitter = 50ms;
  const Run whole = run(scenario);
  REQUIRE(whole.sids.size() == 8);
  // The last one, so that the others keep their names and addresses.
  scenario.clients[0].count = 7;
  const Run without = run(scenario);
  auto sids = whole.sids;
  auto times = whole.times;
  sids.erase("client-8");
  times.erase("client-8");
  CHECK(without.sids == sids);
  CHECK(without.times == times);
}

TEST_CASE(
    "after a kill its clients come back elsewhere by themselves, without their rooms, and the others notice "
    "nothing") {
  Scenario scenario = room_of(8, 0);
  scenario.duration = 8s;
  scenario.steps.push_back({.at = 2s, .verb = "kill", .target = "app-1"});
  for (const WorldKind world : {WorldKind::virtual_time, WorldKind::loopback}) {
    const Run it = run(scenario, {.world = world});
    INFO(it.summary.world);
    std::size_t moved = 0;
    for (const auto& [client, sids] : it.sids) {
      CHECK(sids.size() <= 2);
      if (sids.size() == 2) ++moved;
    }
    CHECK(moved > 0);
    CHECK(moved < 8);
    CHECK(it.summary.clients_connected_at_end == 8);
    CHECK(it.summary.room_members_at_end == 8 - moved);
    for (const std::string& finding : it.summary.book_findings) UNSCOPED_INFO(finding);
    CHECK(it.summary.books_balance);
  }
}

TEST_CASE("the books balance while an instance dies in the middle of the traffic") {
  Scenario scenario = room_of(10, 300);
  scenario.workload.interval = 5ms;
  scenario.duration = 8s;
  scenario.steps.push_back({.at = 2s, .verb = "kill", .target = "app-1"});
  scenario.steps.push_back({.at = 3s, .verb = "restart", .target = "app-1"});
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const Run it = run(scenario, {.seed = seed});
    INFO("seed " << seed);
    for (const std::string& finding : it.summary.book_findings) UNSCOPED_INFO(finding);
    CHECK(it.summary.books_balance);
    CHECK(it.summary.duplicates == 0);
  }
}

TEST_CASE("the books balance while the link of an instance to the broker is cut and healed") {
  Scenario scenario = room_of(10, 200);
  scenario.workload.interval = 10ms;
  scenario.duration = 8s;
  scenario.steps.push_back({.at = 2s, .verb = "cut", .target = "app-1-broker"});
  scenario.steps.push_back({.at = 4s, .verb = "heal", .target = "app-1-broker"});
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    const Run it = run(scenario, {.seed = seed});
    INFO("seed " << seed);
    for (const std::string& finding : it.summary.book_findings) UNSCOPED_INFO(finding);
    CHECK(it.summary.books_balance);
  }
}

TEST_CASE("without a broker a room falls apart into its instances, and every missing delivery says why") {
  Scenario scenario = room_of(6, 10);
  scenario.broker = BrokerKind::none;
  Run it = run(scenario);
  CHECK(it.summary.deliveries + it.summary.lost["no_broker"] == it.summary.deliveries_owed);
  CHECK(it.summary.lost["no_broker"] > 0);
  CHECK(it.summary.books_balance);
}

TEST_CASE("what cannot run is refused in one line, with the place") {
  Scenario none = room_of(2, 0);
  none.instances = 0;
  CHECK(build_error(none).find("test.toml: zero instances") == 0);

  Scenario text = room_of(2, 0);
  text.nginx = "events {}\nhttp {\n  upstream app { server app-1:5000 }\n}\n";
  text.nginx_file = "test.toml";
  text.nginx_first_line = 10;
  CHECK(build_error(text).find("test.toml:12: ") == 0);

  CHECK(build_error(room_of(2, 0), {.real_broker = Address{"127.0.0.1", 6379}}).find("--world loopback") !=
        std::string::npos);
}

TEST_CASE("a client that is restarted joins again and sends what is still to be sent") {
  Scenario scenario = room_of(4, 100);
  scenario.steps.push_back({.at = 2s, .verb = "restart", .target = "client-4"});
  const Run it = run(scenario);
  CHECK(it.sids.at("client-4").size() == 2);
  CHECK(it.summary.room_members_at_end == 4);
  CHECK(it.summary.sends > 95);
  CHECK(it.summary.books_balance);
}

TEST_CASE("what a dying client still held is lost with it") {
  Scenario scenario = room_of(5, 200);
  scenario.policy = "round_robin";  // it never gets through, and keeps all it would say
  scenario.workload.start = 500ms;
  scenario.steps.push_back({.at = 3s, .verb = "kill", .target = "client-1"});
  for (const WorldKind world : {WorldKind::virtual_time, WorldKind::loopback}) {
    Run it = run(scenario, {.world = world});
    for (const std::string& finding : it.summary.book_findings) UNSCOPED_INFO(finding);
    CHECK(it.summary.books_balance);
    CHECK(it.summary.lost["dead"] > 0);
  }
}

TEST_CASE("what is published while an instance is deaf is lost, and the instance says so") {
  Scenario scenario = room_of(6, 200);
  scenario.duration = 8s;
  scenario.steps.push_back({.at = 1600ms, .verb = "cut", .target = "app-1-broker"});
  scenario.steps.push_back({.at = 1800ms, .verb = "restart", .target = "broker"});
  scenario.steps.push_back({.at = 3s, .verb = "heal", .target = "app-1-broker"});
  Run it = run(scenario);
  for (const std::string& finding : it.summary.book_findings) UNSCOPED_INFO(finding);
  CHECK(it.summary.books_balance);
  CHECK(it.summary.deliveries < it.summary.deliveries_owed);
}

TEST_CASE(
    "what is published before a restarted instance has subscribed is lost to who came to it meanwhile") {
  // app-3 starts anew behind a cut link and serves bob. When the link is healed, eve's last message is published after the broker has
  // heard of the end of app-3's old subscription, and before it hears of the new one.
  Scenario scenario = room_of(0, 8);
  scenario.policy = "hash $remote_addr consistent";
  scenario.instances = 3;
  scenario.duration = 5s;
  scenario.clients = {{.prefix = "bob", .count = 1, .address = "127.0.2.1"},
                      {.prefix = "eve", .count = 1, .address = "127.0.5.1"}};
  scenario.workload = {.messages = 8, .start = 1s, .interval = 150ms};
  scenario.steps = {{.at = 2s, .verb = "cut", .target = "app-3-broker"},
                    {.at = 2s, .verb = "cut", .target = "eve-1-proxy"},
                    {.at = 4s, .verb = "restart", .target = "app-3"},
                    {.at = 4s, .verb = "restart", .target = "bob-1"},
                    {.at = 5s, .verb = "heal", .target = "app-3-broker"},
                    {.at = 5s, .verb = "heal", .target = "eve-1-proxy"}};
  const Run it = run(scenario);
  for (const std::string& finding : it.summary.book_findings) UNSCOPED_INFO(finding);
  CHECK(it.summary.books_balance);
  CHECK(it.summary.deliveries + 1 == it.summary.deliveries_owed);
}

TEST_CASE("the books balance whatever is done to whom") {
  const std::vector<std::string> verbs = {"kill", "restart", "pause", "continue", "stop"};
  const std::vector<std::string> nodes = {"app-1", "app-2", "broker", "proxy", "client-1", "client-2"};
  const std::vector<std::string> links = {"app-1-broker", "proxy-app-2", "client-1-proxy"};
  int faults = 0;
  for (std::uint64_t plan = 1; plan <= 150; ++plan) {
    Random random(draw_key(plan, "plans", Purpose::plan, {}, 0));
    Scenario scenario = room_of(6, 150);
    scenario.policy = random.chance(1, 2) ? "ip_hash" : "round_robin";
    if (random.chance(1, 3)) scenario.clients[0].transports = {Transport::polling};
    scenario.duration = 10s;
    const std::uint64_t steps = 2 + random.below(5);
    std::string words;
    for (std::uint64_t i = 0; i < steps; ++i) {
      Step step;
      step.at = std::chrono::milliseconds(1200 + random.below(3300));
      if (random.chance(2, 3)) {
        step.verb = verbs[random.below(verbs.size())];
        step.target = nodes[random.below(nodes.size())];
      } else {
        step.verb = random.chance(2, 3) ? "cut" : "heal";
        step.target = links[random.below(links.size())];
      }
      words += std::to_string(step.at.count() / 1'000'000) + " ms " + step.verb + " " + step.target + "; ";
      scenario.steps.push_back(step);
    }
    // A plan ends healed, so that whoever is deaf finds out.
    for (const std::string& link : links)
      scenario.steps.push_back({.at = 6s, .verb = "heal", .target = link});
    const Run it = run(scenario, {.seed = plan});
    faults += it.summary.lost.empty() ? 0 : 1;
    INFO("plan " << plan << " (" << scenario.policy << "): " << words);
    for (const std::string& finding : it.summary.book_findings) UNSCOPED_INFO(finding);
    CHECK(it.summary.books_balance);
    CHECK(it.summary.duplicates == 0);
  }
  WARN("a message was lost in " << faults << " of 150 plans");
  CHECK(faults >= 75);
}
