// Texts of any bytes as JSON literals.
#include <catch2/catch.hpp>

#include "core/base/json_text.h"
#include "sim/trace/byte_text.h"

namespace roundhouse {

namespace {
std::string literal(std::string_view text) {
  std::string out;
  append_byte_text(out, text);
  return out;
}
}  // namespace

TEST_CASE("well-formed texts stay readable", "[trace]") {
  CHECK(literal("room-1") == "\"room-1\"");
  CHECK(literal("say \"hi\" \\ \n") == "\"say \\\"hi\\\" \\\\ \\n\"");
  CHECK(literal("\xc3\xa9\xe2\x82\xac\xf0\x9f\x9a\x82") == "\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x9a\x82\"");
  CHECK(literal(std::string_view("\0\x1f", 2)) == "\"\\u0000\\u001f\"");
}

TEST_CASE("bytes that are not UTF-8 become lone surrogates and come back", "[trace]") {
  CHECK(literal("\xff") == "\"\\udcff\"");
  CHECK(literal("\xc3") == "\"\\udcc3\"");
  CHECK(literal("\xc0\x80") == "\"\\udcc0\\udc80\"");             // overlong
  CHECK(literal("\xed\xb2\x80") == "\"\\udced\\udcb2\\udc80\"");  // an encoded surrogate
  CHECK(literal("\xf4\x90\x80\x80") == "\"\\udcf4\\udc90\\udc80\\udc80\"");
  CHECK(literal("\xf0\x9f\x9a") == "\"\\udcf0\\udc9f\\udc9a\"");
}

TEST_CASE("every text of two bytes comes back, as a valid literal", "[trace]") {
  for (int a = 0; a < 256; ++a) {
    for (int b = 0; b < 256; ++b) {
      const std::string text = {static_cast<char>(a), static_cast<char>(b)};
      const std::string written = literal(text);
      REQUIRE(json_text::is_value(written));
      REQUIRE(read_byte_text(written) == text);
    }
  }
}

TEST_CASE("literals written by others are read as JSON has it", "[trace]") {
  CHECK(read_byte_text(R"("\u00e9\/\b\f\r\t\u20AC")") == "\xc3\xa9/\b\f\r\t\xe2\x82\xac");
  CHECK(read_byte_text(R"("\ud83d\ude82")") == "\xf0\x9f\x9a\x82");
  CHECK(read_byte_text(R"("\ud83d")") == "\xef\xbf\xbd");
  CHECK(read_byte_text(R"("\ud83dx")") == "\xef\xbf\xbdx");
  CHECK(read_byte_text(R"("\udc01")") == "\xef\xbf\xbd");
}

}  // namespace roundhouse
