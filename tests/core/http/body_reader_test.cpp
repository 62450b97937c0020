// Body framing by length, by chunks, and by the end of the stream.
#include "core/http/body_reader.h"

#include <catch2/catch.hpp>

using namespace roundhouse;
using namespace roundhouse::http;

namespace {

/// The body that comes out when the bytes arrive `step` at a time; the rest goes to `left`.
std::string read_all(BodyReader& reader, std::string_view bytes, std::size_t step,
                     std::string* left = nullptr) {
  std::string body;
  std::string waiting;
  for (std::size_t i = 0; i < bytes.size(); i += step) {
    waiting += bytes.substr(i, step);
    while (true) {
      const auto piece = reader.next(waiting);
      if (piece.skip == 0 && piece.bytes == 0) break;
      body += waiting.substr(piece.skip, piece.bytes);
      waiting.erase(0, piece.skip + piece.bytes);
    }
  }
  if (left != nullptr) *left = waiting;
  return body;
}

}  // namespace

TEST_CASE("a chunked body is the same however it is cut", "[http]") {
  const std::string_view text =
      "7\r\n42[\"a\"]\r\n1A;x=y\r\nabcdefghijklmnopqrstuvwxyz\r\n0\r\nTrailer: t\r\n\r\nGET";
  for (std::size_t step = 1; step <= text.size(); ++step) {
    BodyReader reader = BodyReader::chunked();
    std::string left;
    CHECK(read_all(reader, text, step, &left) == "42[\"a\"]abcdefghijklmnopqrstuvwxyz");
    CHECK(reader.done());
    CHECK(left == "GET");
  }
}

TEST_CASE("a malformed chunk is bad, also one too large for a number", "[http]") {
  for (const std::string_view text :
       {"x\r\n", "\r\n", "3\r\nabcd\r\n", "3 \rx", "ffffffffffffffffffffffff\r\n"}) {
    BodyReader reader = BodyReader::chunked();
    read_all(reader, text, 1);
    CHECK(reader.bad());
  }
}

TEST_CASE("a body by length ends there, one without ends with the stream", "[http]") {
  BodyReader fixed = BodyReader::of_length(3);
  std::string left;
  CHECK(read_all(fixed, "abcdef", 2, &left) == "abc");
  CHECK(fixed.done());
  CHECK(left == "def");
  BodyReader open = BodyReader::until_close();
  CHECK(read_all(open, "abc", 1) == "abc");
  CHECK_FALSE(open.done());
  CHECK(open.end_of_stream());
  BodyReader cut = BodyReader::of_length(3);
  read_all(cut, "ab", 1);
  CHECK_FALSE(cut.end_of_stream());
  CHECK(BodyReader::none().done());
}

TEST_CASE("a Content-Length is digits only and not absurd", "[http]") {
  CHECK(read_content_length("0") == 0u);
  CHECK(read_content_length("123456789012") == 123456789012u);
  for (const auto* bad : {"", "x", "-1", "+1", "1 ", "0x1", "99999999999999999999999999"})
    CHECK_FALSE(read_content_length(bad));
}
