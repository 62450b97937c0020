#include <rapidcheck.h>
#include <catch2/catch.hpp>

#include "core/msgpack/reader.h"
#include "core/msgpack/writer.h"

namespace roundhouse::msgpack {
namespace {

Value natural_above_int64() {
  Value value;
  value.type = Type::natural;
  value.natural = 0xffffffffffffffffu;
  return value;
}
Value extension(std::int8_t type, Bytes bytes) {
  Value value;
  value.type = Type::extension;
  value.extension = type;
  value.bytes = std::move(bytes);
  return value;
}

rc::Gen<Value> any_value(int depth) {
  const auto text = rc::gen::arbitrary<std::string>();
  const auto leaf =
      rc::gen::oneOf(rc::gen::just(Value{}), rc::gen::just(natural_above_int64()),
                     rc::gen::map(rc::gen::arbitrary<std::int64_t>(), Value::of_integer),
                     rc::gen::map(rc::gen::inRange<std::int64_t>(-70000, 70000), Value::of_integer),
                     rc::gen::map(rc::gen::arbitrary<std::int32_t>(),
                                  [](std::int32_t n) { return Value::of_number(n / 8.0 + 0.0625); }),
                     rc::gen::map(text, [](std::string bytes) { return Value::of_text(std::move(bytes)); }),
                     rc::gen::map(text, [](std::string bytes) { return Value::of_binary(std::move(bytes)); }),
                     rc::gen::map(rc::gen::pair(rc::gen::arbitrary<std::int8_t>(), text),
                                  [](std::pair<std::int8_t, std::string> made) {
                                    return extension(made.first, std::move(made.second));
                                  }));
  if (depth == 0) return leaf;
  const auto items = rc::gen::container<std::vector<Value>>(any_value(depth - 1));
  return rc::gen::oneOf(
      leaf, rc::gen::map(items, [](std::vector<Value> made) { return Value::of_array(std::move(made)); }),
      rc::gen::map(items, [](std::vector<Value> made) {
        if (made.size() % 2 != 0) made.pop_back();
        return Value::of_map(std::move(made));
      }));
}

Bytes written(const Value& value) {
  Bytes bytes;
  append_value(bytes, value);
  return bytes;
}

}  // namespace

TEST_CASE("values are read back as written, and no part of them is a value", "[msgpack]") {
  CHECK(rc::check("any value", [] {
    const Value value = *rc::gen::resize(8, any_value(3));
    const Bytes bytes = written(value);
    const auto got = read(bytes);
    RC_ASSERT(got.has_value());
    RC_ASSERT(*got == value);
    const auto cut = *rc::gen::inRange<std::size_t>(0, bytes.size());
    RC_ASSERT(!read(ByteView(bytes).substr(0, cut)).has_value());
    RC_ASSERT(!read(bytes + "\x01").has_value());
    Reader reader(bytes);
    RC_ASSERT(*reader.skip() == bytes);
  }));
}

TEST_CASE("any bytes are a value or an error, never a crash", "[msgpack]") {
  CHECK(rc::check("bytes that often begin values", [] {
    const auto bytes = *rc::gen::container<Bytes>(rc::gen::arbitrary<char>());
    (void)read(bytes);
  }));
}

TEST_CASE("each width is used from its first value to its last", "[msgpack]") {
  const auto integer = [](std::int64_t value) { return written(Value::of_integer(value)); };
  CHECK(integer(127) == Bytes("\x7f"));
  CHECK(integer(128) == Bytes("\xcc\x80"));
  CHECK(integer(255) == Bytes("\xcc\xff"));
  CHECK(integer(256) == Bytes("\xcd\x01\x00", 3));
  CHECK(integer(65535) == Bytes("\xcd\xff\xff"));
  CHECK(integer(65536) == Bytes("\xce\x00\x01\x00\x00", 5));
  CHECK(integer(4294967295) == Bytes("\xce\xff\xff\xff\xff"));
  CHECK(integer(4294967296) == Bytes("\xcf\x00\x00\x00\x01\x00\x00\x00\x00", 9));
  CHECK(integer(-32) == Bytes("\xe0"));
  CHECK(integer(-33) == Bytes("\xd0\xdf"));
  CHECK(integer(-128) == Bytes("\xd0\x80"));
  CHECK(integer(-129) == Bytes("\xd1\xff\x7f"));
  CHECK(integer(-32768) == Bytes("\xd1\x80\x00", 3));
  CHECK(integer(-32769) == Bytes("\xd2\xff\xff\x7f\xff"));
  CHECK(integer(-2147483648) == Bytes("\xd2\x80\x00\x00\x00", 5));
  CHECK(integer(-2147483649) == Bytes("\xd3\xff\xff\xff\xff\x7f\xff\xff\xff"));
  const auto first_bytes = [](std::size_t size, Value (*make)(Bytes)) {
    return written(make(Bytes(size, 'x'))).substr(0, 2);
  };
  CHECK(first_bytes(31, Value::of_text) == "\xbfx");
  CHECK(first_bytes(32, Value::of_text) == "\xd9\x20");
  CHECK(first_bytes(255, Value::of_text) == "\xd9\xff");
  CHECK(first_bytes(256, Value::of_text) == "\xda\x01");
  CHECK(first_bytes(65536, Value::of_text)[0] == '\xdb');
  CHECK(first_bytes(255, Value::of_binary) == "\xc4\xff");
  CHECK(first_bytes(256, Value::of_binary) == "\xc5\x01");
  CHECK(first_bytes(65536, Value::of_binary)[0] == '\xc6');
  const auto items = [](std::size_t count) {
    return written(Value::of_array(std::vector<Value>(count))).substr(0, 3);
  };
  CHECK(items(15)[0] == '\x9f');
  CHECK(items(16) == Bytes("\xdc\x00\x10", 3));
  CHECK(items(65535) == Bytes("\xdc\xff\xff"));
  CHECK(items(65536)[0] == '\xdd');
}

TEST_CASE("every limit of the reader is reached and says so", "[msgpack][limits]") {
  CHECK(read("\x91\x91\x90", {.depth_max = 2}).has_value());
  const auto deep = read("\x91\x91\x91\xc0", {.depth_max = 2});
  REQUIRE_FALSE(deep.has_value());
  CHECK(deep.error().what() == "MessagePack: nested deeper than the limit");
  CHECK(read("\x93\x01\x01\x01", {.items_max = 4}).has_value());
  const auto many = read("\x94\x01\x01\x01\x01", {.items_max = 4});
  REQUIRE_FALSE(many.has_value());
  CHECK(many.error().what() == "MessagePack: more items than the limit");
}

TEST_CASE("a count that the bytes cannot hold reserves nothing", "[msgpack][limits]") {
  CHECK_FALSE(read("\xdd\xff\xff\xff\xff").has_value());
  CHECK_FALSE(read("\xdf\xff\xff\xff\xff").has_value());
  CHECK_FALSE(read("\xdb\xff\xff\xff\xff").has_value());
  CHECK_FALSE(read("\xc1").has_value());
}

}  // namespace roundhouse::msgpack
