// Engine.IO packets and payloads; the texts come from recorded transcripts.
#include <catch2/catch.hpp>

#include "core/engineio/packet.h"

using namespace roundhouse;
using namespace roundhouse::engineio;

TEST_CASE("a payload joins packets with 0x1e and comes apart again with its marks", "[engineio]") {
  const std::vector<Packet> packets = {
      {PacketType::message, "0{\"sid\":\"x\"}", false, {}},
      {PacketType::message, "2[\"auth\",{}]", false, Mark{{7}, {}, What::poll}},
      {PacketType::message, Bytes("\x01\x02\x03", 3), true, Mark{{8}, {}, What::poll}},
      {PacketType::ping, "", false, {}}};
  const MarkedBytes body = encode_payload(packets);
  CHECK(body.bytes ==
        "40{\"sid\":\"x\"}\x1e"
        "42[\"auth\",{}]\x1e"
        "bAQID\x1e"
        "2");
  REQUIRE(body.marks.size() == 2);
  const auto read = decode_payload(body.bytes, body.marks);
  REQUIRE(read.has_value());
  REQUIRE(read->size() == packets.size());
  for (std::size_t i = 0; i < packets.size(); ++i) {
    CHECK((*read)[i].type == packets[i].type);
    CHECK((*read)[i].data == packets[i].data);
    CHECK((*read)[i].binary == packets[i].binary);
    CHECK((*read)[i].mark == packets[i].mark);
  }
}

TEST_CASE("a payload with a bad packet is an error", "[engineio]") {
  for (const char* bad : {"", "abc", "7", "4a\x1e",
                          "\x1e"
                          "4a",
                          "bAQI", "4a\x1exyz", "b*"}) {
    INFO(bad);
    CHECK(decode_payload(bad).has_error());
  }
  CHECK(decode_payload("1").has_value());
  CHECK(decode_payload("b")->front().data.empty());
}

TEST_CASE("a frame holds one packet", "[engineio]") {
  CHECK(decode_frame("2probe", false)->data == "probe");
  CHECK(decode_frame("2probe", false)->type == PacketType::ping);
  CHECK(decode_frame("2probe", true)->data == "2probe");
  CHECK(decode_frame("2probe", true)->type == PacketType::message);
  CHECK(decode_frame("", false).has_error());
  CHECK(decode_frame("abc", false).has_error());
  CHECK(decode_frame("7", false).has_error());
}

TEST_CASE("a handshake is written as Node writes it and read as Node's and Python's are", "[engineio]") {
  const Handshake handshake{.sid = "zS8s7_NoRXpMlHonAAAA"};
  CHECK(encode_handshake(handshake) ==
        "{\"sid\":\"zS8s7_NoRXpMlHonAAAA\",\"upgrades\":[\"websocket\"],\"pingInterval\":25000,"
        "\"pingTimeout\":20000,\"maxPayload\":1000000}");
  const auto node = decode_handshake(encode_handshake(handshake));
  REQUIRE(node.has_value());
  CHECK(node->sid == handshake.sid);
  CHECK(node->upgrade_to_websocket);
  CHECK(node->max_payload_bytes == 1'000'000);
  const auto python =
      decode_handshake("{\"sid\":\"a\",\"upgrades\":[],\"pingTimeout\":20000,\"pingInterval\":300}");
  REQUIRE(python.has_value());
  CHECK_FALSE(python->upgrade_to_websocket);
  CHECK(python->ping_interval_ms == 300);
  CHECK(python->ping_timeout_ms == 20000);
  for (const char* bad :
       {"", "{}", "[]", "{\"sid\":7,\"pingInterval\":1,\"pingTimeout\":1}", "{\"sid\":\"a\"}",
        "{\"sid\":\"a\",\"pingInterval\":-1,\"pingTimeout\":1}", "{\"sid\":\"a\""}) {
    CHECK(decode_handshake(bad).has_error());
  }
}
