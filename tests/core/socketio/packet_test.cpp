// Socket.IO packets; the texts come from recorded transcripts and from the parser's documented grammar.
#include <boost/json.hpp>
#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>

#include "core/socketio/packet.h"

using namespace roundhouse;
using namespace roundhouse::socketio;

namespace {
Packet packet_of(const PacketView& view) {
  Packet packet{view.type, std::string(view.name_space), view.ack_id, std::string(view.json), {}, {}};
  packet.attachments.resize(view.attachment_count);
  return packet;
}
}  // namespace

TEST_CASE("packets that real servers and clients wrote are read and written again byte for byte",
          "[socketio]") {
  for (const std::string text : {"0",
                                 "0{\"sid\":\"pIqsmKjFArQUtImJAAAA\"}",
                                 "0/custom,",
                                 "0/admin,{\"token\":\"1\"}",
                                 "1",
                                 "1/custom,",
                                 "2[\"ev\",1]",
                                 "2/admin,12[\"ev\"]",
                                 "20[\"message-with-ack\",\"x\",1]",
                                 "30[\"x\",1]",
                                 "30[]",
                                 "312[\"ok\"]",
                                 "2[\"x\",1,\"2\",{\"3\":[true]}]",
                                 "51-[\"message\",{\"_placeholder\":true,\"num\":0}]",
                                 "51-/a,7[\"m\",{\"_placeholder\":true,\"num\":0}]",
                                 "61-12[{\"_placeholder\":true,\"num\":0}]",
                                 "4{\"message\":\"Not authorized\",\"data\":{\"code\":401}}",
                                 "4/x,\"Unable to connect\"",
                                 "2",
                                 "2[7,\"number\"]"}) {
    INFO(text);
    const auto packet = decode(text);
    REQUIRE(packet.has_value());
    CHECK(encode(packet_of(*packet)) == text);
  }
}

TEST_CASE("the parts of a packet are told apart", "[socketio]") {
  const auto packet =
      decode("52-/admin,13[\"ev\",{\"_placeholder\":true,\"num\":0},{\"_placeholder\":true,\"num\":1}]");
  REQUIRE(packet.has_value());
  CHECK(packet->type == PacketType::binary_event);
  CHECK(packet->attachment_count == 2);
  CHECK(packet->name_space == "/admin");
  CHECK(packet->ack_id == 13u);
  CHECK(packet->json.substr(0, 6) == "[\"ev\",");
  CHECK(decode("0/admin")->name_space == "/admin");  // without the comma
  CHECK(decode("2/a,[\"x\"]")->json == "[\"x\"]");
  CHECK_FALSE(decode("2[\"x\"]")->ack_id);
}

TEST_CASE("what makes the real server close with a parse error is an error", "[socketio]") {
  for (const char* bad : {"",
                          "abc",
                          "7",
                          "2{}",
                          "2abc[\"message\"]",
                          "2[]",
                          "2[\"disconnect\"]",
                          "2[\"connect\"]",
                          "2[\"connect_error\"]",
                          "2[\"disconnecting\"]",
                          "2[\"newListener\"]",
                          "2[\"removeListener\"]",
                          "2[\"discon\\u006eect\"]",
                          "511-[\"x\"]",
                          "5-[1]",
                          "5[\"x\"]",
                          "51[\"x\"]",
                          "2[null]",
                          "2[{}]",
                          "2[true]",
                          "2\"x\"",
                          "2[\"x\"",
                          "2[\"x\"]]",
                          "2 ",
                          "1{}",
                          "0[]",
                          "0\"x\"",
                          "3{}",
                          "4[]",
                          "6-[]",
                          "299999999999999999999[\"x\"]",
                          "51x-[\"x\"]",
                          "2/a[\"x\"],[\"y\"",
                          "2,"}) {
    INFO(bad);
    CHECK(decode(bad).has_error());
  }
  CHECK(decode("510-[\"x\"]").has_value());
  CHECK(decode("2[\"disconnected\"]").has_value());
}

TEST_CASE("the packets that closed a recorded connection are errors, and the one that did not is none",
          "[socketio]") {
  std::ifstream file(ROUNDHOUSE_SOURCE_DIR "/tests/oracles/socketio/invalid-packets.json");
  REQUIRE(file);
  std::stringstream text;
  text << file.rdbuf();
  const auto transcript = boost::json::parse(text.str());
  std::vector<std::pair<std::string, bool>>
      packets;  // text without the `4`, and whether it closed the connection
  for (const auto& step : transcript.at("steps").as_array()) {
    if (step.at("kind") != "note") continue;
    const std::string note(step.at("text").as_string());
    if (note.starts_with("invalid: 4")) packets.emplace_back(note.substr(10), true);
    if (note == "still open") packets.back().second = false;
  }
  CHECK(packets.size() == 8);
  for (const auto& [packet, closes] : packets) {
    INFO(packet);
    CHECK(decode(packet).has_error() == closes);
  }
}

TEST_CASE("event names and arguments are cut out of the text", "[socketio]") {
  CHECK(event_name("[\"room-msg\",{\"a\":1}]") == "room-msg");
  CHECK(event_name("[ \"a\\\"b\" , 1]") == "a\"b");
  CHECK(event_name("[7]").empty());
  CHECK(event_name("").empty());
  CHECK(event_arguments("[\"ev\",1,2]") == "[1,2]");
  CHECK(event_arguments("[\"ev\"]") == "[]");
  CHECK(event_arguments("[\"ev\", {\"3\":[true]} ]") == "[{\"3\":[true]} ]");
  CHECK(event_arguments("") == "[]");
  CHECK(make_event("ev", "[1,\"2\",{\"3\":[true]}]") == "[\"ev\",1,\"2\",{\"3\":[true]}]");
  CHECK(make_event("e\"v", "[]") == "[\"e\\\"v\"]");
  CHECK(make_event("ev", "[ ]") == "[\"ev\"]");
  CHECK(make_event("ev", "") == "[\"ev\"]");
}

TEST_CASE("a member of the first object argument is found", "[socketio]") {
  const std::string event = "[\"room-msg\",\"x\",{\"room\":\"r\",\"id\":7,\"o\":{\"id\":8}},{\"k\":1}]";
  CHECK(find_member(event, "id") == "7");
  CHECK(find_member(event, "room") == "r");
  CHECK_FALSE(find_member(event, "k"));
  CHECK_FALSE(find_member(event, "o"));
  CHECK_FALSE(find_member("[\"x\"]", "id"));
}
