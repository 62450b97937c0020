// Names, addresses and listeners of nodes.
#include <catch2/catch.hpp>

#include "scripted_party.h"
#include "sim/world/listeners.h"
#include "sim/world/node_table.h"

using namespace roundhouse;

namespace {

struct Nodes {
  Script script;
  Trace trace;
  NodeTable table{trace};
  NodeId add(const std::string& name, const std::string& ip) {
    return table.add({.name = name,
                      .kind = EntityKind::app,
                      .ip = ip,
                      .make = [this](Host& host) { return std::make_unique<ScriptedParty>(host, script); }},
                     {});
  }
};

}  // namespace

TEST_CASE("a host text leads to a node by its name, a further name, or its ip", "[node_table]") {
  Nodes nodes;
  const NodeId one = nodes.add("app-1", "127.1.0.1");
  const NodeId two = nodes.add("app-2", "127.1.0.2");
  nodes.table.add_name("webapp", one);
  nodes.table.add_name("webapp", two);
  nodes.table.add_name("webapp", two);
  CHECK(nodes.table.resolve("app-2").front() == two);
  CHECK(nodes.table.resolve("127.1.0.1").front() == one);
  REQUIRE(nodes.table.resolve("webapp").size() == 2);
  CHECK(nodes.table.resolve("webapp").back() == two);
  CHECK(nodes.table.resolve("nobody").empty());
  CHECK(nodes.table.ip_of("webapp") == "127.1.0.1");
  CHECK(nodes.table.ip_of("::1") == "::1");
  CHECK(nodes.table.ip_of("unix:/run/x") == "unix:/run/x");
  CHECK(nodes.table.ip_of("localhost") == "127.0.0.1");
  CHECK_FALSE(nodes.table.ip_of("nobody"));
  CHECK(nodes.table.named("app-1") == one);
  CHECK_FALSE(nodes.table.named("webapp"));
}

TEST_CASE("wrong nodes are the caller's mistake", "[node_table]") {
  Nodes nodes;
  nodes.add("app-1", "127.1.0.1");
  CHECK_THROWS_AS(nodes.add("app-1", "127.1.0.2"), UsageError);
  CHECK_THROWS_AS(nodes.add("", "127.1.0.2"), UsageError);
  CHECK_THROWS_AS(nodes.table.at(NodeId{9}), UsageError);
  CHECK_THROWS_AS(nodes.table.at(NodeId{}), UsageError);
  CHECK_THROWS_AS(nodes.table.add({.name = "x", .ip = "127.1.0.3", .make = {}}, {}), UsageError);
}

TEST_CASE("a listener on the very address comes before those on every address", "[listeners]") {
  Nodes nodes;
  const NodeId one = nodes.add("app-1", "127.1.0.1");
  const NodeId two = nodes.add("app-2", "127.1.0.1");
  Listeners listeners(nodes.table);
  listeners.add(one, {"*", 80});
  listeners.add(one, {"*", 80});
  REQUIRE(listeners.at("127.1.0.1", 80).size() == 1);
  listeners.add(two, {"*", 80});
  CHECK(listeners.at("127.1.0.1", 80).size() == 2);
  listeners.add(two, {"app-2", 80});
  REQUIRE(listeners.at("127.1.0.1", 80).size() == 1);
  CHECK(listeners.at("127.1.0.1", 80).front()->node == two);
  listeners.remove(two, {"app-2", 80});
  CHECK(listeners.at("127.1.0.1", 80).size() == 2);
  listeners.remove_all(two);
  CHECK(listeners.at("127.1.0.1", 80).size() == 1);
  CHECK(listeners.at("127.1.0.1", 81).empty());
  CHECK_THROWS_AS(listeners.add(one, {"nobody", 80}), UsageError);
}
