#include <rapidcheck.h>
#include <catch2/catch.hpp>

#include "core/resp/reader.h"
#include "core/resp/writer.h"

namespace roundhouse::resp {
namespace {

// Everything the bytes hold, fed in pieces that end at the given places.
std::vector<Value> read_all(ByteView bytes, const std::vector<std::size_t>& cuts, Limits limits = {}) {
  Reader reader(limits);
  std::vector<Value> values;
  std::size_t from = 0;
  const auto feed = [&](std::size_t to) {
    reader.receive(bytes.substr(from, to - from));
    from = to;
    for (;;) {
      const auto value = reader.next();
      REQUIRE(value.has_value());
      if (!value->has_value()) return;
      values.push_back(to_value(**value));
    }
  };
  for (const std::size_t cut : cuts) feed(cut);
  feed(bytes.size());
  CHECK(reader.waiting() == 0);
  CHECK(reader.end() == bytes.size());
  return values;
}

std::string error_of(ByteView bytes, Limits limits = {}) {
  Reader reader(limits);
  for (const char byte : bytes) {
    reader.receive(ByteView(&byte, 1));
    const auto value = reader.next();
    if (!value) {
      // The error stays.
      reader.receive("+OK\r\n");
      CHECK_FALSE(reader.next().has_value());
      return value.error().what();
    }
  }
  return "";
}

rc::Gen<Bytes> any_line() {
  return rc::gen::container<Bytes>(
      rc::gen::suchThat(rc::gen::arbitrary<char>(), [](char c) { return c != '\r' && c != '\n'; }));
}

rc::Gen<Value> any_value(int depth) {
  const auto leaf =
      rc::gen::oneOf(rc::gen::map(rc::gen::arbitrary<std::string>(),
                                  [](std::string text) { return Value::bulk(std::move(text)); }),
                     rc::gen::map(any_line(), [](Bytes text) { return Value::simple(std::move(text)); }),
                     rc::gen::map(any_line(), [](Bytes text) { return Value::error(std::move(text)); }),
                     rc::gen::map(rc::gen::arbitrary<std::int64_t>(),
                                  [](std::int64_t number) { return Value::number(number); }),
                     rc::gen::just(Value{}), rc::gen::just(Value{Type::boolean, 1, {}, {}}),
                     rc::gen::just(Value{Type::number, 0, "1.5e300", {}}),
                     rc::gen::just(Value{Type::big_number, 0, "-123456789012345678901", {}}),
                     rc::gen::just(Value{Type::verbatim, 0, "txt:some\r\ntext", {}}),
                     rc::gen::just(Value{Type::bulk_error, 0, "ERR\r\nx", {}}));
  if (depth == 0) return leaf;
  return rc::gen::oneOf(
      leaf, rc::gen::map(rc::gen::pair(
                             rc::gen::element(Type::array, Type::set, Type::push, Type::map, Type::attribute),
                             rc::gen::container<std::vector<Value>>(any_value(depth - 1))),
                         [](std::pair<Type, std::vector<Value>> made) {
                           const bool pairs = made.first == Type::map || made.first == Type::attribute;
                           if (pairs && made.second.size() % 2 != 0) made.second.pop_back();
                           return Value{made.first, 0, {}, std::move(made.second)};
                         }));
}

}  // namespace

TEST_CASE("values of RESP2 and RESP3 are read back as written, wherever the bytes are cut", "[resp]") {
  CHECK(rc::check("any values, any two cuts", [] {
    const auto values = *rc::gen::resize(8, rc::gen::container<std::vector<Value>>(any_value(3)));
    Bytes bytes;
    for (const Value& value : values) append_value(bytes, value);
    auto first = *rc::gen::inRange<std::size_t>(0, bytes.size() + 1);
    auto second = *rc::gen::inRange<std::size_t>(0, bytes.size() + 1);
    if (second < first) std::swap(first, second);
    RC_ASSERT(read_all(bytes, {}) == values);
    RC_ASSERT(read_all(bytes, {first, second}) == values);
    std::vector<std::size_t> everywhere;
    for (std::size_t i = 1; i < bytes.size(); ++i) everywhere.push_back(i);
    RC_ASSERT(read_all(bytes, everywhere) == values);
  }));
}

TEST_CASE("any bytes are values, an error, or too few: never a crash", "[resp]") {
  CHECK(rc::check("bytes of RESP's own alphabet", [] {
    const auto bytes =
        *rc::gen::container<Bytes>(rc::gen::elementOf(std::string("+-:$*_#,(!=%~>|012349\r\n\r\nabt")));
    Reader reader({.bulk_bytes_max = 100, .line_bytes_max = 50, .items_max = 50, .depth_max = 3});
    for (const char byte : bytes) {
      reader.receive(ByteView(&byte, 1));
      for (;;) {
        const auto value = reader.next();
        if (!value || !value->has_value()) break;
        to_value(**value);
      }
    }
  }));
}

TEST_CASE("both nulls of RESP2 are null", "[resp]") {
  CHECK(read_all("$-1\r\n*-1\r\n_\r\n", {}) == std::vector<Value>(3));
}

TEST_CASE("an error is one line, whatever is in it", "[resp]") {
  Bytes bytes;
  append_error(bytes, "ERR a\r\nb");
  CHECK(bytes == "-ERR a  b\r\n");
}

TEST_CASE("what is no RESP is an error", "[resp]") {
  const ByteView bytes =
      GENERATE(as<ByteView>(), "HTTP/1.1 400 Bad Request\r\n", "\r\n", ":1x\r\n", ":\r\n", ":+1\r\n",
               ":01\r\n", "$-2\r\n", "$x\r\n", "$1\r\nabc", "*-2\r\n", "#y\r\n", "_x\r\n", "+OK\n");
  INFO(bytes);
  CHECK_FALSE(error_of(bytes).empty());
}

TEST_CASE("every limit of the reader is reached and says so", "[resp][limits]") {
  const Limits limits{.bulk_bytes_max = 5, .line_bytes_max = 20, .items_max = 6, .depth_max = 2};
  CHECK(read_all("$5\r\nabcde\r\n", {}, limits).size() == 1);
  CHECK(error_of("$6\r\n", limits) == "RESP: bulk string longer than the limit");
  CHECK(read_all("+" + Bytes(18, 'x') + "\r\n", {}, limits).size() == 1);
  CHECK(error_of("+" + Bytes(20, 'x'), limits) == "RESP: line longer than the limit");
  CHECK(read_all("*2\r\n*1\r\n:1\r\n:2\r\n", {}, limits).size() == 1);
  CHECK(error_of("*1\r\n*1\r\n*1\r\n", limits) == "RESP: nested deeper than the limit");
  CHECK(read_all("*5\r\n:1\r\n:1\r\n:1\r\n:1\r\n:1\r\n", {}, limits).size() == 1);
  CHECK(error_of("*6\r\n:1\r\n:1\r\n:1\r\n:1\r\n:1\r\n:1\r\n", limits) == "RESP: more items than the limit");
  CHECK(error_of("*7\r\n", limits) == "RESP: more items than the limit");
  CHECK(error_of("*4294967297\r\n") == "RESP: more items than the limit");
}

TEST_CASE("integers are Redis's: strict and 64 bits wide", "[resp]") {
  std::int64_t value = 0;
  for (const ByteView good : {"0", "-1", "9223372036854775807", "-9223372036854775808"})
    CHECK(read_integer(good, value));
  for (const ByteView bad : {"", "-", "+1", "01", "-0", " 1", "1 ", "1.5", "9223372036854775808", "a"}) {
    INFO(bad);
    CHECK_FALSE(read_integer(bad, value));
  }
}

}  // namespace roundhouse::resp
