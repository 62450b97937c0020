// Connections of the loopback world: what is said arrives, from where it says, and ends as TCP ends.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <thread>

#include "tests/sim/world/loopback_town.h"

namespace roundhouse::loopback_test {
namespace {

ConnectionId dial(Player& from, const std::string& host, std::uint16_t port) {
  return from.host->connect({.to = {host, port}});
}

TEST_CASE("what one party sends the other receives, and the echo comes back", "[loopback]") {
  Town town;
  Player& server = town.server("app-1", "127.1.0.1", 5000, true);
  Player& client = town.client("client-1", "127.0.7.1");
  const ConnectionId c = dial(client, "app-1", 5000);
  client.host->send(c, ByteView("said before it was open, "));
  CHECK(client.opened.empty());  // never from within a Host call
  client.on_open = [](Player& p, ConnectionId opened) { p.host->send(opened, ByteView("and after")); };
  REQUIRE(town.until([&] { return client.received(c) == "said before it was open, and after"; }));
  REQUIRE(server.accepted.size() == 1);
  CHECK(server.accepted[0].serial == c.serial);
  CHECK(client.opened == std::vector<ConnectionId>{c});
}

TEST_CASE("a server sees the logical listener and the client's own address", "[loopback]") {
  Town town;
  Player& server = town.server("app-1", "127.1.0.1", 80);
  Player& one = town.client("client-1", "127.0.7.1");
  Player& two = town.client("client-2", "127.0.8.1");
  dial(one, "app-1", 80);
  dial(two, "127.1.0.1", 80);
  two.host->connect({.to = {"app-1", 80}, .from = Address{"127.0.9.9", 0}});
  REQUIRE(town.until([&] { return server.accepted.size() == 3; }));
  std::vector<std::string> seen;
  for (const Accepted& how : server.how_accepted) {
    CHECK(how.listener == Address{"*", 80});
    CHECK(how.local == Address{"127.1.0.1", 80});
    CHECK(how.peer.port != 0);
    seen.push_back(how.peer.host);
  }
  std::sort(seen.begin(), seen.end());
  CHECK(seen == std::vector<std::string>{"127.0.7.1", "127.0.8.1", "127.0.9.9"});
}

TEST_CASE("further names and addresses of a node lead to it, and a unix path too", "[loopback]") {
  Town town;
  Player& server = town.add("app-1", "127.1.0.1");
  server.on_start = [](Player& p) {
    p.host->listen({"*", 5000});
    p.host->listen({"127.4.0.9", 80});
    p.host->listen({"unix:/run/app.sock", 0});
  };
  town.world->add_name("webapp-1", server.node);
  town.world->add_name("127.4.0.9", server.node);
  town.world->start(server.node);
  Player& client = town.client("client-1", "127.0.7.1");
  dial(client, "webapp-1", 5000);
  dial(client, "127.4.0.9", 80);
  dial(client, "unix:/run/app.sock", 0);
  REQUIRE(town.until([&] { return server.accepted.size() == 3; }));
  CHECK(client.closed.empty());
  CHECK(server.how_accepted[2].peer.host == "unix:");
}

TEST_CASE("a connect where nobody listens is refused, and an unknown name is said to be unknown",
          "[loopback]") {
  Town town;
  town.server("app-1", "127.1.0.1", 5000);
  Player& client = town.client("client-1", "127.0.7.1");
  const ConnectionId wrong_port = dial(client, "app-1", 5001);
  const ConnectionId nobody = dial(client, "127.9.9.9", 80);
  const ConnectionId unknown = dial(client, "no-such-host", 80);
  CHECK(client.closed.empty());
  REQUIRE(town.until([&] { return client.closed.size() == 3; }));
  using Closed = std::pair<std::uint32_t, CloseReason>;
  CHECK(client.closed[0] == Closed{wrong_port.serial, CloseReason::refused});
  CHECK(client.closed[1] == Closed{nobody.serial, CloseReason::refused});
  CHECK(client.closed[2] == Closed{unknown.serial, CloseReason::unknown_host});
  CHECK(town.records(RecordKind::refused).size() == 3);
  CHECK(town.world->open_connections() == 0);
}

TEST_CASE("a big transfer arrives whole, through back-pressure, and the sender hears when the queue is short",
          "[loopback]") {
  Town town;
  Player& server = town.server("app-1", "127.1.0.1", 5000);
  Player& client = town.client("client-1", "127.0.7.1");
  server.on_accept = [](Player& p, ConnectionId c) { p.host->pause_reading(c, true); };
  const Bytes big = pattern(24 * 1024 * 1024);
  const SharedBytes shared = share(big.substr(8 * 1024 * 1024));
  const ConnectionId c = dial(client, "app-1", 5000);
  REQUIRE(town.until([&] { return server.accepted.size() == 1 && client.opened.size() == 1; }));
  client.host->send(c, ByteView(big).substr(0, 8 * 1024 * 1024));
  const std::size_t queued = client.host->send(c, shared);
  CHECK(queued > send_high_mark);
  town.turns();
  CHECK(server.received_bytes() == 0);  // paused
  CHECK(client.drained == 0);
  server.host->pause_reading(server.accepted[0], false);
  REQUIRE(town.until([&] { return server.received_bytes() == big.size(); }));
  CHECK(server.received(c) == big);
  REQUIRE(town.until([&] { return client.drained == 1; }));
  // Passing the high mark, and the return below the low one; not each send between them.
  const std::vector<Record> buffers = town.records(RecordKind::buffer);
  REQUIRE(buffers.size() == 2);
  CHECK(buffers[0].value > send_high_mark);
  CHECK(buffers[1].value < send_low_mark);
}

TEST_CASE("what is passed on as it is read goes to the kernel at once; what waits before it goes first",
          "[loopback]") {
  Town town;
  Player& server = town.server("app-1", "127.1.0.1", 5000);
  Player& client = town.client("client-1", "127.0.7.1");
  std::vector<std::size_t> queued;
  server.on_data = [&](Player& p, ConnectionId c, ByteView bytes) {
    queued.push_back(p.host->send(c, bytes));
    queued.push_back(p.host->send(c, ByteView("own")));
    queued.push_back(p.host->send(c, bytes.substr(1)));
  };
  const ConnectionId c = dial(client, "app-1", 5000);
  client.host->send(c, ByteView("read"));
  REQUIRE(town.until([&] { return client.received(c) == "readownead"; }));
  CHECK(queued == std::vector<std::size_t>{0, 3, 6});
}

TEST_CASE("many small sends of one turn arrive in order and in few chunks", "[loopback]") {
  Town town;
  Player& server = town.server("app-1", "127.1.0.1", 5000);
  Player& client = town.client("client-1", "127.0.7.1");
  const ConnectionId c = dial(client, "app-1", 5000);
  REQUIRE(town.until([&] { return !client.opened.empty(); }));
  Bytes expected;
  const SharedBytes large = share(pattern(3000));
  for (int i = 0; i < 500; ++i) {
    const Bytes text = std::to_string(i) + ",";
    expected += text;
    client.host->send(c, ByteView(text));
    if (i % 50 == 0) {
      client.host->send(c, large);
      expected += *large;
    }
  }
  REQUIRE(town.until([&] { return server.received(c).size() == expected.size(); }));
  CHECK(server.received(c) == expected);
  CHECK(server.chunks <= 8);
}

TEST_CASE("a fin comes after everything that was sent, and the closer hears no more", "[loopback]") {
  Town town;
  Player& server = town.server("app-1", "127.1.0.1", 5000);
  Player& client = town.client("client-1", "127.0.7.1");
  const Bytes big = pattern(5 * 1024 * 1024);
  const ConnectionId c = dial(client, "app-1", 5000);
  client.host->send(c, ByteView(big));
  client.host->close(c, Close::fin);  // not open yet
  REQUIRE(town.until([&] { return server.ended.size() == 1; }));
  CHECK(server.received(c) == big);
  REQUIRE(town.until([&] { return town.world->open_connections() == 0; }));
  CHECK(client.opened.empty());
  CHECK(client.closed.empty());
  const auto ends = town.records(RecordKind::end);
  REQUIRE(ends.size() == 1);
  CHECK(ends[0].value == big.size());
  CHECK(ends[0].how == static_cast<std::uint8_t>(How::fin));
  CHECK(ends[0].by == town.world->entity_of(client.node));
}

TEST_CASE("a reset drops what is queued and the peer hears of a reset", "[loopback]") {
  Town town;
  Player& server = town.server("app-1", "127.1.0.1", 5000);
  Player& client = town.client("client-1", "127.0.7.1");
  const ConnectionId c = dial(client, "app-1", 5000);
  REQUIRE(town.until([&] { return !server.accepted.empty() && !client.opened.empty(); }));
  client.host->send(c, ByteView("never seen"));
  client.host->close(c, Close::reset);
  REQUIRE(town.until([&] { return server.closed.size() == 1; }));
  CHECK(server.closed[0].second == CloseReason::reset);
  CHECK(server.received(c).empty());
  CHECK(server.ended.empty());
  CHECK(client.closed.empty());
}

TEST_CASE("bytes that meet a closed end come back as a reset", "[loopback]") {
  Town town;
  Player& server = town.server("app-1", "127.1.0.1", 5000);
  Player& client = town.client("client-1", "127.0.7.1");
  server.on_end = [](Player&, ConnectionId) {};  // goes on writing
  const ConnectionId c = dial(client, "app-1", 5000);
  REQUIRE(town.until([&] { return !server.accepted.empty() && !client.opened.empty(); }));
  client.host->close(c, Close::fin);
  REQUIRE(town.until([&] { return server.ended.size() == 1; }));
  CHECK(server.closed.empty());
  server.host->send(server.accepted[0], ByteView("anybody there?"));
  REQUIRE(town.until([&] { return server.closed.size() == 1; }));
  CHECK(server.closed[0].second == CloseReason::reset);
}

TEST_CASE("a timer fires once, a cancelled one never, and now does not go back", "[loopback]") {
  Town town;
  Player& node = town.client("client-1", "127.0.7.1");
  const Instant start = town.world->now();
  node.host->wake_at(start + 3ms, 1);
  const TimerId cancelled = node.host->wake_at(start + 2ms, 2);
  node.host->wake_at(start, 3);
  node.host->cancel(cancelled);
  CHECK(node.timers.empty());
  REQUIRE(town.until([&] { return node.timers.size() == 2; }));
  CHECK(node.timers == std::vector<std::uint64_t>{3, 1});
  CHECK(town.world->now() >= start + 3ms);
  town.turns();
  CHECK(node.timers.size() == 2);
}

TEST_CASE("a busy party is called again only when it is free", "[loopback]") {
  Town town;
  Player& node = town.client("client-1", "127.0.7.1");
  const Instant start = town.world->now();
  Instant fired;
  node.on_timer = [&](Player& p, std::uint64_t tag) {
    if (tag == 1) p.host->busy(20ms);
    fired = p.host->now();
  };
  node.host->wake_at(start, 1);
  node.host->wake_at(start, 2);
  REQUIRE(town.until([&] { return node.timers.size() == 2; }));
  CHECK(fired >= start + 20ms);
}

TEST_CASE("work posted from another thread runs in the loop and ends a long wait", "[loopback]") {
  Town town;
  const std::thread::id here = std::this_thread::get_id();
  std::thread::id there;
  std::thread caller([&] {
    town.world->post([&] {
      there = std::this_thread::get_id();
      town.world->stop_running();
    });
  });
  town.world->run_until(town.world->now() + 1h);
  caller.join();
  CHECK(there == here);
}

TEST_CASE("work set for a time runs then, between callbacks", "[loopback]") {
  Town town;
  std::vector<int> order;
  const Instant start = town.world->now();
  town.world->at(start + 4ms, [&] { order.push_back(2); });
  town.world->at(start + 2ms, [&] { order.push_back(1); });
  town.world->run_until(start + 6ms);
  CHECK(order == std::vector<int>{1, 2});
  CHECK(town.world->now() >= start + 6ms);
}

struct RawClient {
  explicit RawClient(const Address& to, const char* from = "127.0.99.1") {
    fd = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    ::inet_pton(AF_INET, from, &address.sin_addr);
    REQUIRE(::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0);
    ::inet_pton(AF_INET, to.host.c_str(), &address.sin_addr);
    address.sin_port = htons(to.port);
    REQUIRE(::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0);
  }
  ~RawClient() { ::close(fd); }
  int fd = -1;
};

TEST_CASE("mail is read although timers are always due", "[loopback]") {
  Town town;
  Player& node = town.client("client-1", "127.0.7.1");
  node.on_timer = [](Player& p, std::uint64_t) { p.host->wake_at(p.host->now(), 1); };
  node.host->wake_at(town.world->now(), 1);
  bool read = false;
  town.world->post([&] { read = true; });
  REQUIRE(town.until([&] { return read; }));
}

TEST_CASE("a foreign client is served, appears once by its address, and may half close", "[loopback]") {
  Town town;
  Player& server = town.server("app-1", "127.1.0.1", 5000, true);
  server.on_end = [](Player& p, ConnectionId c) {  // the peer reads on
    p.host->send(c, ByteView("bye"));
    p.host->close(c, Close::fin);
  };
  const Address at = town.world->endpoint(server.node, 5000).value();
  CHECK(at.host == "127.1.0.1");
  {
    RawClient one(at);
    RawClient two(at);
    REQUIRE(::send(one.fd, "hello ", 6, 0) == 6);
    REQUIRE(::shutdown(one.fd, SHUT_WR) == 0);
    REQUIRE(town.until([&] { return server.ended.size() == 1; }));
    town.turns();
    char text[32] = "";
    REQUIRE(::recv(one.fd, text, sizeof(text), MSG_DONTWAIT) == 9);
    CHECK(std::string(text) == "hello bye");
    CHECK(::recv(one.fd, text, sizeof(text), MSG_DONTWAIT) == 0);
    REQUIRE(town.until([&] { return server.accepted.size() == 2; }));
  }
  CHECK(server.how_accepted[0].peer.host == "127.0.99.1");
  const EntityId foreign = town.trace.entity_named("foreign-1");
  REQUIRE(foreign);
  CHECK(town.trace.entity(foreign).kind == EntityKind::foreign);
  CHECK(town.trace.entity(foreign).address == "127.0.99.1");
  CHECK_FALSE(town.trace.entity_named("foreign-2"));
  REQUIRE(town.until([&] { return town.world->open_connections() == 0; }));
  CHECK(town.records(RecordKind::open).size() == 2);
  CHECK(town.records(RecordKind::end).size() == 2);
}

TEST_CASE("an external address is dialled as written, a host name once it is looked up", "[loopback]") {
  Town other;  // stands for a real program
  Player& outside = other.server("redis", "127.0.0.1", 6379, true);
  const std::uint16_t port = other.world->endpoint(outside.node, 6379).value().port;
  Town town;
  town.world->add_external({"127.0.0.1", port});
  town.world->add_external({"localhost", port});
  town.world->add_external({"no..such..host", port});
  Player& client = town.client("client-1", "127.0.7.1");
  const ConnectionId by_ip = dial(client, "127.0.0.1", port);
  const ConnectionId by_name = dial(client, "localhost", port);
  const ConnectionId unknown = dial(client, "no..such..host", port);
  client.host->send(by_ip, ByteView("ping"), Mark{{1}, {}, What::publish});
  client.host->send(by_name, ByteView("pong"));
  REQUIRE(town.until([&] {
    other.turns();
    return client.received(by_ip) == "ping" && client.received(by_name) == "pong" &&
           client.closed.size() == 1;
  }));
  CHECK(client.closed[0] == std::pair{unknown.serial, CloseReason::unknown_host});
  CHECK(outside.how_accepted[0].peer.host == "127.0.7.1");
  CHECK(town.records(RecordKind::hop).empty());  // marks end at a real program
  CHECK(town.records(RecordKind::lost).empty());
}

TEST_CASE("draws are keyed by seed, node, purpose, peer and number", "[loopback]") {
  Town town({.seed = 42});
  Player& node = town.client("client-1", "127.0.7.1");
  const auto expected = Random(draw_key(42, "client-1", Purpose::mask, "app-1", 3)).bits();
  CHECK(node.host->random(Purpose::mask, "app-1", 3).bits() == expected);
  CHECK(node.host->epoch_seconds_at_start() > 1'700'000'000);
}

}  // namespace
}  // namespace roundhouse::loopback_test
