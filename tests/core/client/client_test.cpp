// The client against a server played by hand: attempts and failures, upgrade, heartbeat, cookies, limits.
#include <catch2/catch.hpp>

#include "tests/core/client/hand_server.h"

using namespace roundhouse;
using namespace roundhouse::test;
using namespace std::chrono_literals;
using Seen = std::vector<std::string>;

namespace {
const Client::Options polling_only{.transports = {Transport::polling}};
const Client::Options websocket_only{.transports = {Transport::websocket}};

}  // namespace

TEST_CASE("a refused handshake is an error without a disconnect, and the delay grows", "[client]") {
  HandServer server;
  server.client().on_start();
  for (std::size_t k = 0; k < 4; ++k) {
    server.refuse(k);
    server.host.run(server.client(), 6s);
    CHECK(server.host.connections.size() == k + 2);
  }
  CHECK(server.seen == Seen{"error xhr poll error 0", "attempt 1", "error xhr poll error 0", "attempt 2",
                            "error xhr poll error 0", "attempt 3", "error xhr poll error 0", "attempt 4"});
  const auto records = server.host.records_of(RecordKind::client);
  CHECK(records.at(1).how == static_cast<int>(ClientPhase::error));
  CHECK(server.host.text_of(records.at(1).text) == "xhr poll error");
  CHECK(records.at(2).how == static_cast<int>(ClientPhase::backoff));
  CHECK(server.client().attempts() == 5);
}

TEST_CASE("a handshake that answers with a gateway's error tells its status", "[client]") {
  HandServer server({.reconnection = false});
  server.client().on_start();
  server.answer(0, 502, "<html>");
  CHECK(server.seen == Seen{"error xhr poll error 502"});
  CHECK(server.host.timer_count() == 0);
  server.client().open();  // by hand, again
  CHECK(server.host.connections.size() == 2);
}

TEST_CASE("a handshake without an answer times out, and the late answer is nobody's", "[client]") {
  HandServer server;
  server.client().on_start();
  server.host.run(server.client(), 20s);
  CHECK(server.seen == Seen{"error timeout 0"});
  server.handshake(0);
  CHECK(server.host.connections.size() == 1);
  server.host.run(server.client(), 2s);
  CHECK(server.host.connections.size() == 2);
  CHECK(server.seen.back() == "attempt 1");
}

TEST_CASE(
    "a websocket-only client says `websocket error` when it is refused, answered wrongly, or offered deflate",
    "[client]") {
  HandServer refused({.transports = {Transport::websocket}, .reconnection = false});
  refused.client().on_start();
  refused.refuse(0);
  CHECK(refused.seen == Seen{"error websocket error 0"});

  HandServer denied({.transports = {Transport::websocket}, .reconnection = false});
  denied.client().on_start();
  denied.answer(0, 400, "Session ID unknown");
  CHECK(denied.seen == Seen{"error websocket error 400"});
  CHECK(denied.host.connections[0].closed);

  for (const char* field : {"Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n", ""}) {
    HandServer liar({.transports = {Transport::websocket}, .reconnection = false});
    liar.client().on_start();
    liar.client().on_data(
        liar.host.connections[0].id,
        std::string("HTTP/1.1 101 X\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n") + field + "\r\n", {});
    CHECK(liar.seen == Seen{"error websocket error 0"});
  }
}

TEST_CASE("a failed probe leaves the client on polling", "[client]") {
  HandServer server;
  server.client().on_start();
  server.handshake(0);
  REQUIRE(server.request(2) == "GET websocket");
  server.answer(2, 400, "Session ID unknown");
  CHECK(server.seen == Seen{"upgrade error probe error: Error: websocket error"});
  server.answer(1, 200, "ok");
  server.answer(3, 200, std::string("40{\"sid\":\"") + sio_sid + "\"}");
  CHECK(server.client().connected());
  CHECK_FALSE(server.client().upgraded());
  server.client().emit("x", "[]");
  CHECK(server.request(4) == "GET polling");
  CHECK(server.request(5) == "POST polling 42[\"x\"]");
}

