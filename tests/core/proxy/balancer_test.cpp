// Every policy against what a real nginx chose, row by row; and the books where no row was recorded.
#include "core/proxy/balancer.h"

#include <roundhouse/random.h>
#include <catch2/catch.hpp>
#include <map>

#include "core/proxy/nginx_config/values.h"
#include "tests/core/proxy/recorded_upstream.h"

using namespace roundhouse;
using namespace roundhouse::proxy;

namespace {

class SeededDraws final : public Draws {
 public:
  std::uint64_t below(std::uint64_t bound) override { return random_.below(bound); }

 private:
  Random random_{draw_key(1, "proxy", Purpose::balance, "app", 0)};
};

/// One upstream and its policy, asked as the proxy asks.
struct Turntable {
  explicit Turntable(std::shared_ptr<const Config> from)
      : config(std::move(from)),
        upstream(config->upstreams.at(0)),
        balancer(make_balancer(config->upstreams.at(0))) {}

  std::optional<PeerRef> pick(Selection& selection, std::int64_t now_s = 1000) {
    if (!selection.begun) upstream.begin(selection, 0);
    const auto choice = balancer->pick(upstream, selection, now_s, draws);
    if (!choice) return std::nullopt;
    return choice->peer;
  }
  int number(PeerRef ref) { return static_cast<int>(upstream.peer(ref).number); }

  std::shared_ptr<const Config> config;
  Upstream upstream;
  std::unique_ptr<Balancer> balancer;
  SeededDraws draws;
};

Turntable turntable(const std::string& inside) {
  auto config = read_config("events {} http { upstream app { " + inside + " } }");
  if (!config) throw std::runtime_error(config.error().text());
  return Turntable(std::make_shared<const Config>(std::move(*config)));
}

constexpr const char* three = "server 127.0.0.1:1; server 127.0.0.1:2; server 127.0.0.1:3;";

}  // namespace

TEST_CASE("every recorded selection comes out as nginx's", "[proxy][oracle]") {
  std::size_t rows = 0;
  for (const std::string& file : test::files_in("select")) {
    INFO(file);
    const auto data = test::nginx_data(file);
    Turntable table(test::config_of(data));
    const auto& columns = data.at("columns").as_array();
    const std::string what = columns.size() > 1 ? test::text_of(columns[0]) : "";
    const std::string config_text = test::lines_of(data.at("config"));
    const bool binary = config_text.find("$binary_remote_addr") != std::string::npos;
    for (const auto& row : data.at("rows").as_array()) {
      Selection selection;
      int expected = 0;
      if (what.empty()) {
        expected = static_cast<int>(row.as_int64());
      } else {
        const std::string text = test::text_of(row.at(0));
        expected = static_cast<int>(row.at(1).as_int64());
        selection.address = address_bytes(text);
        selection.key = binary ? selection.address : text;
        if (file.find("composite") != std::string::npos) selection.key = text + "GET";
        // Recorded as client addresses, but hashed by a policy that has no key.
        if (what == "client" && table.config->upstreams[0].key.parts.empty()) selection.key.clear();
      }
      const auto chosen = table.pick(selection);
      const int got = chosen ? table.number(*chosen) : -1;
      if (got != expected) CHECK(got == expected);
      if (chosen) table.upstream.freed(*chosen, 1000, false);
      ++rows;
    }
  }
  CHECK(rows == 8703);
}

TEST_CASE("open tunnels count as nginx counts them", "[proxy][oracle]") {
  std::size_t operations = 0;
  for (const std::string& file : test::files_in("tunnel")) {
    const auto data = test::nginx_data(file);
    if (test::text_of(data.at("policy")).starts_with("random")) continue;  // other draws
    INFO(file);
    Turntable table(test::config_of(data));
    std::map<std::int64_t, PeerRef> open;
    for (const auto& op : data.at("ops").as_array()) {
      const std::string verb = test::text_of(op.at("op"));
      if (verb == "close") {
        table.upstream.freed(open.at(op.at("id").as_int64()), 1000, false);
        open.erase(op.at("id").as_int64());
        continue;
      }
      Selection selection;
      if (const auto* client = op.as_object().if_contains("client"))
        selection.address = address_bytes(test::text_of(*client));
      const auto chosen = table.pick(selection);
      const std::int64_t expected = op.at("tries").as_array().at(0).as_int64();
      CHECK((chosen ? table.number(*chosen) : -1) == expected);
      if (!chosen) continue;
      if (verb == "open") open[op.at("id").as_int64()] = *chosen;
      if (verb == "get") table.upstream.freed(*chosen, 1000, false);
      ++operations;
    }
  }
  CHECK(operations > 500);
}

TEST_CASE("random follows the weights, and random two turns them upside down while idle", "[proxy][oracle]") {
  for (const std::string& file : test::files_in("stat")) {
    INFO(file);
    const auto data = test::nginx_data(file);
    Turntable table(test::config_of(data));
    const auto requests = data.at("requests").as_int64();
    std::vector<std::int64_t> counts(table.upstream.config().peers.size());
    for (std::int64_t i = 0; i < requests; ++i) {
      Selection selection;
      const auto chosen = table.pick(selection);
      REQUIRE(chosen);
      ++counts[table.upstream.peer(*chosen).number];
      table.upstream.freed(*chosen, 1000, false);
    }
    const auto& recorded = data.at("counts").as_array();
    for (std::size_t i = 0; i < counts.size(); ++i) {
      // Two samples of one distribution: within five standard deviations of their difference.
      const std::int64_t difference = counts[i] - recorded[i].as_int64();
      CHECK(difference * difference <= 25 * (counts[i] + recorded[i].as_int64()));
    }
  }
}

