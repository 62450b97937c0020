// Frames against the examples of RFC 6455 §5.7, and lengths around every boundary.
#include <catch2/catch.hpp>

#include "core/websocket/frame.h"
#include "core/websocket/utf8.h"

using namespace roundhouse;
using namespace roundhouse::websocket;

namespace {
Bytes frame(Opcode opcode, ByteView payload, std::optional<MaskKey> mask = {}, bool fin = true) {
  Bytes out;
  append_frame(out, opcode, payload, mask, fin);
  return out;
}
constexpr MaskKey rfc_mask{0x37, 0xfa, 0x21, 0x3d};
}  // namespace

TEST_CASE("the examples of RFC 6455 are written byte for byte", "[websocket]") {
  CHECK(frame(Opcode::text, "Hello") == "\x81\x05Hello");
  CHECK(frame(Opcode::text, "Hello", rfc_mask) == Bytes("\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58", 11));
  CHECK(frame(Opcode::text, "Hel", {}, false) == Bytes("\x01\x03Hel", 5));
  CHECK(frame(Opcode::continuation, "lo") == Bytes("\x80\x02lo", 4));
  CHECK(frame(Opcode::ping, "Hello") == Bytes("\x89\x05Hello", 7));
  CHECK(frame(Opcode::pong, "Hello", rfc_mask) == Bytes("\x8a\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58", 11));
  CHECK(frame(Opcode::binary, Bytes(256, 'x')).substr(0, 4) == Bytes("\x82\x7E\x01\x00", 4));
  CHECK(frame(Opcode::binary, Bytes(65536, 'x')).substr(0, 10) ==
        Bytes("\x82\x7F\x00\x00\x00\x00\x00\x01\x00\x00", 10));
}

TEST_CASE("a frame's head says the length at each boundary of the three length forms", "[websocket]") {
  for (const std::size_t size : {0u, 1u, 125u, 126u, 127u, 65535u, 65536u, 70000u}) {
    for (const bool masked : {false, true}) {
      const Bytes bytes =
          frame(Opcode::binary, Bytes(size, 'q'), masked ? std::optional(rfc_mask) : std::nullopt);
      const auto head = read_frame_head(bytes);
      REQUIRE(head);
      CHECK(head->payload_bytes == size);
      CHECK(head->head_bytes + size == bytes.size());
      CHECK(head->masked == masked);
      for (std::size_t cut = 0; cut < head->head_bytes; ++cut) {
        CHECK_FALSE(read_frame_head(ByteView(bytes).substr(0, cut)));
      }
    }
  }
}

TEST_CASE("a mask applied in pieces is the mask applied whole", "[websocket]") {
  Bytes whole;
  for (int i = 0; i < 100; ++i) whole += static_cast<char>(i * 7);
  const Bytes plain = whole;
  apply_mask(whole.data(), whole.size(), rfc_mask);
  CHECK(whole[0] == static_cast<char>(plain[0] ^ 0x37));
  CHECK(whole[99] == static_cast<char>(plain[99] ^ 0x3d));
  for (std::size_t cut = 0; cut <= plain.size(); ++cut) {
    Bytes pieces = plain;
    apply_mask(pieces.data(), cut, rfc_mask);
    apply_mask(pieces.data() + cut, pieces.size() - cut, rfc_mask, cut);
    CHECK(pieces == whole);
  }
}

TEST_CASE("UTF-8 is judged alike however it is cut", "[websocket]") {
  const struct {
    const char* text;
    bool valid;
  } cases[] = {
      {"plain ascii, longer than eight bytes", true},
      {"\xc3\xa4 \xe2\x82\xac \xf0\x9f\x9a\x82", true},
      {"\xf4\x8f\xbf\xbf", true},
      {"\xed\x9f\xbf", true},
      {"\xc0\x80", false},          // overlong
      {"\xe0\x9f\xbf", false},      // overlong
      {"\xf0\x8f\xbf\xbf", false},  // overlong
      {"\xed\xa0\x80", false},      // a surrogate
      {"\xf4\x90\x80\x80", false},  // above U+10FFFF
      {"\xff", false},
      {"\x80", false},
      {"a\xe2\x82", false},  // unfinished
      {"\xe2\x82z", false},
  };
  for (const auto& c : cases) {
    const ByteView text(c.text);
    CHECK(is_utf8(text) == c.valid);
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
      Utf8Check check;
      CHECK((check.feed(text.substr(0, cut)) && check.feed(text.substr(cut)) && check.complete()) == c.valid);
    }
  }
}