TEST_CASE("emits during the upgrade wait for it and leave over the WebSocket after `5`", "[client]") {
  HandServer server;
  server.client().on_start();
  server.handshake(0);
  server.switch_protocols(2);
  CHECK(server.frames(2) == Seen{"2probe"});
  server.answer(3, 200, std::string("40{\"sid\":\"") + sio_sid + "\"}");
  server.frame(2, "3probe");  // the POST and the second GET are under way: polling pauses
  server.client().emit("early", "[1]");
  CHECK(server.frames(2).empty());
  server.answer(4, 200, "6");
  CHECK(server.frames(2).empty());
  server.answer(1, 200, "ok");
  CHECK(server.frames(2) == Seen{"5", "42[\"early\",1]"});
  CHECK(server.client().upgraded());
  CHECK(server.seen == Seen{"connect", "upgrade"});
  CHECK(server.host.connections.size() == 5);  // no poll after the upgrade
}

TEST_CASE("a disconnect during the upgrade waits for it", "[client]") {
  HandServer server;
  server.client().on_start();
  server.handshake(0);
  server.answer(1, 200, "ok");
  server.answer(3, 200, std::string("40{\"sid\":\"") + sio_sid + "\"}");
  server.switch_protocols(2);
  server.frames(2);
  server.frame(2, "3probe");
  server.client().disconnect();
  CHECK(server.seen.back() == "disconnect io client disconnect");
  CHECK(server.frames(2).empty());
  server.answer(4, 200, "6");
  CHECK(server.frames(2) == Seen{"5", "41", "(close)"});
}

TEST_CASE("pings are answered and move the deadline; without them the client leaves", "[client]") {
  HandServer server({.transports = {Transport::websocket}, .reconnection = false});
  server.connect_websocket();
  for (int i = 0; i < 3; ++i) {
    server.host.run(server.client(), 44s);
    server.frame(0, "2");
    CHECK(server.frames(0) == Seen{"3"});
  }
  server.host.run(server.client(), 45s - 1ns);
  CHECK(server.seen.empty());
  server.host.run(server.client(), 1ns);
  CHECK(server.seen == Seen{"disconnect ping timeout"});
  CHECK(server.frames(0) == Seen{"(close)"});
  // The peer never answers the close frame.
  CHECK_FALSE(server.host.connections[0].closed);
  server.host.run(server.client(), Wires::closing_timeout);
  CHECK(server.host.connections[0].closed);
  CHECK(server.host.connections[0].how == Close::reset);
  CHECK(server.host.timer_count() == 0);
}

TEST_CASE("requests but the handshake wait for the think time, each its own", "[client]") {
  HandServer server({.think = 5ms, .think_jitter = 100ms});
  server.client().on_start();
  REQUIRE(server.host.connections.size() == 1);
  server.handshake(0);
  CHECK(server.host.connections.size() == 1);
  server.host.run(server.client(), 5ms - 1ns);
  CHECK(server.host.connections.size() == 1);
  server.host.run(server.client(), 100ms);
  REQUIRE(server.host.connections.size() == 4);
  std::vector<std::string> requests;
  for (std::size_t k = 1; k < 4; ++k) requests.push_back(server.request(k));
  std::sort(requests.begin(), requests.end());
  CHECK(requests == Seen{"GET polling", "GET websocket", "POST polling 40"});
}

TEST_CASE("cookies come back with every request, also of the next session, unless switched off", "[client]") {
  for (const bool cookies : {true, false}) {
    HandServer server(
        {.cookies = cookies, .host_header = "example.test", .extra_headers = {{"X-Test", "1"}}});
    server.client().on_start();
    CHECK_FALSE(server.field(0, "cookie: route=a; io=b"));
    CHECK(server.field(0, "Host: example.test"));
    const std::string open = "0" + engineio::encode_handshake({.sid = eio_sid});
    server.answer(0, 200, open, {}, "Set-Cookie: route=a; path=/\r\nset-cookie: io=b\r\n");
    for (std::size_t k = 1; k < 4; ++k) {
      CHECK(server.field(k, "cookie: route=a; io=b") == cookies);
      CHECK(server.field(k, "X-Test: 1"));
    }
    server.refuse(1);
    server.host.run(server.client(), 2s);
    CHECK(server.field(server.host.connections.size() - 1, "cookie: route=a; io=b") == cookies);
  }
}

