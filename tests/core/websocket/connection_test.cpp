// The conversation: whatever the cut, the same messages; every violation, its close code; marks stay with their messages.
#include <catch2/catch.hpp>
#include <vector>

#include <roundhouse/result.h>

#include "core/websocket/connection.h"

using namespace roundhouse;
using namespace roundhouse::websocket;

namespace {

constexpr MaskKey mask{1, 2, 3, 4};

Bytes frame(Opcode opcode, ByteView payload, bool masked = false, bool fin = true) {
  Bytes out;
  append_frame(out, opcode, payload, masked ? std::optional(mask) : std::nullopt, fin);
  return out;
}

// What was seen, as one line each: events of all pieces, in order.
std::vector<std::string> read(Connection& connection, const std::vector<Bytes>& pieces) {
  std::vector<std::string> seen;
  for (const Bytes& piece : pieces) {
    connection.receive(piece);
    while (const auto event = connection.next_event()) {
      if (const auto* message = std::get_if<Message>(&*event)) {
        seen.push_back((message->binary ? "binary " : "text ") + Bytes(message->payload));
      } else if (const auto* closed = std::get_if<Closed>(&*event)) {
        seen.push_back("closed " + (closed->code ? std::to_string(*closed->code) : "-") + " " +
                       closed->reason);
      } else if (const auto* error = std::get_if<ProtocolError>(&*event)) {
        seen.push_back("error " + std::to_string(error->code));
      } else {
        seen.push_back(std::holds_alternative<PingSeen>(*event) ? "ping" : "pong");
      }
    }
  }
  return seen;
}

std::vector<std::string> read_once(const Options& options, const Bytes& bytes) {
  Connection connection(options);
  return read(connection, {bytes});
}

}  // namespace

TEST_CASE("any cut of the bytes reads the same messages", "[websocket]") {
  const bool client = GENERATE(true, false);
  const bool masked = !client;
  Bytes bytes = frame(Opcode::text, "hello", masked);
  bytes += frame(Opcode::text, "fir\xe2", masked, false);
  bytes += frame(Opcode::ping, "p", masked);
  bytes += frame(Opcode::continuation, "\x82", masked, false);
  bytes += frame(Opcode::continuation, "\xac!", masked);
  bytes += frame(Opcode::binary, Bytes(130, '\xff'), masked);
  bytes += frame(Opcode::text, "", masked);
  bytes += frame(Opcode::pong, "", masked);
  bytes += frame(Opcode::close, Bytes("\x03\xe8", 2) + "bye", masked);
  const std::vector<std::string> expected = {
      "text hello", "ping", "text fir\xe2\x82\xac!", "binary " + Bytes(130, '\xff'),
      "text ",      "pong", "closed 1000 bye"};
  const Options options{.client = client};
  CHECK(read_once(options, bytes) == expected);
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    Connection connection(options);
    CHECK(read(connection, {bytes.substr(0, cut), bytes.substr(cut)}) == expected);
  }
  std::vector<Bytes> single;
  for (const char c : bytes) single.emplace_back(1, c);
  Connection connection(options);
  CHECK(read(connection, single) == expected);
}

TEST_CASE("each violation of RFC 6455 has its close code", "[websocket]") {
  const Options server{.payload_bytes_max = 1000};
  const Bytes unmasked_text("\x81\x01x", 3);
  CHECK(read_once(server, unmasked_text) == std::vector<std::string>{"error 1002"});
  CHECK(read_once({.client = true}, frame(Opcode::text, "x", true)) ==
        std::vector<std::string>{"error 1002"});
  Bytes reserved = frame(Opcode::text, "x", true);
  reserved[0] = static_cast<char>(reserved[0] | 0x40);
  CHECK(read_once(server, reserved) == std::vector<std::string>{"error 1002"});
  CHECK(read_once(server, frame(static_cast<Opcode>(3), "x", true)) ==
        std::vector<std::string>{"error 1002"});
  CHECK(read_once(server, frame(static_cast<Opcode>(11), "x", true)) ==
        std::vector<std::string>{"error 1002"});
  CHECK(read_once(server, frame(Opcode::ping, "x", true, false)) == std::vector<std::string>{"error 1002"});
  CHECK(read_once(server, frame(Opcode::ping, Bytes(126, 'x'), true)) ==
        std::vector<std::string>{"error 1002"});
  CHECK(read_once(server, frame(Opcode::ping, Bytes(125, 'x'), true)) == std::vector<std::string>{"ping"});
  CHECK(read_once(server, frame(Opcode::continuation, "x", true)) == std::vector<std::string>{"error 1002"});
  CHECK(read_once(server, frame(Opcode::text, "x", true, false) + frame(Opcode::text, "y", true)) ==
        std::vector<std::string>{"error 1002"});
  CHECK(read_once(server, frame(Opcode::text, "\xff", true)) == std::vector<std::string>{"error 1007"});
  CHECK(read_once(server, frame(Opcode::text, "\xe2", true)) == std::vector<std::string>{"error 1007"});
  CHECK(read_once(server, frame(Opcode::close, "x", true)) == std::vector<std::string>{"error 1002"});
  CHECK(read_once(server, frame(Opcode::close, Bytes("\x03\xed", 2), true)) ==
        std::vector<std::string>{"error 1002"});
  CHECK(read_once(server, frame(Opcode::close, Bytes("\x03\xe8\xff", 3), true)) ==
        std::vector<std::string>{"error 1007"});
  CHECK(read_once(server, frame(Opcode::close, "", true)) == std::vector<std::string>{"closed - "});
}

