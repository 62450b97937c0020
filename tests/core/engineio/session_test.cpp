// The server's session without any connection.
#include <catch2/catch.hpp>

#include "core/base/assertion.h"
#include "core/engineio/session.h"

using namespace roundhouse;
using namespace roundhouse::engineio;

namespace {

constexpr Instant at(std::int64_t milliseconds) {
  return {milliseconds * 1'000'000};
}

std::string describe(const Event& event) {
  const auto packet = [](const Packet& p) {
    return p.binary ? "<" + p.data + ">" : static_cast<char>(p.type) + p.data;
  };
  if (const auto* e = std::get_if<AnswerPoll>(&event)) return "poll " + e->body.bytes;
  if (std::get_if<AnswerPost>(&event)) return "ok";
  if (std::get_if<DropPost>(&event)) return "drop post";
  if (const auto* e = std::get_if<MessageReceived>(&event)) return "message " + packet(e->packet);
  if (const auto* e = std::get_if<SendFrame>(&event)) return "frame " + packet(e->packet);
  if (const auto* e = std::get_if<SendProbe>(&event)) return "probe " + packet(e->packet);
  if (std::get_if<Upgraded>(&event)) return "upgraded";
  if (std::get_if<CloseProbe>(&event)) return "close probe";
  if (std::get_if<CloseWebSocket>(&event)) return "close websocket";
  if (const auto* e = std::get_if<MessageDropped>(&event))
    return "dropped " + std::to_string(e->mark.message.value);
  if (const auto* e = std::get_if<Closed>(&event)) return "closed: " + std::string(text(e->reason));
  return "?";
}

using Events = std::vector<std::string>;

Events drain(Session& session) {
  Events events;
  while (const auto event = session.next_event()) events.push_back(describe(*event));
  return events;
}

Packet message(std::string text, Mark mark = {}) {
  Packet packet;
  packet.data = std::move(text);
  packet.mark = mark;
  return packet;
}

const SessionOptions options{.ping_interval = std::chrono::milliseconds(300),
                             .ping_timeout = std::chrono::milliseconds(200)};

Session polling() {
  Session session(options, at(0), Transport::polling, "{}");
  session.on_poll(at(0));
  CHECK(drain(session) == Events{"poll 0{}"});
  return session;
}

void receive(Session& session, Instant now, ByteView body, Marks marks = {}) {
  REQUIRE(session.on_post_begin());
  session.on_post(now, body, marks);
}

}  // namespace

TEST_CASE("packets wait for a poll and go out together", "[engineio]") {
  Session session = polling();
  session.send(at(1), message("a"));
  session.send(at(1), message("b"));
  CHECK(drain(session).empty());
  CHECK(session.buffered().size() == 2);
  CHECK_FALSE(session.writable());
  session.on_poll(at(2));
  CHECK(drain(session) == Events{"poll 4a\x1e"
                                 "4b"});
  session.on_poll(at(3));
  CHECK(session.writable());
  session.send(at(4), message("c"));
  CHECK(drain(session) == Events{"poll 4c"});
}

TEST_CASE("what stands before a bad packet of a POST counts", "[engineio]") {
  Session session = polling();
  receive(session, at(1),
          "4a\x1e"
          "abc\x1e"
          "4b");
  CHECK(drain(session) == Events{"message 4a", "closed: parse error", "ok"});
}

TEST_CASE("marks behind a bad packet are dropped, not forgotten", "[engineio]") {
  Session session = polling();
  const std::vector<PlacedMark> marks{
      {2, {{1}, {}, What::post}}, {6, {{2}, {}, What::post}}, {9, {{3}, {}, What::post}}};
  receive(session, at(1),
          "4a\x1e"
          "abc\x1e"
          "4b",
          Marks(marks));
  CHECK(drain(session) == Events{"message 4a", "closed: parse error", "dropped 2", "dropped 3", "ok"});
}

TEST_CASE("an empty POST is a parse error", "[engineio]") {
  Session session = polling();
  receive(session, at(1), "");
  CHECK(drain(session) == Events{"closed: parse error", "ok"});
}

TEST_CASE("a second POST while one is received ends the session", "[engineio]") {
  Session session = polling();
  session.on_poll(at(1));
  CHECK(session.on_post_begin());
  CHECK_FALSE(session.on_post_begin());
  CHECK(drain(session) == Events{"drop post", "poll 1", "closed: transport error"});
}

TEST_CASE("a POST that is too large leaves the session as it was", "[engineio]") {
  Session session = polling();
  CHECK(session.on_post_begin());
  session.on_post_too_large();
  receive(session, at(1), "4a");
  CHECK(drain(session) == Events{"message 4a", "ok"});
}

TEST_CASE("the heartbeat runs from the handshake and from each pong", "[engineio]") {
  Session session(options, at(0), Transport::websocket, "{}");
  CHECK(drain(session) == Events{"frame 0{}"});
  CHECK(session.deadline() == at(300));
  session.on_time(at(299));
  CHECK(drain(session).empty());
  session.on_time(at(300));
  CHECK(drain(session) == Events{"frame 2"});
  CHECK(session.deadline() == at(500));
  CHECK_FALSE(session.on_frame(at(400), "3", false, {}));
  CHECK(session.deadline() == at(700));
  session.on_time(at(700));
  session.on_time(at(900));
  CHECK(drain(session) == Events{"frame 2", "close websocket", "closed: ping timeout"});
  CHECK_FALSE(session.deadline());
}

