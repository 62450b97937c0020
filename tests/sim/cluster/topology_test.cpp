#include "sim/cluster/topology.h"

#include <catch2/catch.hpp>

using namespace roundhouse;

TEST_CASE("a client's number goes into the braces and carries past 255") {
  CHECK(*client_ip("127.0.{}.1", 1, 2) == "127.0.1.1");
  CHECK(*client_ip("127.0.{}.1", 255, 300) == "127.0.255.1");
  CHECK(*client_ip("127.0.{}.1", 256, 300) == "127.1.0.1");
  CHECK(*client_ip("127.0.{}.1", 10'000, 10'000) == "127.39.16.1");
  CHECK(*client_ip("127.3.0.{}", 7, 9) == "127.3.0.7");
}

TEST_CASE("an address pattern that cannot give each client an address of its own is refused in words") {
  CHECK(client_ip("127.0.0.1", 2, 2).error().what().find("one address") != std::string::npos);
  CHECK(client_ip("10.0.{}.1", 1, 1).error().what().find("outside 127.0.0.0/8") != std::string::npos);
  CHECK(client_ip("127.{}.0.1", 256, 300).has_error());
  CHECK(client_ip("webapp", 1, 1).has_error());
  CHECK(client_ip("127.0.0", 1, 1).has_error());
  CHECK(client_ip("127.0.0.300", 1, 1).has_error());
}

TEST_CASE("clients are placed in order, take rooms in turn, and start evenly over the spread") {
  Scenario scenario;
  scenario.clients.push_back(
      {.count = 3, .rooms = 2, .start = std::chrono::seconds(1), .spread = std::chrono::seconds(2)});
  const auto places = *place_clients(scenario);
  REQUIRE(places.size() == 3);
  CHECK(places[0].name == "client-1");
  CHECK(places[0].room == "room-1");
  CHECK(places[1].room == "room-2");
  CHECK(places[2].room == "room-1");
  CHECK(places[0].start == std::chrono::seconds(1));
  CHECK(places[1].start == std::chrono::seconds(2));
  CHECK(places[2].start == std::chrono::seconds(3));
}

TEST_CASE("two parties never share an address or a name") {
  Scenario scenario;
  scenario.clients.push_back({.prefix = "ann", .count = 1, .address = "127.0.1.1"});
  scenario.clients.push_back({.prefix = "bob", .count = 1, .address = "127.0.1.1"});
  CHECK(place_clients(scenario).error().what().find("both live at 127.0.1.1") != std::string::npos);
  scenario.clients[1] = {.prefix = "ann", .count = 1, .address = "127.0.2.1"};
  CHECK(place_clients(scenario).error().what().find("called ann-1") != std::string::npos);
  scenario.clients[1] = {.prefix = "bob", .count = 1, .address = "127.254.0.1"};
  CHECK(place_clients(scenario).has_error());
}