TEST_CASE("a failed peer is tried again only after fail_timeout, by one request", "[proxy]") {
  Turntable table = turntable("server 127.0.0.1:1 fail_timeout=3s; server 127.0.0.1:2;");
  Selection first;
  const auto failed = table.pick(first, 100);
  REQUIRE(table.number(*failed) == 0);
  CHECK(table.upstream.freed(*failed, 100, true) == BookChange::out);
  const auto chosen_at = [&](std::int64_t now) {
    Selection selection;
    const auto chosen = table.pick(selection, now);
    return std::pair(chosen, table.number(*chosen));
  };
  const auto ask = [&](std::int64_t now) {
    const auto [ref, number] = chosen_at(now);
    table.upstream.freed(*ref, now, false);
    return number;
  };
  for (const std::int64_t now : {100, 101, 103, 103}) CHECK(ask(now) == 1);
  // Its effective weight climbs from 0, so the first request past the timeout may still pass it over.
  ask(104);
  auto [probe, number] = chosen_at(104);
  while (number != 0) {
    table.upstream.freed(*probe, 104, false);
    std::tie(probe, number) = chosen_at(104);
  }
  CHECK(table.upstream.on_probation(*probe));
  for (int i = 0; i < 5; ++i) CHECK(ask(105) == 1);  // while the probe is open nobody else may
  CHECK(table.upstream.freed(*probe, 106, false) == BookChange::back);
  CHECK_FALSE(table.upstream.on_probation(*probe));
}

TEST_CASE("of failures at once each moves the mark on, and one success clears them all", "[proxy]") {
  // Measured of nginx 1.22.1: two requests in flight to a server that hangs, sent in seconds 0 and 1, time out in 1 and 2. In second 4 it
  // is still passed over, so the second one counts; in second 5 it is the fourth pick, since its weight climbs from 0.
  Turntable table =
      turntable("server 127.0.0.1:1 weight=9 fail_timeout=2s; server 127.0.0.1:2 fail_timeout=2s;");
  constexpr std::int64_t begin = 1000;
  const auto ask = [&](std::int64_t second) {
    Selection selection;
    const auto picked = table.pick(selection, begin + second);
    REQUIRE(picked);
    return *picked;
  };
  const auto next = [&](PeerRef failed, std::int64_t second) {
    Selection again;
    table.upstream.begin(again, 0);
    again.tried[failed.index] = true;
    const BookChange change = table.upstream.freed(failed, begin + second, true);
    const auto picked = table.pick(again, begin + second);
    REQUIRE(picked);
    CHECK(table.number(*picked) == 1);
    table.upstream.freed(*picked, begin + second, false);
    return change;
  };
  const PeerRef a = ask(0);
  const PeerRef b = ask(1);
  CHECK(table.number(a) == 0);
  CHECK(table.number(b) == 0);
  CHECK(next(a, 1) == BookChange::out);
  CHECK(next(b, 2) == BookChange::out);
  CHECK(table.upstream.peer(a).fails == 2);  // more than max_fails: nginx counts on as well
  for (const std::int64_t second : {3, 4, 4, 5, 5, 5}) {
    const PeerRef other = ask(second);
    CHECK(table.number(other) == 1);
    table.upstream.freed(other, begin + second, false);
  }
  const PeerRef probe = ask(5);
  CHECK(table.number(probe) == 0);
  CHECK(table.upstream.freed(probe, begin + 5, false) == BookChange::back);
  CHECK(table.upstream.peer(a).fails == 0);
}

TEST_CASE("a single server is never marked, one that is down is never asked", "[proxy]") {
  Turntable single = turntable("server 127.0.0.1:1;");
  for (int i = 0; i < 3; ++i) {
    Selection selection;
    const auto chosen = single.pick(selection);
    REQUIRE(chosen);
    CHECK(single.upstream.freed(*chosen, 1000, true) == BookChange::none);
  }
  Turntable down = turntable("server 127.0.0.1:1 down;");
  Selection selection;
  CHECK_FALSE(down.pick(selection));
  REQUIRE(selection.passed.size() == 1);
  CHECK(selection.passed[0].second == PassedOver::down);
}

TEST_CASE("hashing gives up after 20 misses and takes round robin", "[proxy]") {
  for (const std::string method :
       {"ip_hash;", "hash $remote_addr;", "hash $remote_addr consistent;", "random;", "random two;"}) {
    Turntable table = turntable(method + three);
    Selection selection;
    selection.address = address_bytes("127.0.0.9");
    selection.key = "127.0.0.9";
    for (int i = 0; i < 3; ++i) REQUIRE(table.pick(selection));
    INFO(method);
    CHECK_FALSE(table.pick(selection));  // all three were tried
    CHECK(selection.misses > misses_max);
  }
}

TEST_CASE("the sticky cookie leads home while home is usable", "[proxy]") {
  Turntable table = turntable(std::string(three) + "sticky cookie srv;");
  const std::string second = sticky_id(table.upstream.config().peers[1]);
  CHECK(second.size() == 32);
  CHECK(second == "abf7a7b4e5522108bc46650d856ec400");
  for (int i = 0; i < 4; ++i) {
    Selection selection;
    selection.sticky = second;
    CHECK(table.number(*table.pick(selection)) == 1);
  }
  Selection failed;
  failed.sticky = second;
  table.upstream.freed(*table.pick(failed), 1000, true);
  CHECK(table.number(*table.pick(failed)) != 1);
  Selection unknown;
  unknown.sticky = "nobody";
  CHECK(table.pick(unknown));
}

TEST_CASE("an upstream's route names it in the cookie", "[proxy]") {
  Turntable table = turntable("server 127.0.0.1:1 route=a; server 127.0.0.1:2 route=b; sticky cookie srv;");
  Selection selection;
  selection.sticky = "b";
  CHECK(table.number(*table.pick(selection)) == 1);
}
