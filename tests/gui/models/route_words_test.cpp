// What the proxy's card says of a decision: from records written by hand, and on runs with each policy.
#include <catch2/catch.hpp>

#include "gui/models/route_words.h"
#include "tests/gui/models/captured_run.h"

namespace roundhouse::view {
namespace {

using namespace std::chrono_literals;
using test::at;
using test::recorded;

using enum RouteReason;

struct Note {
  RouteNote note;
  const char* peer;
  const char* text;
};

/// A proxy with two peers, app-1 and app-2, and one route.
struct OneRoute {
  OneRoute() {
    trace.keep_records(true);
    for (const auto& [kind, name] :
         {std::pair(EntityKind::proxy, "proxy"), std::pair(EntityKind::app, "app-1"),
          std::pair(EntityKind::app, "app-2")}) {
      const EntityId id = trace.add_entity(kind, name, {}, "127.0.0.1", {});
      roles.learn(trace.entity(id));
    }
  }
  RouteWords words(const char* policy, RouteReason reason, std::uint64_t value, std::uint64_t weight,
                   RouteChoice choice = RouteChoice::first, const std::vector<Note>& notes = {}) {
    trace.write({.by = {1},
                 .kind = RecordKind::route,
                 .how = static_cast<std::uint8_t>(choice),
                 .code = static_cast<std::uint16_t>(reason),
                 .subject = trace.text("app-1:5000"),
                 .text = trace.text(policy),
                 .extra = value,
                 .more = weight});
    for (const auto& [note, peer, text] : notes)
      trace.write({.by = {1},
                   .kind = RecordKind::text,
                   .how = static_cast<std::uint8_t>(note),
                   .subject = trace.text(peer),
                   .text = trace.text(text)});
    // The next record belongs to something else.
    trace.write({.by = {1}, .kind = RecordKind::config, .subject = trace.text("x"), .text = trace.text("y")});
    trace.write(
        {.by = {1}, .kind = RecordKind::text, .subject = trace.text("app-2:5000"), .text = trace.text("no")});
    const test::Captured run = test::captured(trace);
    Recording recording;
    for (const std::string& text : run.texts) recording.add_text(text);
    std::size_t place = 0;
    for (const Record& record : run.records) {
      if (record.kind == RecordKind::route) place = recording.records().size();
      recording.append(record);
    }
    return route_words(place, recording, roles);
  }
  Trace trace;
  Roles roles;
};

TEST_CASE("a decision's words are those of its reason", "[gui]") {
  struct Row {
    RouteReason reason;
    std::uint64_t value;
    std::uint64_t weight;
    const char* brief;
    const char* full;
  };
  const Row row = GENERATE(values<Row>({
      {turn, 0, 3, "weight 3", "its turn, weight 3"},
      {only_server, 0, 1, "the only server", "the only server"},
      {backups, 0, 1, "backup, weight 1", "no primary is usable: the backups take turns, weight 1"},
      {misses, 0, 2, "20 misses, weight 2", "20 misses, so its turn, weight 2"},
      {empty_key, 0, 1, "empty key, weight 1", "the key is empty, so its turn, weight 1"},
      {address_hash, 4041, 1, "hash 4041", "hash 4041 of the client's address, weight 1"},
      {address_hash, 0, 1, "hash 0", "hash 0 of the client's address, weight 1"},
      {key_hash, 5309, 2, "hash 5309, weight 2", "hash 5309 of the key, weight 2"},
      {ring, 3599452339, 1, "point 3599452339", "point 3599452339 of the ring, weight 1"},
      {fewest_conns, 1, 1, "1 conn", "1 conn before this one, the fewest for its weight 1"},
      {fewest_conns, 7, 4, "7 conns, weight 4", "7 conns before this one, the fewest for its weight 4"},
      {equal_conns, 0, 1, "0 conns, in turn",
       "0 conns before this one, as few as another; its turn, weight 1"},
      {draw, 2, 1, "draw 2", "draw 2, weight 1"},
      {two_draws, 2, 1, "draw 2", "two drawn, the second by 2; fewer connections for its weight 1"},
      {nobody, 0, 0, "nobody usable", "no server is usable"},
  }));
  const RouteWords words = OneRoute().words("ip_hash", row.reason, row.value, row.weight);
  CHECK(words.reason == row.brief);
  CHECK(words.full == "ip_hash: " + std::string(row.full));
  CHECK(words.passed.empty());
}

TEST_CASE("under a sticky cookie the upstream's method has its words too", "[gui]") {
  const auto said = [](RouteReason reason) {
    return OneRoute().words("sticky cookie srv_id", reason, 4041, 1).full;
  };
  CHECK(said(cookie) == "sticky cookie srv_id: the cookie names this server");
  CHECK(said(address_hash) ==
        "sticky cookie srv_id: no cookie of a usable server; hash 4041 of the client's address, weight 1");
  CHECK(said(nobody) == "sticky cookie srv_id: no server is usable");
}

TEST_CASE("who was passed over or came second is named, and why", "[gui]") {
  const RouteWords words =
      OneRoute().words("round_robin", turn, 0, 1, RouteChoice::next_try,
                       {{RouteNote::client_address, "", "203.0.113.9"},
                        {RouteNote::rival, "app-2:5000", "current weight 1 against 2"},
                        {RouteNote::passed_over, "app-2:5000", "tried"},
                        {RouteNote::passed_over, "10.0.0.9:80", "failed, within fail_timeout"}});
  CHECK(words.reason == "next try, weight 1");
  CHECK(words.passed == std::vector<std::string>{"B tried", "10.0.0.9:80 failed, within fail_timeout"});
  CHECK(words.full ==
        "round_robin, next try: its turn, weight 1; the client is 203.0.113.9; next app-2:5000: current "
        "weight 1 "
        "against 2; passed over app-2:5000: tried, 10.0.0.9:80: failed, within fail_timeout");
}

/// nginx's ip_hash over the first three octets of `127.1.7.1`.
std::string ip_hash_of(std::string_view address) {
  std::uint32_t hash = 89;
  for (int octet = 0; octet < 3; ++octet) {
    hash = (hash * 113 + static_cast<std::uint32_t>(std::stoi(std::string(address)))) % 6271;
    address.remove_prefix(address.find('.') + 1);
  }
  return "hash " + std::to_string(hash);
}

TEST_CASE(
    "under each policy every decision of a run has its reason, and the dead peer is passed over by name",
    "[gui]") {
  const std::string policy =
      GENERATE(values<std::string>({"", "ip_hash", "hash $remote_addr", "hash $remote_addr consistent",
                                    "least_conn", "random", "random two", "sticky cookie srv_id"}));
  Scenario scenario = read_scenario(ROUNDHOUSE_SOURCE_DIR "/scenarios/failover-60.toml").value();
  scenario.policy = policy;
  const auto run = recorded(test::capture(scenario));
  const std::string begins = policy.empty()                        ? "weight "
                             : policy.ends_with("consistent")      ? "point "
                             : policy.starts_with("random")        ? "draw "
                             : policy == "least_conn"              ? ""
                             : policy.starts_with("sticky cookie") ? ""
                                                                   : "hash ";
  std::size_t shown = 0;
  std::size_t passed = 0;
  bool book = false;
  for (Instant t; t < at(7s); t = t + 20ms) {
    run->seek(t);
    const Scene& scene = run->scene();
    for (const SceneDecision& decision : scene.decisions) {
      std::string reason = decision.reason;
      REQUIRE(!reason.empty());
      if (reason.starts_with("next try, ")) reason.erase(0, 10);
      CHECK(reason.starts_with(begins));
      if (policy == "least_conn") CHECK(reason.find(" conn") != std::string::npos);
      if (policy.starts_with("sticky")) CHECK(reason.find("cookie") != std::string::npos);
      for (const std::string& peer : decision.passed) {
        CHECK((peer == "B tried" || peer == "B failed, within fail_timeout"));
        ++passed;
      }
      ++shown;
    }
    // The book says the same as the decision: passed over while it is out.
    for (const ScenePeer& peer : scene.failed_peers) {
      CHECK(peer.name == "app-2:5000");
      CHECK(peer.letter == 1);
      CHECK(peer.fails >= peer.fails_max);
      CHECK(peer.fails_max == 1);
      CHECK(peer.until > t);
      book = true;
    }
    if (t < at(4s)) CHECK(scene.failed_peers.empty());
  }
  CHECK(shown > 500);
  CHECK(passed > 0);
  CHECK(book);
}

TEST_CASE("the hash that an ip_hash decision shows is nginx's, of the client's address", "[gui]") {
  Scenario scenario = read_scenario(ROUNDHOUSE_SOURCE_DIR "/scenarios/failover-60.toml").value();
  scenario.policy = "ip_hash";
  const auto run = recorded(test::capture(scenario));
  std::size_t checked = 0;
  for (Instant t = at(50ms); t < at(900ms); t = t + 10ms) {
    run->seek(t);
    for (const SceneDecision& decision : run->scene().decisions) {
      const EntityId client = run->recording().entity_named(decision.who);
      if (!client) continue;  // it has a session already
      CHECK(decision.reason == ip_hash_of(run->recording().entity(client).address));
      ++checked;
    }
  }
  CHECK(checked > 20);
}

}  // namespace
}  // namespace roundhouse::view
