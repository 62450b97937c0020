// Several workers: who keeps which books. The shares are those measured of nginx 1.22.1 with one client, one connection after another:
// next-in-turn over three servers 100 % with one worker or a zone, 90 % and 88 % with 2 and 4, 64 % and 49 % with `reuseport`.
#include <catch2/catch.hpp>

#include "tests/core/proxy/house.h"

using namespace roundhouse;
using namespace roundhouse::test;

namespace {

struct Setup {
  std::string workers;
  std::string zone;
  std::string listen = "80";
};

std::string text_of(const Setup& setup) {
  return "worker_processes " + setup.workers + ";\nevents {}\nhttp { upstream app { " + setup.zone +
         " server 127.0.0.1:9001; server 127.0.0.1:9002; server 127.0.0.1:9003; }\nserver { listen " +
         setup.listen + "; location / { proxy_pass http://app; } } }";
}

std::vector<std::uint16_t> ports_of(House& house, int connections) {
  std::vector<std::uint16_t> ports;
  for (int i = 0; i < connections; ++i) {
    const ConnectionId client = house.client(get);
    const ConnectionId server = house.opened_upstream();
    ports.push_back(house.host.wire(server).to.port);
    house.host.data(server, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    house.host.end(client);
  }
  return ports;
}

int percent_in_turn(const Setup& setup) {
  House house(text_of(setup));
  const std::vector<std::uint16_t> ports = ports_of(house, 2000);
  int in_turn = 0;
  for (std::size_t i = 1; i < ports.size(); ++i)
    in_turn += ports[i] == 9001 + (ports[i - 1] - 9001 + 1) % 3 ? 1 : 0;
  return (in_turn * 100 + 999) / 1999;
}

}  // namespace

TEST_CASE("workers without a zone each keep their own turn", "[proxy][workers]") {
  const auto near = [](int measured) { return Approx(measured).margin(5); };
  CHECK(percent_in_turn({"1", ""}) == 100);
  CHECK(percent_in_turn({"2", "zone app 64k;"}) == 100);
  CHECK(percent_in_turn({"4", "zone app 64k;", "80 reuseport"}) == 100);
  CHECK(percent_in_turn({"2", ""}) == near(90));
  CHECK(percent_in_turn({"4", ""}) == near(88));
  CHECK(percent_in_turn({"2", "", "80 reuseport"}) == near(64));
  CHECK(percent_in_turn({"4", "", "80 reuseport"}) == near(49));
}

TEST_CASE("a server that failed is out for the worker that saw it, with a zone for all", "[proxy][workers]") {
  const auto failures = [](const std::string& zone) {
    House house(text_of({"8", zone, "80 reuseport"}));
    int refused = 0;
    for (int i = 0; i < 100; ++i) {
      const ConnectionId client = house.client(get);
      while (house.host.wire(house.upstream()).to.port == 9002) {
        ++refused;
        house.host.gone(house.upstream(), CloseReason::refused);
      }
      const ConnectionId server = house.opened_upstream();
      house.host.data(server, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
      house.host.end(client);
    }
    return refused;
  };
  CHECK(failures("zone app 64k;") == 1);
  CHECK(failures("") == 8);
}

TEST_CASE("the same seed gives connections to the same workers, and a route names its worker",
          "[proxy][workers]") {
  House one(text_of({"4", ""}));
  House other(text_of({"4", ""}));
  CHECK(ports_of(one, 200) == ports_of(other, 200));
  CHECK(one.said(one.of(RecordKind::route).front().text) == "round_robin (worker 1 of 4)");
  CHECK(one.of(RecordKind::config).size() == 1);
}

TEST_CASE("a reload forgets the turn of every worker, and may change their number", "[proxy][workers]") {
  House house(text_of({"4", ""}));
  const ConnectionId kept = house.client(get);
  house.host.data(house.opened_upstream(), "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  ports_of(house, 50);
  house.proxy->reload(std::make_shared<const proxy::Config>(proxy::read_config(text_of({"2", ""})).value()));
  house.host.data(kept, get);  // a connection of a worker that is no more
  CHECK(house.host.wire(house.opened_upstream()).to.port == 9001);
}

TEST_CASE("without a worker a client is connected and never answered, until a reload starts one",
          "[proxy][workers]") {
  House house(text_of({"0", ""}));
  const ConnectionId client = house.client();
  const ConnectionId impatient = house.client();
  CHECK(house.host.wire(client).paused);
  house.host.run_until({3600'000'000'000});
  CHECK_FALSE(house.closed(client));
  house.host.gone(impatient, CloseReason::reset);
  CHECK(house.host.live_slots() == 1);
  house.proxy->reload(std::make_shared<const proxy::Config>(proxy::read_config(text_of({"1", ""})).value()));
  REQUIRE_FALSE(house.host.wire(client).paused);
  house.host.data(client, get);
  CHECK(house.host.wire(house.opened_upstream()).to.port == 9001);
}

TEST_CASE("more workers than nginx starts are not started, and `auto` is one", "[nginx][workers]") {
  const auto config = proxy::read_config(text_of({"9999", ""}));
  CHECK(config.value().worker_processes == proxy::workers_max);
  CHECK(config.value().warnings ==
        std::vector<std::string>{
            "nginx.conf:1: \"worker_processes\" above 1024 has no effect: more are not started"});
  CHECK(proxy::read_config(text_of({"auto", ""})).value().worker_processes == 1);
}
