// Messages of a client: records, marks and acknowledgements, what waits in its buffers, and what is lost.
#include <catch2/catch.hpp>

#include "tests/core/client/hand_server.h"

using namespace roundhouse;
using namespace roundhouse::test;
using namespace std::chrono_literals;
using Seen = std::vector<std::string>;

namespace {
const Client::Options polling_only{.transports = {Transport::polling}};
const Client::Options websocket_only{.transports = {Transport::websocket}};

Mark mark_of(std::uint64_t id) {
  return {{id}, {}, What::deliver};
}
}  // namespace

TEST_CASE("a message to a room is recorded, marked, acknowledged and delivered over WebSocket", "[client]") {
  HandServer server;
  server.upgrade();
  FakeHost& host = server.host;
  const MessageId message = server.client().send_to_room("r1", 3);
  CHECK(server.frames(2) == Seen{"420[\"room-msg\",{\"room\":\"r1\",\"id\":1,\"pad\":\"xxx\"}]"});
  REQUIRE(host.connections[2].marks.size() == 1);
  CHECK(host.connections[2].marks[0].mark == Mark{message, {}, What::frame});
  CHECK(host.connections[2].marks[0].end == host.connections[2].sent.size());

  server.frame(2, "42[\"room-msg\",{\"room\":\"r1\",\"id\":1,\"pad\":\"xxx\"}]", mark_of(message.value));
  server.frame(2, "430[]", Mark{message, {}, What::reply});
  CHECK(server.seen == Seen{"room-msg [{\"room\":\"r1\",\"id\":1,\"pad\":\"xxx\"}] #1"});
  const auto send = host.records_of(RecordKind::send).at(0);
  const auto deliver = host.records_of(RecordKind::deliver).at(0);
  const auto ack = host.records_of(RecordKind::ack).at(0);
  CHECK(send.message == message);
  CHECK(deliver.message == message);
  CHECK(ack.message == message);
  CHECK(send.value == deliver.value);
  CHECK(send.extra == 34);
  CHECK(host.text_of(send.text) == "r1");
  CHECK(deliver.text == send.text);
  CHECK(host.text_of(deliver.subject) == sio_sid);
  CHECK(ack.subject == deliver.subject);
  CHECK(host.records_of(RecordKind::lost).empty());
}

TEST_CASE("over polling the mark lies on the POST's body, and an id in the payload counts where no mark came",
          "[client]") {
  HandServer server(polling_only);
  server.client().on_start();
  server.handshake(0);
  server.answer(1, 200, "ok");
  server.answer(2, 200, std::string("40{\"sid\":\"") + sio_sid + "\"}");
  const MessageId message = server.client().send_to_room("", 0);
  CHECK(server.request(4) == "POST polling 420[\"room-msg\",{\"room\":\"\",\"id\":1,\"pad\":\"\"}]");
  REQUIRE(server.host.connections[4].marks.size() == 1);
  CHECK(server.host.connections[4].marks[0].mark == Mark{message, {}, What::post});
  CHECK(server.host.connections[4].marks[0].end == server.host.connections[4].sent.size());
  server.answer(3, 200,
                "42[\"room-msg\",{\"room\":\"\",\"id\":77}]\x1e"
                "42[\"other\",{\"k\":1}]",
                {{6, mark_of(5)}});
  // The mark ended inside the first packet; the second has neither mark nor id.
  CHECK(server.seen == Seen{"connect", "room-msg [{\"room\":\"\",\"id\":77}] #5", "other [{\"k\":1}] #0"});
  CHECK(server.host.records_of(RecordKind::deliver).size() == 1);
  server.answer(5, 200, "42[\"room-msg\",{\"room\":\"\",\"id\":77}]");
  CHECK(server.host.records_of(RecordKind::deliver).at(1).message.value == 77);
}

TEST_CASE("joins are recorded as asked, and as done when acknowledged", "[client]") {
  HandServer server;
  server.upgrade();
  server.client().join("r\"1");
  server.client().leave("r2");
  CHECK(server.frames(2) == Seen{"420[\"join\",\"r\\\"1\"]", "421[\"leave\",\"r2\"]"});
  server.frame(2, "431[[]]");
  server.frame(2, "430[[\"r\\\"1\"]]");
  server.frame(2, "430[[\"again\"]]");  // nobody waits any more
  const auto joins = server.host.records_of(RecordKind::join);
  const auto leaves = server.host.records_of(RecordKind::leave);
  REQUIRE(joins.size() == 2);
  REQUIRE(leaves.size() == 2);
  CHECK(joins[1].how == static_cast<int>(MemberPhase::done));
  CHECK(server.host.text_of(joins[1].text) == "r\"1");
  CHECK(leaves[0].how == static_cast<int>(MemberPhase::asked));
}

TEST_CASE("what is emitted while away is kept up to the limit, and lost above it", "[client]") {
  HandServer server({.transports = {Transport::websocket}, .packets_max = 3});
  server.connect_websocket();
  server.refuse(0, CloseReason::reset);
  CHECK(server.seen == Seen{"disconnect transport close"});
  for (int i = 0; i < 5; ++i) server.client().send_to_room("r", 1);
  const auto lost = server.host.records_of(RecordKind::lost);
  REQUIRE(lost.size() == 2);
  CHECK(lost[0].message.value == 4);
  CHECK(lost[1].message.value == 5);
  CHECK(lost[0].code == static_cast<int>(Cause::overflow));
  server.client().on_run_end();
  CHECK(server.host.records_of(RecordKind::held).size() == 3);
  server.host.run(server.client(), 2s);
  server.switch_protocols(1, HandServer::frame_bytes("0" + engineio::encode_handshake({.sid = eio_sid})));
  server.frame(1, "40{\"sid\":\"next\"}");
  CHECK(server.frames(1).size() == 4);  // the CONNECT, and three
  CHECK(server.client().socket_id() == "next");
  server.client().on_run_end();
  CHECK(server.host.records_of(RecordKind::held).size() == 3);
}

