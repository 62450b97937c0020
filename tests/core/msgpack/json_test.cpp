#include <rapidcheck.h>
#include <catch2/catch.hpp>

#include "core/msgpack/json.h"
#include "core/msgpack/writer.h"

namespace roundhouse::msgpack {
namespace {

std::string back(ByteView bytes, std::vector<Bytes>* attachments = nullptr) {
  std::vector<Bytes> own;
  Reader reader(bytes);
  std::string json;
  const auto written = append_as_json(json, reader, attachments != nullptr ? *attachments : own);
  if (!written) return "error: " + written.error().what();
  CHECK(reader.at_end());
  return json;
}

// To MessagePack and back: the same text, but for spaces, escapes and the notation of numbers.
std::string there_and_back(std::string_view json) {
  Bytes bytes;
  const auto written = append_json(bytes, json);
  if (!written) return "error: " + written.error().what();
  return back(bytes);
}

rc::Gen<std::string> any_json(int depth) {
  const auto leaf =
      rc::gen::element<std::string>("null", "true", "false", "0", "-1", "31", "65536", "1.5", "-0.001",
                                    "1e-7", "\"\"", "\"a\\nb\"", "\"\xc3\xa9\"", "\"\\u0001\"");
  if (depth == 0) return leaf;
  const auto items = rc::gen::container<std::vector<std::string>>(any_json(depth - 1));
  const auto joined = [](const std::vector<std::string>& parts, bool keys) {
    std::string out;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      out += (i > 0 ? "," : "") + (keys ? "\"k" + std::to_string(i) + "\":" : std::string()) + parts[i];
    }
    return out;
  };
  return rc::gen::oneOf(leaf,
                        rc::gen::map(items,
                                     [joined](const std::vector<std::string>& parts) {
                                       return "[" + joined(parts, false) + "]";
                                     }),
                        rc::gen::map(items, [joined](const std::vector<std::string>& parts) {
                          return "{" + joined(parts, true) + "}";
                        }));
}

}  // namespace

TEST_CASE("JSON that JSON.stringify would write comes back byte for byte", "[msgpack][json]") {
  CHECK(rc::check("any JSON", [] {
    const std::string json = *rc::gen::resize(5, any_json(4));
    RC_ASSERT(there_and_back(json) == json);
  }));
}

TEST_CASE("containers of every size get the right head", "[msgpack][json]") {
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{15}, std::size_t{16}, std::size_t{65535}, std::size_t{65536}}) {
    std::string array = "[";
    for (std::size_t i = 0; i < size; ++i) array += i > 0 ? ",7" : "7";
    array += "]";
    CHECK(there_and_back(array) == array);
  }
}

TEST_CASE("spaces, escapes and numbers are read as JSON.parse reads them", "[msgpack][json]") {
  CHECK(there_and_back(" [ 1 , { \"a\" : \"b\" } ] ") == R"([1,{"a":"b"}])");
  CHECK(there_and_back(R"("\u0041\/\u00e9\ud83d\ude00")") == "\"A/\xc3\xa9\xf0\x9f\x98\x80\"");
  CHECK(there_and_back(R"("\ud83d")") == "\"\xef\xbf\xbd\"");
  CHECK(there_and_back(R"("\ud83dx\ude00")") == "\"\xef\xbf\xbdx\xef\xbf\xbd\"");
  CHECK(there_and_back("[1.0,1e2,-0,100E-2,12345678901234567890]") == "[1,100,0,1,12345678901234567000]");
  CHECK(there_and_back("[1e400,-1e400,1e-400]") == "[null,null,0]");
}

TEST_CASE("whole numbers are written as integers, all others as float64", "[msgpack][json]") {
  Bytes bytes;
  REQUIRE(append_json(bytes, "[1.0,1.5,1e10,-3e9]").has_value());
  CHECK(bytes == Bytes("\x94\x01"
                       "\xcb\x3f\xf8\x00\x00\x00\x00\x00\x00"
                       "\xcf\x00\x00\x00\x02\x54\x0b\xe4\x00"
                       "\xd3\xff\xff\xff\xff\x4d\x2f\xa2\x00",
                       29));
}

// The bytes are notepack.io's own: it shifts, and so wraps at 2^64.
TEST_CASE("whole numbers beyond 2^64 arrive as other numbers, as between Node's instances",
          "[msgpack][json]") {
  Bytes bytes;
  REQUIRE(append_json(bytes, "[1e21,-1e21]").has_value());
  CHECK(bytes == Bytes("\x92\xcf\x35\xc9\xad\xc5\xde\xa0\x00\x00\xd3\xca\x36\x52\x3a\x21\x60\x00\x00", 19));
  CHECK(there_and_back("1e21") == "3875820019684212700");
}

TEST_CASE("what is no JSON is an error, and leaves nothing behind", "[msgpack][json]") {
  const std::string_view json = GENERATE(
      as<std::string_view>(), "", " ", "[", "[1", "[1,", "[1,]", "[1 2]", "{", "{\"a\"",
      "{\"a\":", "{\"a\":1", "{\"a\":1,}", "{a:1}", "{1:2}", "nul", "tru", "01", "-", "1.", ".5", "1e", "+1",
      "\"", "\"\\", "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"", "\"\n\"", "1 2", "[]]", "NaN");
  INFO(json);
  Bytes bytes = "before";
  CHECK_FALSE(append_json(bytes, json).has_value());
  CHECK(bytes == "before");
}

