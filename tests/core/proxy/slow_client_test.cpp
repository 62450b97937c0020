// Clients that take their time: client_header_timeout and client_body_timeout, as nginx counts them.
#include <catch2/catch.hpp>

#include "tests/core/proxy/house.h"

using namespace roundhouse;
using namespace roundhouse::proxy;
using namespace roundhouse::test;
using namespace std::chrono_literals;

namespace {

constexpr Duration client_timeout = 60s;  // nginx: client_header_timeout and client_body_timeout

/// Sends a byte every ten seconds; the instant at which the connection was closed.
Instant drip(House& house, ConnectionId client, const std::string& bytes) {
  for (const char byte : bytes) {
    if (house.closed(client)) break;
    house.host.data(client, ByteView(&byte, 1));
    for (int second = 0; second < 10 && !house.closed(client); ++second)
      house.host.run_until(house.host.now() + 1s);
  }
  return house.host.now();
}

}  // namespace

TEST_CASE("a head has client_header_timeout in all, however steadily it drips", "[proxy]") {
  House house(text_with(plain));
  const ConnectionId client = house.client();
  CHECK(drip(house, client, "GET / HTTP/1.1\r\nHost: h") == Instant() + client_timeout);
  CHECK(house.closed(client));
  CHECK(house.sent(client).empty());  // nginx closes without a word
}

TEST_CASE("the head of a further request has its time from its first byte", "[proxy]") {
  House house(text_with("return 200 ok;"));
  const ConnectionId client = house.client(get);
  house.host.run_until(Instant() + 50s);
  REQUIRE_FALSE(house.closed(client));
  CHECK(drip(house, client, "GET / HTTP/1.1\r\nHost: h") == Instant() + 50s + client_timeout);
  CHECK(house.closed(client));
}

TEST_CASE("a body has client_body_timeout between two readings", "[proxy]") {
  House house(text_with(plain));
  const ConnectionId client = house.client("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 30\r\n\r\n");
  drip(house, client, std::string(20, 'x'));  // 200 seconds
  REQUIRE_FALSE(house.closed(client));
  const Instant last = house.host.now() - 10s;
  house.host.run_until(last + client_timeout - 1s);
  CHECK_FALSE(house.closed(client));
  house.host.run_until(last + client_timeout);
  CHECK(house.closed(client));
  CHECK(house.sent(client).empty());
}

TEST_CASE("an idle connection is not taken for a slow head", "[proxy]") {
  House house(text_with("return 200 ok;"));
  const ConnectionId client = house.client(get);
  house.host.run_until(Instant() + 70s);  // keepalive_timeout is 75 seconds
  CHECK_FALSE(house.closed(client));
  house.host.run_until(Instant() + 75s);
  CHECK(house.closed(client));
}
