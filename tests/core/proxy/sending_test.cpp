// What is sent and added: proxy_send_timeout, add_header, and fields that an upstream repeats. All measured of nginx 1.22.1.
#include <catch2/catch.hpp>

#include "tests/core/proxy/house.h"

using namespace roundhouse;
using namespace roundhouse::test;

namespace {

constexpr std::int64_t second = 1'000'000'000;
const std::string put = "PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc";
const std::string two = "server 127.0.0.1:9001; server 127.0.0.1:9002;";
const std::string limited = std::string(plain) + "proxy_send_timeout 8s; proxy_read_timeout 20s;";

std::string relayed(const std::string& fields) {
  House house(text_with(plain));
  const ConnectionId client = house.client(get);
  house.host.data(house.opened_upstream(), "HTTP/1.1 200 OK\r\n" + fields + "\r\nhi");
  const std::string all = house.sent(client);
  return all.substr(all.find("GMT\r\n") + 5);
}

}  // namespace

TEST_CASE(
    "an upstream that does not take the request for proxy_send_timeout is a timeout, and the next one is "
    "asked",
    "[proxy][send]") {
  House house(text_with(limited, two));
  const ConnectionId client = house.client(put);
  const ConnectionId first = house.upstream();
  house.host.queued = send_high_mark + 1;
  house.host.open(first);
  house.host.run_until({8 * second - 1});
  CHECK_FALSE(house.closed(first));
  house.host.run_until({8 * second});
  CHECK(house.closed(first));
  CHECK(house.host.wire(first).how == Close::reset);  // what was not written is not sent
  const ConnectionId next = house.upstream();
  CHECK(next != first);
  house.host.open(next);
  house.host.run_until({16 * second});
  CHECK(house.sent(client).starts_with("HTTP/1.1 504 "));
  CHECK(house.said(house.of(RecordKind::answer).back().text) ==
        "upstream timed out (110: Connection timed out) while sending request to upstream");
  const auto marks = house.of(RecordKind::peer);
  REQUIRE(marks.size() == 2);
  CHECK(marks[0].how == static_cast<std::uint8_t>(PeerPhase::out));
}

TEST_CASE("an upstream that takes the request slowly is not timed out, and then proxy_read_timeout counts",
          "[proxy][send]") {
  House house(text_with(limited));
  const ConnectionId client = house.client(put);
  const ConnectionId server = house.upstream();
  house.host.queued = send_high_mark + 100;
  house.host.open(server);
  for (int i = 1; i <= 30; ++i) {
    house.host.run_until({i * second});
    --house.host.queued;
  }
  CHECK_FALSE(house.closed(server));
  house.host.drain(server);  // the request is out at 30 s
  house.host.run_until({50 * second - 1});
  CHECK_FALSE(house.closed(server));
  house.host.run_until({50 * second});
  CHECK(house.sent(client).starts_with("HTTP/1.1 504 "));
  CHECK(house.said(house.of(RecordKind::answer).back().text) ==
        "upstream timed out (110: Connection timed out) while reading response header from upstream");
}