TEST_CASE("binary data goes out of its placeholder and into one again", "[msgpack][json]") {
  const std::vector<Bytes> attachments = {Bytes("\x01\x02"), Bytes("\0\xff", 2)};
  const std::string json = R"(["bin",{"_placeholder":true,"num":0},{"a":{"num":1,"_placeholder":true}}])";
  Bytes bytes;
  REQUIRE(append_json(bytes, json, attachments).has_value());
  CHECK(bytes == Bytes("\x93\xa3"
                       "bin\xc4\x02\x01\x02\x81\xa1"
                       "a\xc4\x02\x00\xff",
                       16));
  std::vector<Bytes> got;
  CHECK(back(bytes, &got) == R"(["bin",{"_placeholder":true,"num":0},{"a":{"_placeholder":true,"num":1}}])");
  CHECK(got == attachments);
  CHECK_FALSE(append_json(bytes, R"({"_placeholder":true,"num":2})", attachments).has_value());
  CHECK_FALSE(append_json(bytes, R"({"_placeholder":true})", attachments).has_value());
  CHECK(there_and_back(R"({"_placeholder":false,"num":5})") == R"({"_placeholder":false,"num":5})");
}

TEST_CASE("undefined is null in an array and nothing in an object", "[msgpack][json]") {
  const Bytes undefined("\xd4\x00\x00", 3);
  CHECK(back("\x92" + undefined + "\x01") == "[null,1]");
  CHECK(back("\x82\xa1"
             "a" +
             undefined +
             "\xa1"
             "b\x01") == R"({"b":1})");
  CHECK(back("\x82\xa1"
             "a\x01\xa1"
             "b" +
             undefined) == R"({"a":1})");
  CHECK(back(undefined) == "null");
}

TEST_CASE("timestamps become the text that Date gives", "[msgpack][json]") {
  CHECK(back(Bytes("\xd6\xff\x00\x00\x00\x00", 6)) == R"("1970-01-01T00:00:00.000Z")");
  CHECK(back(Bytes("\xd6\xff\x65\xe0\x1b\x00", 6)) == R"("2024-02-29T05:49:52.000Z")");
  // 123 ms after it, as notepack.io writes that: 123000000 ns << 34 | seconds.
  CHECK(back(Bytes("\xd7\xff\x1d\x53\x53\x00\x65\xe0\x1b\x00", 10)) == R"("2024-02-29T05:49:52.123Z")");
  // One second before the epoch, 96 bits.
  CHECK(back(Bytes("\xc7\x0c\xff\x00\x00\x00\x00\xff\xff\xff\xff\xff\xff\xff\xff", 15)) ==
        R"("1969-12-31T23:59:59.000Z")");
  std::vector<Bytes> attachments;
  CHECK(back(Bytes("\xd4\x05\x09"), &attachments) == R"([5,{"_placeholder":true,"num":0}])");
  CHECK(attachments == std::vector<Bytes>{"\x09"});
}

TEST_CASE("bytes that are no UTF-8 become U+FFFD, as Node's toString makes them", "[msgpack][json]") {
  const auto text = [](const Bytes& bytes) {
    Bytes out;
    append_text(out, bytes);
    return back(out);
  };
  CHECK(text("a\xff"
             "b") ==
        "\"a\xef\xbf\xbd"
        "b\"");
  CHECK(text("\xe2\x82") == "\"\xef\xbf\xbd\"");
  CHECK(text("\xe2\x82x") == "\"\xef\xbf\xbdx\"");
  CHECK(text("\xed\xa0\x80") == "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"");
  CHECK(text("\xf4\x90\x80\x80") == "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"");
  CHECK(text("\xc0\x80") == "\"\xef\xbf\xbd\xef\xbf\xbd\"");
  CHECK(text("\xf0\x9f\x98\x80") == "\"\xf0\x9f\x98\x80\"");
}

TEST_CASE("keys may be integers, and nothing stranger", "[msgpack][json]") {
  CHECK(back("\x81\x07\x01") == R"({"7":1})");
  CHECK(back("\x81\xc0\x01").starts_with("error"));
}

TEST_CASE("both ways keep to the limit on nesting", "[msgpack][json][limits]") {
  Bytes bytes;
  CHECK(append_json(bytes, "[[1]]", {}, {.depth_max = 2}).has_value());
  CHECK_FALSE(append_json(bytes, "[[[1]]]", {}, {.depth_max = 2}).has_value());
  CHECK_FALSE(append_json(bytes, "{\"a\":[[1]]}", {}, {.depth_max = 2}).has_value());
  std::string deep(100'000, '[');
  CHECK_FALSE(append_json(bytes, deep).has_value());
  std::string json;
  std::vector<Bytes> attachments;
  Reader shallow("\x91\x91\x01", {.depth_max = 2});
  CHECK(append_as_json(json, shallow, attachments).has_value());
  Reader deeper("\x91\x91\x91\x01", {.depth_max = 2});
  CHECK_FALSE(append_as_json(json, deeper, attachments).has_value());
}

}  // namespace roundhouse::msgpack