TEST_CASE("a session's buffer has a limit, and what it holds at the end is lost", "[client]") {
  HandServer server({.transports = {Transport::polling}, .packets_max = 4});
  server.client().on_start();
  server.handshake(0);
  server.answer(1, 200, "ok");
  server.answer(2, 200, std::string("40{\"sid\":\"") + sio_sid + "\"}");
  for (int i = 0; i < 6; ++i) server.client().send_to_room("r", 1);  // the first leaves in a POST, three wait
  auto lost = server.host.records_of(RecordKind::lost);
  REQUIRE(lost.size() == 2);
  CHECK(lost[0].code == static_cast<int>(Cause::overflow));
  server.client().on_run_end();
  CHECK(server.host.records_of(RecordKind::held).size() == 3);
  server.answer(4, 400, "{\"code\":1,\"message\":\"Session ID unknown\"}");
  CHECK(server.seen.back() == "disconnect transport error");
  CHECK(server.request(5) == "POST polling 1");
  lost = server.host.records_of(RecordKind::lost);
  REQUIRE(lost.size() == 5);
  CHECK(lost[2].message.value == 2);
  CHECK(lost[2].code == static_cast<int>(Cause::closed));
  CHECK(lost[2].how == static_cast<int>(What::post));
}

TEST_CASE("a POST holds as many packets as the server's maxPayload allows", "[client]") {
  HandServer server(polling_only);
  server.client().on_start();
  server.handshake(0, 40);
  server.answer(2, 200, std::string("40{\"sid\":\"") + sio_sid + "\"}");  // the POST `40` is still under way
  for (int i = 0; i < 4; ++i) server.client().emit("ev", "[\"1234567\"]");  // 16 characters each
  server.answer(1, 200, "ok");
  CHECK(server.request(4) ==
        "POST polling 42[\"ev\",\"1234567\"]\x1e"
        "42[\"ev\",\"1234567\"]");
  server.answer(4, 200, "ok");
  CHECK(server.request(5) ==
        "POST polling 42[\"ev\",\"1234567\"]\x1e"
        "42[\"ev\",\"1234567\"]");
}

TEST_CASE("what arrives after our close frame is lost, and the peer's close frame ends the connection",
          "[client]") {
  HandServer server(websocket_only);
  server.connect_websocket();
  server.client().disconnect();
  CHECK(server.frames(0) == Seen{"41", "(close)"});
  server.frame(0, "42[\"late\",{\"id\":9}]", mark_of(9));
  CHECK(server.seen == Seen{"disconnect io client disconnect"});
  const auto lost = server.host.records_of(RecordKind::lost);
  REQUIRE(lost.size() == 1);
  CHECK(lost[0].message.value == 9);
  CHECK(lost[0].how == static_cast<int>(What::deliver));
  CHECK(lost[0].code == static_cast<int>(Cause::closed));
  server.close_frame(0);
  CHECK(server.host.connections[0].closed);
  CHECK(server.host.connections[0].how == Close::fin);
  CHECK(server.host.timer_count() == 0);
  server.host.run(server.client(), 60s);
  CHECK(server.host.connections.size() == 1);  // it stays away
}

TEST_CASE("a poll's answer that comes when the session is over is lost", "[client]") {
  HandServer server(polling_only);
  server.client().on_start();
  server.handshake(0);
  server.answer(1, 400, "{\"code\":1,\"message\":\"Session ID unknown\"}");
  CHECK(server.seen == Seen{"error xhr post error 400", "disconnect transport error"});
  server.answer(2, 200, "42[\"x\"]", {{7, mark_of(3)}});
  REQUIRE(server.host.records_of(RecordKind::lost).size() == 1);
  server.host.run(server.client(), 2s);
  server.handshake(4);
  server.answer(3, 200, "ok");  // the POST `1` of the old session
  CHECK(server.request(5) == "POST polling 40");
}

TEST_CASE("an answer cut short is an error, and its marks are lost", "[client]") {
  HandServer server(polling_only);
  server.client().on_start();
  server.handshake(0);
  server.answer(1, 200, "ok");
  const std::string head = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n";
  const PlacedMark placed{static_cast<std::uint32_t>(head.size() + 7), mark_of(3)};
  server.client().on_data(server.host.connections[2].id, head + "42[\"x\"]", Marks(&placed, 1));
  server.refuse(2, CloseReason::reset);
  CHECK(server.seen == Seen{"error xhr poll error 0", "disconnect transport error"});
  const auto lost = server.host.records_of(RecordKind::lost);
  REQUIRE(lost.size() == 1);
  CHECK(lost[0].code == static_cast<int>(Cause::reset));
}

TEST_CASE("an event that asks for an answer gets one, and early events wait for CONNECT", "[client]") {
  HandServer server(websocket_only);
  server.client().on_start();
  server.switch_protocols(0, HandServer::frame_bytes("0" + engineio::encode_handshake({.sid = eio_sid})));
  server.frames(0);
  server.event = [](Client& c) { c.answer("[43]"); };
  server.frame(0, "427[\"question\",42]");
  CHECK(server.seen.empty());
  server.frame(0, std::string("40{\"sid\":\"") + sio_sid + "\"}");
  CHECK(server.seen == Seen{"question [42] #0", "connect"});
  CHECK(server.frames(0) == Seen{"437[43]"});
  server.frame(0, "42[\"plain\"]");
  CHECK(server.frames(0).empty());
}