TEST_CASE("an upstream that answers before it has read everything is not waited for", "[proxy][send]") {
  House house(text_with(limited));
  const ConnectionId client = house.client(put);
  house.host.queued = send_high_mark + 1;
  const ConnectionId server = house.opened_upstream();
  house.host.queued = 0;
  house.host.data(server, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  CHECK(house.sent(client).starts_with("HTTP/1.1 200 "));
  CHECK(house.host.wire(server).how == Close::fin);
}

TEST_CASE("add_header shows who was asked, and what each answered", "[proxy][add_header]") {
  House house(text_with(
      std::string(plain) + "add_header X-U \"$upstream_addr|$upstream_status\" always; add_header X-N plain; "
                           "proxy_set_header X-Before \"$upstream_addr|$upstream_status\";",
      two));
  const ConnectionId client = house.client(get);
  house.host.gone(house.upstream(), CloseReason::refused);
  const ConnectionId server = house.opened_upstream();
  CHECK(house.sent(server).find("X-Before: |\r\n") !=
        std::string::npos);  // the request was written before a server was chosen
  house.host.data(server, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX: 1\r\n\r\n");
  CHECK(house.sent(client).ends_with(
      "\r\nX: 1\r\nX-U: 127.0.0.1:9001, 127.0.0.1:9002|502, 200\r\nX-N: plain\r\n\r\n"));

  const ConnectionId other = house.client(get);
  house.host.gone(house.upstream(), CloseReason::refused);
  CHECK(house.sent(other).find("\r\nX-U: 127.0.0.1:9002, app|502, 502\r\n\r\n<html>") != std::string::npos);
  const ConnectionId last = house.client(get);
  CHECK(house.sent(last).find("\r\nX-U: app|502\r\n\r\n<html>") != std::string::npos);
}

TEST_CASE("add_header is inherited all or nothing, and an empty value is left out", "[proxy][add_header]") {
  House house(
      "events {}\nhttp { add_header X-A 1; server { listen 80; location / { return 200 a; } "
      "location /b { add_header X-B \"\"; return 200 b; } location /c { return 301 /x; } } }");
  CHECK(house.sent(house.client(get)).find("\r\nX-A: 1\r\n\r\na") != std::string::npos);
  CHECK(house.sent(house.client("GET /b HTTP/1.1\r\nHost: h\r\n\r\n")).find("X-") == std::string::npos);
  CHECK(house.sent(house.client("GET /c HTTP/1.1\r\nHost: h\r\n\r\n")).find("\r\nLocation: http://h/x\r\n") !=
        std::string::npos);
}

TEST_CASE("of a field that an upstream repeats nginx 1.22 takes the last, or passes on both, without a word",
          "[proxy]") {
  CHECK(relayed("Content-Length: 3\r\nContent-Length: 2\r\n") ==
        "Content-Length: 2\r\nConnection: keep-alive\r\n\r\nhi");
  CHECK(relayed("Content-Length: 2\r\nContent-Type: a/b\r\nContent-Type: c/d\r\n") ==
        "Content-Type: c/d\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\nhi");
  CHECK(relayed("Content-Length: 2\r\nLast-Modified: a\r\nLast-Modified: b\r\n") ==
        "Content-Length: 2\r\nLast-Modified: a\r\nLast-Modified: b\r\nConnection: keep-alive\r\n\r\nhi");
  CHECK(relayed("Content-Length: 2\r\nVary: a\r\nVary: b\r\nServer: a\r\nServer: b\r\n") ==
        "Content-Length: 2\r\nConnection: keep-alive\r\nVary: a\r\nVary: b\r\n\r\nhi");
}

TEST_CASE("a chunk is refused by its announced size, in nginx's words", "[proxy]") {
  House house(text_with(std::string(plain) + "client_max_body_size 10;"));
  const auto said = [&](const std::string& body) {
    const ConnectionId client =
        house.client("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n" + body);
    CHECK(house.sent(client).starts_with("HTTP/1.1 413 "));
    return house.said(house.of(RecordKind::answer).back().text);
  };
  const std::string words = "client intended to send too large chunked body: ";
  CHECK(said("b\r\n01234567890\r\n0\r\n\r\n") == words + "0+11 bytes");
  CHECK(said("6\r\n012345\r\n5\r\n01234\r\n0\r\n\r\n") == words + "6+5 bytes");
  CHECK(said("fffff\r\n012345") == words + "0+1048575 bytes");
  CHECK(said("5\r\n01234\r\nff\r\nx") == words + "5+255 bytes");
  const ConnectionId waits =
      house.client("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n01234\r\nff\r\n");
  CHECK(house.sent(waits).empty());  // until the chunk's first byte is there
  const ConnectionId fits = house.client(
      "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: "
      "chunked\r\n\r\n5\r\n01234\r\n5\r\n01234\r\n0\r\n\r\n");
  CHECK(house.sent(fits).empty());
}
