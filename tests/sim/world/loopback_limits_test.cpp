// Limits of the loopback world: connects under way, ports, file descriptors, names of foreigners.
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sim/world/loopback_socket.h"
#include "tests/sim/world/loopback_town.h"

namespace roundhouse::loopback_test {
namespace {

/// A real program that listens on 127.0.0.1 and whose queue of connections is as long as said.
struct RawListener {
  explicit RawListener(int backlog) {
    fd = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0);
    REQUIRE(::listen(fd, backlog) == 0);
    port = loopback::Endpoint::of_socket(fd).port();
  }
  ~RawListener() { ::close(fd); }
  int fd = -1;
  std::uint16_t port = 0;
};

TEST_CASE("only so many connects are under way at once; the others wait their turn", "[loopback]") {
  Town town({.connecting_max = 2});
  RawListener full(0);
  const loopback::Endpoint at = *loopback::Endpoint::of("127.0.0.1", full.port);
  const loopback::Dialled filler = loopback::dial(at, {});  // fills the queue: further connects get no answer
  town.world->add_external({"127.0.0.1", full.port});
  Player& server = town.server("app-1", "127.1.0.1", 5000);
  Player& client = town.client("client-1", "127.0.7.1");
  const ConnectionId one = client.host->connect({.to = {"127.0.0.1", full.port}});
  const ConnectionId two = client.host->connect({.to = {"127.0.0.1", full.port}});
  client.host->connect({.to = {"app-1", 5000}});
  town.turns();
  CHECK(client.opened.empty());
  CHECK(server.accepted.empty());
  client.host->close(one, Close::fin);  // gives up: the third may go
  REQUIRE(town.until([&] { return server.accepted.size() == 1; }));
  CHECK(client.opened.size() == 1);
  client.host->close(two, Close::reset);
  CHECK(town.world->open_connections() == 1);
}

TEST_CASE("many more connects than may be under way all succeed in the end", "[loopback]") {
  Town town({.connecting_max = 3});
  Player& server = town.server("app-1", "127.1.0.1", 5000);
  Player& client = town.client("client-1", "127.0.7.1");
  for (int i = 0; i < 100; ++i) client.host->connect({.to = {"app-1", 5000}});
  REQUIRE(town.until([&] { return server.accepted.size() == 100 && client.opened.size() == 100; }));
  CHECK(client.closed.empty());
}

TEST_CASE("a world in which nobody may connect is a mistake", "[loopback]") {
  Trace trace;
  CHECK_THROWS_AS(make_loopback_world(trace, {.connecting_max = 0}), UsageError);
}

TEST_CASE("a node is bound where bind_node says", "[loopback]") {
  Town town;
  Player& server = town.add("proxy", "127.1.0.1");
  server.on_start = [](Player& p) { p.host->listen({"*", 80}); };
  std::uint16_t port = 0;
  {
    RawListener free(1);
    port = free.port;
  }
  town.world->bind_node(server.node, "127.0.0.1", port);
  town.world->start(server.node);
  CHECK(town.world->endpoint(server.node, 80) == Address{"127.0.0.1", port});
  Player& client = town.client("client-1", "127.0.7.1");
  client.host->connect({.to = {"proxy", 80}});
  REQUIRE(town.until([&] { return server.accepted.size() == 1; }));
  CHECK(server.how_accepted[0].local.port == 80);
  town.world->kill(server.node);
  town.world->start(server.node);
  CHECK(town.world->endpoint(server.node, 80) == Address{"127.0.0.1", port});
}

TEST_CASE("workers of ours may be bound to one port, and each gets connections", "[loopback]") {
  Town town;
  std::uint16_t port = 0;
  {
    RawListener free(1);
    port = free.port;
  }
  Player& one = town.add("worker-1", "127.1.0.1");
  Player& two = town.add("worker-2", "127.1.0.2");
  for (Player* worker : {&one, &two}) {
    worker->on_start = [](Player& p) { p.host->listen({"*", 80}); };
    town.world->bind_node(worker->node, "127.0.0.1", port);
    town.world->start(worker->node);
  }
  std::vector<loopback::Dialled> foreign;
  for (int i = 0; i < 40; ++i)
    foreign.push_back(loopback::dial(*loopback::Endpoint::of("127.0.0.1", port), {}));
  REQUIRE(town.until([&] { return one.accepted.size() + two.accepted.size() == 40; }));
  CHECK(!one.accepted.empty());
  CHECK(!two.accepted.empty());
}

TEST_CASE("a port in use is said by its number", "[loopback]") {
  Town town;
  RawListener taken(1);
  Player& server = town.add("proxy", "127.1.0.1");
  const std::string expected = "port " + std::to_string(taken.port) + " is in use";
  CHECK_THROWS_WITH(town.world->bind_node(server.node, "127.0.0.1", taken.port), Catch::StartsWith(expected));
  CHECK_THROWS_AS(town.world->bind_node(server.node, "not-an-address", 80), UsageError);
}

TEST_CASE("out of file descriptors, connections wait, a record says so, and all goes on when there are some",
          "[loopback]") {
  Town town;
  Player& server = town.server("app-1", "127.1.0.1", 5000, true);
  Player& client = town.client("client-1", "127.0.7.1");
  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
  const int probe = ::open("/dev/null", O_RDONLY);
  ::close(probe);
  rlimit few = before;
  few.rlim_cur =
      static_cast<rlim_t>(probe) + 3;  // three more: one connect, its other end, one connect without
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &few) == 0);
  for (int i = 0; i < 4; ++i) {
    client.host->send(client.host->connect({.to = {"app-1", 5000}}), ByteView("x"));
  }
  town.turns();
  CHECK(client.received_bytes() < 4);
  CHECK(client.closed.empty());
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &before) == 0);
  REQUIRE(town.until([&] { return client.received_bytes() == 4; }));
  CHECK(server.accepted.size() == 4);
  const auto said = town.records(RecordKind::say);
  REQUIRE(!said.empty());
  CHECK(said.size() <= 4);  // once for each pause, not once for each turn
  CHECK(town.trace.text_of(said[0].text).find("out of file descriptors") == 0);
}

TEST_CASE("foreigners beyond the limit share one entity", "[loopback]") {
  Town town;
  Player& server = town.server("app-1", "127.1.0.1", 5000);
  const Address at = town.world->endpoint(server.node, 5000).value();
  const loopback::Endpoint to = *loopback::Endpoint::of(at.host, at.port);
  std::vector<loopback::Dialled> foreign;
  for (int i = 0; i < 260; ++i) {
    const std::string ip = "127.50." + std::to_string(i / 250) + "." + std::to_string(i % 250 + 1);
    foreign.push_back(loopback::dial(to, loopback::Endpoint::of(ip, 0)));
  }
  REQUIRE(town.until([&] { return server.accepted.size() == 260; }));
  CHECK(town.trace.entity_named("foreign-256"));
  CHECK_FALSE(town.trace.entity_named("foreign-257"));
  CHECK(town.trace.entity_named("foreign-others"));
}

}  // namespace
}  // namespace roundhouse::loopback_test
