// proxy_pass with variables, where no nginx need be asked: names that a resolver knows, the limit, and a reload.
#include <catch2/catch.hpp>

#include "tests/core/proxy/house.h"

using namespace roundhouse;
using namespace roundhouse::test;

namespace {

std::string passing(const std::string& more = "") {
  return "events {} http { upstream app { server 127.0.0.1:9001; } server { listen 80; " + more +
         " location / { proxy_pass http://$arg_to; } } }";
}
std::string to(const std::string& where) {
  return "GET /?to=" + where + " HTTP/1.1\r\nHost: h\r\n\r\n";
}
int status_of(House& house, ConnectionId client) {
  return std::stoi(house.sent(client).substr(9, 3));
}

}  // namespace

TEST_CASE("with a resolver a name that is no upstream's is asked for by name", "[proxy]") {
  House house(passing("resolver 127.0.0.53;"));
  house.client(to("app-1:5000"));
  CHECK(house.host.wire(house.upstream()).to == Address{"app-1", 5000});
  house.client(to("app"));
  CHECK(house.host.wire(house.upstream()).to == Address{"127.0.0.1", 9001});
}

TEST_CASE("variables lead to a bounded number of addresses, and to known ones for ever", "[proxy]") {
  House house(passing());
  for (std::size_t i = 0; i < proxy::passed_addresses_max; ++i) {
    house.client(to("127.0.1.1:" + std::to_string(1000 + i)));
    house.host.gone(house.upstream(), CloseReason::refused);
  }
  CHECK(status_of(house, house.client(to("127.0.1.1:10"))) == 500);
  CHECK(house.said(house.of(RecordKind::answer).back().text) ==
        "\"proxy_pass\" with variables has led to too many addresses");
  house.client(to("127.0.1.1:1000"));
  CHECK(house.host.wire(house.upstream()).to == Address{"127.0.1.1", 1000});
  house.proxy->reload(std::make_shared<const proxy::Config>(proxy::read_config(passing()).value()));
  house.client(to("127.0.1.1:10"));
  CHECK(house.host.wire(house.upstream()).to == Address{"127.0.1.1", 10});
}

TEST_CASE("what became of https in a variable is an error that says so", "[proxy]") {
  House house(
      "events {} http { server { listen 80; location / { proxy_pass $arg_scheme://127.0.0.1:9001; } } }");
  CHECK(status_of(house, house.client("GET /?scheme=https HTTP/1.1\r\nHost: h\r\n\r\n")) == 500);
  CHECK(house.said(house.of(RecordKind::answer).back().text) ==
        "\"proxy_pass\" with https is not supported here");
}
