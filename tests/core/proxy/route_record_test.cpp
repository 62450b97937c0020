// Why a request went where it went, as the trace has it.
#include <catch2/catch.hpp>

#include "tests/core/proxy/house.h"

using namespace roundhouse;
using namespace roundhouse::proxy;
using namespace roundhouse::test;

namespace {

/// What the trace says of each route: `reason, value` and each of its notes.
std::vector<std::string> reasons(House& house) {
  std::vector<std::string> told;
  for (const Record& record : house.host.records) {
    if (record.kind == RecordKind::route) {
      told.push_back(house.said(record.subject) + " reason " + std::to_string(record.code) + " value " +
                     std::to_string(record.extra));
    } else if (record.kind == RecordKind::text) {
      told.back() += "; note " + std::to_string(record.how) + " " + house.said(record.subject) + " " +
                     house.said(record.text);
    }
  }
  return told;
}

std::string begin_of(RouteReason reason) {
  return " reason " + std::to_string(static_cast<int>(reason)) + " value ";
}

constexpr const char* two_servers = " server 127.0.0.1:9001; server 127.0.0.1:9002;";

}  // namespace

TEST_CASE("every route is recorded with its reason, and who was passed over", "[proxy]") {
  House house(text_with(
      plain, "ip_hash; server 127.0.0.1:9001; server 127.0.0.1:9002 weight=2; server 127.0.0.1:9003 down;"));
  house.client(get);
  house.host.gone(house.upstream(), CloseReason::refused);
  const auto routes = house.of(RecordKind::route);
  REQUIRE(routes.size() == 2);
  CHECK(house.said(routes[0].text) == "ip_hash");
  CHECK(routes[0].how == 1);
  CHECK(routes[1].how == 2);
  CHECK(routes[0].extra != 0);
  CHECK(routes[0].subject != routes[1].subject);
  const auto passed = house.of(RecordKind::text);
  REQUIRE_FALSE(passed.empty());
  CHECK(passed.back().subject.value != 0);
  CHECK_FALSE(house.said(passed.back().text).empty());
  const auto peers = house.of(RecordKind::peer);
  REQUIRE(peers.size() == 1);
  CHECK(peers[0].how == static_cast<std::uint8_t>(PeerPhase::out));
  CHECK(peers[0].value == 1);
  CHECK(peers[0].extra == 1);
  CHECK(peers[0].more == 11'000'000'000u);
}

TEST_CASE("a turn is recorded with the current weights that decided it", "[proxy]") {
  House house(text_with(plain, "server 127.0.0.1:9001 weight=3; server 127.0.0.1:9002;"));
  for (int i = 0; i < 4; ++i) house.client(get);
  const std::string turn = begin_of(RouteReason::turn) + "0; note 2 ";
  CHECK(reasons(house) ==
        std::vector<std::string>{"127.0.0.1:9001" + turn + "127.0.0.1:9002 current weight 1 against 3",
                                 "127.0.0.1:9001" + turn + "127.0.0.1:9002 current weight 2 against 2",
                                 "127.0.0.1:9002" + turn + "127.0.0.1:9001 current weight 1 against 3",
                                 "127.0.0.1:9001" + turn + "127.0.0.1:9002 current weight 0 against 4"});
}

TEST_CASE("a policy that gives up says why its request took turns", "[proxy]") {
  const auto first = [](const std::string& upstream) {
    House house(text_with(plain, upstream));
    house.client(get);
    return house.of(RecordKind::route).at(0).code;
  };
  CHECK(first("ip_hash; server 127.0.0.1:9001;") == static_cast<int>(RouteReason::only_server));
  CHECK(first(std::string("hash $arg_none;") + two_servers) == static_cast<int>(RouteReason::empty_key));
  CHECK(first(std::string("hash $arg_none consistent;") + two_servers) ==
        static_cast<int>(RouteReason::empty_key));
  CHECK(first("server 127.0.0.1:9001 down; server 127.0.0.1:9002 backup;") ==
        static_cast<int>(RouteReason::backups));
  // 1 in 10,000 is not hit in 20 hashes.
  CHECK(first("ip_hash; server 127.0.0.1:9001 weight=9999 down; server 127.0.0.1:9002;") ==
        static_cast<int>(RouteReason::misses));
  CHECK(first("random; server 127.0.0.1:9001 weight=9999 down; server 127.0.0.1:9002;") ==
        static_cast<int>(RouteReason::misses));
}

TEST_CASE("fewest connections are recorded beside those of the server that came second", "[proxy]") {
  House house(text_with(plain, std::string("least_conn;") + two_servers));
  for (int i = 0; i < 3; ++i) house.client(get);
  const std::string equal = begin_of(RouteReason::equal_conns);
  CHECK(reasons(house) ==
        std::vector<std::string>{
            "127.0.0.1:9001" + equal + "0; note 2 127.0.0.1:9002 connections 0 against 0, weight 1",
            "127.0.0.1:9002" + begin_of(RouteReason::fewest_conns) +
                "0; note 2 127.0.0.1:9001 connections 1 against 0, weight 1",
            "127.0.0.1:9002" + equal + "1; note 2 127.0.0.1:9001 connections 1 against 1, weight 1"});
}

TEST_CASE("of two drawn the other is recorded, with the connections of both", "[proxy]") {
  House house(text_with(plain, std::string("random two;") + two_servers));
  for (int i = 0; i < 20; ++i) house.client(get);
  const std::vector<std::string> told = reasons(house);
  REQUIRE(told.size() == 20);
  int a = 0;
  int b = 0;
  for (const std::string& one : told) {
    const bool first = one.starts_with("127.0.0.1:9001");
    CHECK(one.find(begin_of(RouteReason::two_draws)) != std::string::npos);
    CHECK(one.ends_with("; note 2 127.0.0.1:900" + std::string(first ? "2" : "1") + " connections " +
                        std::to_string(first ? b : a) + " against " + std::to_string(first ? a : b) +
                        ", weight 1"));
    ++(first ? a : b);
  }
}

TEST_CASE("where no server is usable the route has none, and says why of each", "[proxy]") {
  House house(text_with(plain, two_servers));
  const ConnectionId client = house.client(get);
  house.host.gone(house.upstream(), CloseReason::refused);
  house.host.gone(house.upstream(), CloseReason::refused);
  house.client(get);
  CHECK(house.sent(client).starts_with("HTTP/1.1 502"));
  const std::string failed = "failed, within fail_timeout";
  CHECK(reasons(house).back() == begin_of(RouteReason::nobody) + "0; note 1 127.0.0.1:9001 " + failed +
                                     "; note 1 127.0.0.1:9002 " + failed);
}

TEST_CASE("below a sticky cookie the method's own reason is recorded", "[proxy]") {
  House house(text_with(plain, std::string("ip_hash; sticky cookie srv;") + two_servers));
  house.client(get);
  CHECK(house.of(RecordKind::route).at(0).code == static_cast<int>(RouteReason::address_hash));
}

TEST_CASE("a route names the client's address where realip found another, and not without end", "[proxy]") {
  House house(
      text_with("set_real_ip_from 127.0.0.0/8; real_ip_header X-Forwarded-For; proxy_pass http://app;"));
  const auto ask = [&](const std::string& address) {
    house.client("GET / HTTP/1.1\r\nHost: h\r\nX-Forwarded-For: " + address + "\r\n\r\n");
    return reasons(house).back();
  };
  CHECK(ask("203.0.113.9").ends_with("; note 3  203.0.113.9"));
  for (std::size_t i = 1; i < client_addresses_noted_max; ++i) {
    house.client("GET / HTTP/1.1\r\nHost: h\r\nX-Forwarded-For: 10.1." + std::to_string(i / 250) + "." +
                 std::to_string(i % 250) + "\r\n\r\n");
  }
  CHECK(ask("198.51.100.1").ends_with("; note 3  (one more address)"));
  CHECK(ask("203.0.113.9").ends_with("; note 3  203.0.113.9"));
}