TEST_CASE("another packet extends the wait for a pong once", "[engineio]") {
  Session session(options, at(0), Transport::websocket, "{}");
  session.on_time(at(300));
  CHECK(session.on_frame(at(450), "4x", false, {}));
  CHECK(session.deadline() == at(650));
  CHECK(session.on_frame(at(600), "4x", false, {}));
  CHECK(session.deadline() == at(650));
  session.on_time(at(650));
  CHECK(drain(session).back() == "closed: ping timeout");
}

TEST_CASE(
    "an upgrade that takes over a pending poll closes it, keeps what is buffered and forgets the wait for a "
    "pong",
    "[engineio]") {
  Session session = polling();
  CHECK(session.on_probe(at(1)));
  CHECK_FALSE(session.on_probe(at(1)));
  session.on_probe_frame(at(2), "2probe", false, {});
  session.send(at(3), message("kept"));
  CHECK(drain(session) == Events{"probe 3probe"});
  SECTION("with a poll that took the packet") {
    session.on_poll(at(4));
    session.on_poll(at(5));
    CHECK(drain(session) == Events{"poll 4kept"});
    session.on_time(at(102));
    CHECK(drain(session) == Events{"poll 6"});
    session.on_poll(at(103));
    session.on_probe_frame(at(104), "5", false, {});
    CHECK(drain(session) == Events{"poll 1", "upgraded"});
  }
  SECTION("without one") {
    session.on_probe_frame(at(104), "5", false, {});
    CHECK(drain(session) == Events{"upgraded", "frame 4kept"});
    CHECK_FALSE(session.on_probe(at(105)));
  }
  SECTION("while a pong is due") {
    session.on_time(at(300));
    session.on_probe_frame(at(310), "5", false, {});
    CHECK_FALSE(session.deadline());
    session.on_frame(at(320), "3", false, {});
    CHECK(session.deadline() == at(620));
  }
}

TEST_CASE("a probe that says anything else, or nothing, is closed and polling goes on", "[engineio]") {
  SessionOptions short_upgrade = options;
  short_upgrade.upgrade_timeout = std::chrono::milliseconds(50);
  Session session(short_upgrade, at(0), Transport::polling, "{}");
  session.on_poll(at(0));
  drain(session);
  CHECK(session.on_probe(at(1)));
  session.on_probe_frame(at(2), "4x", false, {{7}, {}, What::frame});
  CHECK(drain(session) == Events{"dropped 7", "close probe"});
  CHECK(session.on_probe(at(3)));
  CHECK(session.deadline() == at(53));
  session.on_time(at(53));
  CHECK(drain(session) == Events{"close probe"});
  CHECK(session.on_probe(at(60)));
  session.on_probe_gone();
  CHECK(session.open());
  CHECK(session.deadline() == at(300));
}

TEST_CASE("a session that closes while polling waits for a poll", "[engineio]") {
  SessionOptions patient = options;
  patient.ping_interval = std::chrono::hours(1);
  Session session(patient, at(0), Transport::polling, "{}");
  session.on_poll(at(0));
  drain(session);
  SECTION("with packets, for two") {
    session.send(at(1), message("bye"));
    session.close(at(2));
    session.send(at(3), message("late", {{7}, {}, What::poll}));
    CHECK(drain(session) == Events{"dropped 7"});
    session.on_poll(at(4));
    CHECK(drain(session) == Events{"poll 4bye"});
    session.on_poll(at(5));
    CHECK(drain(session) == Events{"poll 6\x1e"
                                   "1",
                                   "closed: forced close"});
  }
  SECTION("for half a minute at most") {
    session.close(at(2));
    CHECK(session.deadline() == at(30'002));
    receive(session, at(3), "4late");
    CHECK(drain(session) == Events{"ok"});
    session.on_time(at(30'002));
    CHECK(drain(session) == Events{"closed: forced close"});
  }
  SECTION("not if one is pending") {
    session.on_poll(at(2));
    session.close(at(3));
    CHECK(drain(session) == Events{"poll 1", "closed: forced close"});
  }
}

TEST_CASE("a full buffer ends the session and gives back what it held", "[engineio]") {
  SessionOptions small = options;
  small.buffered_bytes_max = 10;
  Session session(small, at(0), Transport::polling, "{}");
  session.on_poll(at(0));
  session.send(at(1), message("12345678"));
  drain(session);
  CHECK(session.open());
  session.send(at(1), message("9"));
  CHECK(drain(session) == Events{"closed: transport error"});
  CHECK(session.take_unsent().size() == 2);
}

TEST_CASE("over WebSocket a close packet is ignored and a ping is an error", "[engineio]") {
  Session session(options, at(0), Transport::websocket, "{}");
  drain(session);
  CHECK_FALSE(session.on_frame(at(1), "1", false, {}));
  CHECK(session.open());
  CHECK(session.on_frame(at(1), "\x01\x02", true, {})->binary);
  CHECK_FALSE(session.on_frame(at(2), "2", false, {}));
  CHECK(drain(session) == Events{"close websocket", "closed: transport error"});
  CHECK_FALSE(session.on_frame(at(3), "4late", false, {{9}, {}, What::frame}));
  CHECK(drain(session) == Events{"dropped 9"});
}

TEST_CASE("a poll for a session that polls no more is a broken invariant", "[engineio]") {
  Session session(options, at(0), Transport::websocket, "{}");
  CHECK_THROWS_AS(session.on_poll(at(1)), InvariantBroken);
}