TEST_CASE("broken packets end the session as in the original", "[client]") {
  HandServer parse(websocket_only);
  parse.connect_websocket();
  parse.frame(0, "42[\"x\"");
  CHECK(parse.seen == Seen{"disconnect parse error"});
  HandServer engine(websocket_only);
  engine.connect_websocket();
  engine.frame(0, "x");
  CHECK(engine.seen == Seen{"disconnect transport error"});
  HandServer frame(websocket_only);
  frame.connect_websocket();
  frame.client().on_data(frame.host.connections[0].id, Bytes("\x81\x81xxxx", 6), {});
  CHECK(frame.seen == Seen{"disconnect transport error"});
  HandServer polling(polling_only);
  polling.client().on_start();
  polling.answer(0, 200, "<html>hello</html>");
  CHECK(polling.seen == Seen{"error server error 0"});
  HandServer old(polling_only);
  old.client().on_start();
  old.handshake(0);
  old.answer(2, 200, "40");
  CHECK(old.seen == Seen{"error not a Socket.IO server of version 3 or later 0"});
}

TEST_CASE("the server's close packet ends polling, over WebSocket it means nothing", "[client]") {
  HandServer polling(polling_only);
  polling.client().on_start();
  polling.handshake(0);
  polling.answer(1, 200, "ok");
  polling.answer(2, 200, "1");
  CHECK(polling.seen == Seen{"disconnect transport close"});
  CHECK(polling.host.connections.size() == 3);  // nobody is told
  HandServer websocket(websocket_only);
  websocket.connect_websocket();
  websocket.frame(0, "1");
  CHECK(websocket.seen.empty());
}

TEST_CASE("the application may open, leave and open again from within its callbacks", "[client]") {
  HandServer server({.transports = {Transport::websocket}, .reconnection = false});
  server.connect_websocket();
  server.disconnected = [](Client& c) { c.open(); };
  server.refuse(0, CloseReason::reset);
  CHECK(server.host.connections.size() == 2);
  server.connected = [](Client& c) { c.disconnect(); };
  server.disconnected = nullptr;
  server.connect_websocket(1);
  CHECK_FALSE(server.client().active());
  server.client().open();
  CHECK(server.host.connections.size() == 3);
  server.client().open();
  CHECK(server.host.connections.size() == 3);
}

TEST_CASE("timers of the application come back with their tags", "[client]") {
  HandServer server({.autoconnect = false});
  server.client().on_start();
  CHECK(server.host.connections.empty());
  server.client().wake_at(Instant{} + 1s, 7);
  server.host.run(server.client(), 2s);
  CHECK(server.seen == Seen{"timer 7"});
  CHECK_THROWS_AS(server.client().wake_at(Instant{}, Wires::timer_base), InvariantBroken);
}

TEST_CASE("a silent server does not make requests pile up without end", "[client]") {
  HandServer server({.reconnection_delay = 1ms, .reconnection_delay_max = 1ms, .timeout = 10ms});
  server.client().on_start();
  server.host.run(server.client(), 5s);
  REQUIRE(server.host.connections.size() > 300);
  std::size_t open = 0;
  for (const auto& connection : server.host.connections) open += connection.closed ? 0 : 1;
  CHECK(open <= Wires::orphans_max + 1);
  CHECK(open >= Wires::orphans_max);
}

TEST_CASE("no bytes of a peer break the client", "[client]") {
  const std::string seeds[] = {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n40", "HTTP/1.1 101 X\r\n\r\n",
                               HandServer::frame_bytes("42[\"room-msg\",{\"id\":1}]"),
                               HandServer::frame_bytes("451-[\"a\",{\"_placeholder\":true,\"num\":0}]")};
  for (std::uint64_t round = 0; round < 3000; ++round) {
    HandServer server({.transports = {round % 2 == 0 ? Transport::polling : Transport::websocket}});
    Random random(round);
    if (round % 4 == 1) {
      server.connect_websocket();
    } else {
      server.client().on_start();
      if (round % 4 == 2) server.handshake(0);
    }
    for (int piece = 0; piece < 6; ++piece) {
      std::string bytes = seeds[random.below(std::size(seeds))];
      for (int change = 0; change < 3; ++change) {
        bytes[random.below(bytes.size())] = static_cast<char>(random.below(256));
      }
      const auto& connection = server.host.connections[random.below(server.host.connections.size())];
      if (!connection.closed) server.client().on_data(connection.id, bytes, {});
    }
    server.host.run(server.client(), 10s);
  }
  SUCCEED("no crash, no broken invariant");
}
