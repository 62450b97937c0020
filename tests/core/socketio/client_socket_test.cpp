// One namespace of a client: binary packets, acknowledgements over a disconnect, early events and their limits.
#include <catch2/catch.hpp>

#include "core/socketio/client_socket.h"

using namespace roundhouse;
using namespace roundhouse::socketio;

namespace {
Mark mark_of(std::uint64_t id) {
  return {{id}, {}, What::deliver};
}
}  // namespace

TEST_CASE("CONNECT and DISCONNECT carry namespace and auth", "[socketio]") {
  CHECK(ClientSocket({}).connect_packet().text == "0");
  CHECK(ClientSocket({.auth_json = "{\"token\":\"123\"}"}).connect_packet().text == "0{\"token\":\"123\"}");
  CHECK(ClientSocket({.name_space = "/custom"}).connect_packet().text == "0/custom,");
  CHECK(ClientSocket({.name_space = "/custom"}).disconnect_packet().text == "1/custom,");
}

TEST_CASE("a binary event is whole when its last attachment has come", "[socketio]") {
  ClientSocket socket({});
  socket.receive("0{\"sid\":\"a\"}", false, {});
  CHECK(std::holds_alternative<ClientSocket::Nothing>(socket.receive(
      "52-[\"x\",{\"_placeholder\":true,\"num\":0},{\"_placeholder\":true,\"num\":1}]", false, {})));
  CHECK(std::holds_alternative<ClientSocket::Nothing>(socket.receive("first", true, {})));
  const auto arrived = socket.receive("second", true, mark_of(4));
  const auto* event = std::get_if<ClientSocket::Event>(&arrived);
  REQUIRE(event != nullptr);
  CHECK(event->mark == mark_of(4));
  REQUIRE(event->attachments != nullptr);
  CHECK(*event->attachments == std::vector<Bytes>{"first", "second"});
  CHECK(event_name(event->json) == "x");
  CHECK(std::holds_alternative<ClientSocket::ParseError>(socket.receive("third", true, {})));
}

TEST_CASE("text where an attachment is expected is a parse error, and a disconnect forgets the half packet",
          "[socketio]") {
  ClientSocket socket({});
  socket.receive("0{\"sid\":\"a\"}", false, {});
  socket.receive("51-[\"x\",{\"_placeholder\":true,\"num\":0}]", false, mark_of(3));
  CHECK(std::holds_alternative<ClientSocket::ParseError>(socket.receive("2[\"y\"]", false, {})));
  CHECK(socket.closed() == mark_of(3));
  CHECK_FALSE(socket.closed());
  CHECK(std::holds_alternative<ClientSocket::ParseError>(socket.receive("late", true, {})));
}

TEST_CASE("an acknowledgement is for one emit, and none is kept over a disconnect but for emits that wait",
          "[socketio]") {
  ClientSocket socket({});
  bool overflow = false;
  std::vector<std::string> heard;
  const auto awaited = [&heard](const std::string& name) {
    return Awaited{Awaited::For::caller, {}, {}, [&heard, name](std::string_view json) {
                     heard.push_back(name + std::string(json));
                   }};
  };
  const auto receive_ack = [&socket](const std::string& text) {
    auto arrived = socket.receive(text, false, {});
    auto* acked = std::get_if<ClientSocket::Acked>(&arrived);
    if (acked != nullptr) acked->awaited.callback(acked->arguments_json);
    return acked != nullptr;
  };
  socket.receive("0{\"sid\":\"a\"}", false, {});
  CHECK(socket.emit({.name = "e", .arguments_json = "[]", .awaited = awaited("a"), .ready = true}, overflow)
            ->text == "20[\"e\"]");
  CHECK(socket.emit({.name = "e", .arguments_json = "[]", .awaited = awaited("b"), .ready = true}, overflow)
            ->text == "21[\"e\"]");
  CHECK(receive_ack("31[1]"));
  CHECK_FALSE(receive_ack("31[1]"));
  CHECK_FALSE(socket.emit({.name = "e", .arguments_json = "[]", .awaited = awaited("c")}, overflow));
  socket.closed();
  CHECK_FALSE(receive_ack("30[2]"));
  CHECK(socket.take_unsent().at(0).text == "22[\"e\"]");
  CHECK(receive_ack("32[3]"));
  CHECK(heard == std::vector<std::string>{"b[1]", "c[3]"});
}

TEST_CASE("waiting emits, early events and acknowledgements have a limit", "[socketio]") {
  ClientSocket socket({.packets_max = 2});
  bool overflow = false;
  for (int i = 0; i < 3; ++i) {
    CHECK_FALSE(socket.emit({.name = "e", .arguments_json = "[]"}, overflow));
    CHECK(overflow == (i == 2));
    const auto early = socket.receive("2[\"x\"]", false, mark_of(static_cast<std::uint64_t>(i)));
    CHECK(std::get<ClientSocket::Early>(early).kept == (i < 2));
  }
  CHECK(socket.unsent().size() == 2);
  CHECK(socket.take_early().size() == 2);
  socket.receive("0{\"sid\":\"a\"}", false, {});
  for (int i = 0; i < 3; ++i)
    socket.emit({.name = "e", .arguments_json = "[]", .awaited = Awaited{}, .ready = true}, overflow);
  CHECK(std::holds_alternative<ClientSocket::Nothing>(
      socket.receive("30[]", false, {})));  // the oldest was given up
  CHECK(std::holds_alternative<ClientSocket::Acked>(socket.receive("31[]", false, {})));
}

TEST_CASE("a refusal is an object or a text, and another namespace is nobody's", "[socketio]") {
  ClientSocket socket({});
  const auto node = socket.receive("4{\"message\":\"Not authorized\",\"data\":{\"code\":401}}", false, {});
  CHECK(std::get<ClientSocket::Refused>(node).message == "Not authorized");
  CHECK(std::get<ClientSocket::Refused>(node).data_json == "{\"code\":401}");
  CHECK(std::get<ClientSocket::Refused>(socket.receive("4\"Unable to connect\"", false, {})).message ==
        "Unable to connect");
  const auto other = socket.receive("2/x,[\"e\"]", false, mark_of(2));
  CHECK(std::get<ClientSocket::Nothing>(other).mark == mark_of(2));
}