TEST_CASE("a message above the limit is refused from its head, whole or in fragments", "[websocket]") {
  const Options server{.payload_bytes_max = 1000};
  CHECK(read_once(server, frame(Opcode::text, Bytes(1000, 'x'), true)).front().size() == 1005);
  CHECK(read_once(server, frame(Opcode::text, Bytes(1001, 'x'), true).substr(0, 8)) ==
        std::vector<std::string>{"error 1009"});
  CHECK(read_once(server, frame(Opcode::text, Bytes(600, 'x'), true, false) +
                              frame(Opcode::continuation, Bytes(401, 'x'), true)) ==
        std::vector<std::string>{"error 1009"});
  Bytes huge("\x82\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01\x02\x03\x04", 14);
  CHECK(read_once(server, huge) == std::vector<std::string>{"error 1009"});
}

TEST_CASE("a ping is answered, a close is echoed without its reason, an error sends its code",
          "[websocket]") {
  Connection server(Options{});
  read(server, {frame(Opcode::ping, "abc", true)});
  CHECK(server.take_output().bytes == frame(Opcode::pong, "abc"));
  read(server, {frame(Opcode::close, Bytes("\x0f\xa0", 2) + "why", true)});
  CHECK(server.take_output().bytes == frame(Opcode::close, Bytes("\x0f\xa0", 2)));
  server.send("too late", false);
  CHECK_FALSE(server.has_output());

  Connection client(Options{.client = true});
  client.set_control_mask(mask);
  read(client, {frame(Opcode::text, "\xff")});
  CHECK(client.take_output().bytes == frame(Opcode::close, Bytes("\x03\xef", 2), true));
  CHECK(read(client, {frame(Opcode::text, "more")}).empty());

  Connection closing(Options{});
  closing.close();
  CHECK(closing.take_output().bytes == Bytes("\x88\x00", 2));
  CHECK(read(closing, {frame(Opcode::close, "", true)}) == std::vector<std::string>{"closed - "});
  CHECK_FALSE(closing.has_output());
}

TEST_CASE("two connections joined back to back understand each other, and marks arrive with their messages",
          "[websocket]") {
  Connection client(Options{.client = true});
  Connection server(Options{});
  for (std::uint64_t id = 1; id <= 3; ++id)
    client.send("m" + std::to_string(id), false, Mark{{id}, {}, What::frame}, mask);
  client.send("unmarked", true, {}, mask);
  const MarkedBytes sent = client.take_output();
  CHECK(sent.marks.size() == 3);
  for (std::size_t cut = 0; cut <= sent.bytes.size(); ++cut) {
    Connection reader(Options{});
    std::vector<std::uint64_t> ids;
    const auto feed = [&](std::size_t from, std::size_t to) {
      std::vector<PlacedMark> marks;
      for (PlacedMark m : sent.marks) {
        if (m.end > from && m.end <= to) marks.push_back({static_cast<std::uint32_t>(m.end - from), m.mark});
      }
      reader.receive(ByteView(sent.bytes).substr(from, to - from), marks);
      while (const auto event = reader.next_event())
        ids.push_back(std::get<Message>(*event).mark.message.value);
    };
    feed(0, cut);
    feed(cut, sent.bytes.size());
    CHECK(ids == std::vector<std::uint64_t>{1, 2, 3, 0});
  }
}

TEST_CASE("receiving again before all events were read is our fault, and is noticed", "[websocket]") {
  Connection connection(Options{});
  const Bytes bytes = frame(Opcode::text, "x", true);
  connection.receive(bytes);
  CHECK_THROWS_AS(connection.receive(bytes), InvariantBroken);
}
