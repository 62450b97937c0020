// Heads and chunks as bytes.
#include "core/http/writer.h"

#include <catch2/catch.hpp>

#include "core/http/date.h"

using namespace roundhouse;
using namespace roundhouse::http;

namespace {

Mark numbered(std::uint64_t id) {
  Mark mark;
  mark.message.value = id;
  return mark;
}

}  // namespace

TEST_CASE("a request head is written with its fields in their order", "[http]") {
  RequestHead head;
  head.method = "GET";
  head.target = "/socket.io/?EIO=4";
  head.fields.add("Host", "chat.example");
  head.fields.add("x-lower", "");
  Bytes out;
  append_head(out, head);
  CHECK(out == "GET /socket.io/?EIO=4 HTTP/1.1\r\nHost: chat.example\r\nx-lower: \r\n\r\n");
}

TEST_CASE("a response head keeps the space before a missing reason", "[http]") {
  ResponseHead head;
  head.status = 200;
  head.minor_version = 0;
  Bytes out;
  append_head(out, head);
  CHECK(out == "HTTP/1.0 200 \r\n\r\n");
}

TEST_CASE("a chunk keeps its marks on the data", "[http]") {
  MarkedBytes out;
  out.append("head");
  const PlacedMark mark{17, numbered(7)};
  append_chunk(out, "12345678901234567", Marks(&mark, 1));
  CHECK(out.bytes == "head11\r\n12345678901234567\r\n");
  REQUIRE(out.marks.size() == 1);
  CHECK(out.bytes.substr(0, out.marks[0].end).ends_with("34567"));
  append_chunk(out, "");
  CHECK(out.bytes.ends_with("34567\r\n"));
}

TEST_CASE("fields are found without case, and tokens in their lists", "[http]") {
  Fields fields;
  fields.add("Connection", "keep-alive, Upgrade");
  fields.add("connection", "x");
  CHECK(fields.find("CONNECTION") == "keep-alive, Upgrade");
  CHECK(fields.has_token("connection", "upgrade"));
  CHECK(fields.has_token("connection", "X"));
  CHECK_FALSE(fields.has_token("connection", "keep"));
  CHECK_FALSE(fields.find("Upgrade"));
}

TEST_CASE("dates are written as RFC 9110 and nginx's cookies have them", "[http]") {
  CHECK(http_date(0) == "Thu, 01 Jan 1970 00:00:00 GMT");
  CHECK(http_date(951827696) == "Tue, 29 Feb 2000 12:34:56 GMT");
  CHECK(http_date(1767225599) == "Wed, 31 Dec 2025 23:59:59 GMT");
  CHECK(cookie_date(2145916555) == "Thu, 31-Dec-37 23:55:55 GMT");
  CHECK(cookie_date(2145916555 + 86400) == "Fri, 01-Jan-2038 23:55:55 GMT");
}
