// Whole requests as the proxy takes them.
#include "core/http/request_reader.h"

#include <catch2/catch.hpp>

using namespace roundhouse;
using namespace roundhouse::http;

namespace {

Mark numbered(std::uint64_t id) {
  Mark mark;
  mark.message.value = id;
  return mark;
}

using Step = RequestReader::Step;

std::vector<Request> read_all(RequestReader& reader, std::string_view bytes, std::size_t step) {
  std::vector<Request> requests;
  for (std::size_t i = 0; i < bytes.size(); i += step) {
    reader.receive(bytes.substr(i, step));
    for (Step what = reader.next(); what != Step::more && what != Step::refused; what = reader.next()) {
      if (what == Step::request) requests.push_back(reader.take());
    }
  }
  return requests;
}

int refusal(std::string_view bytes, std::uint64_t limit = 1024 * 1024) {
  RequestReader reader;
  reader.receive(bytes);
  Step what = reader.next();
  if (what == Step::head) {
    reader.set_body_limit(limit);
    what = reader.next();
  }
  return what == Step::refused ? reader.refusal().status : 0;
}

}  // namespace

TEST_CASE("pipelined requests come one after another however they are cut", "[http]") {
  const std::string_view text =
      "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 7\r\n\r\n42[\"a\"]"
      "\r\nGET /b HTTP/1.0\r\n\r\n"
      "POST /c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
  for (std::size_t step = 1; step <= text.size(); ++step) {
    RequestReader reader;
    const auto requests = read_all(reader, text, step);
    REQUIRE(requests.size() == 3);
    CHECK(requests[0].body.bytes == "42[\"a\"]");
    CHECK(requests[1].head.target == "/b");
    CHECK(requests[2].body.bytes == "abc");
    CHECK_FALSE(reader.in_request());
  }
}

TEST_CASE("a whole request waits until it is taken", "[http]") {
  RequestReader reader;
  reader.receive("GET /a HTTP/1.1\r\nHost: h\r\n\r\nGET /b HTTP/1.1\r\nHost: h\r\n\r\n");
  CHECK(reader.next() == Step::head);
  CHECK(reader.next() == Step::request);
  CHECK(reader.next() == Step::more);
  CHECK(reader.take().head.target == "/a");
  CHECK(reader.next() == Step::head);
  CHECK(reader.head().target == "/b");
}

TEST_CASE("what nginx refuses has nginx's status", "[http]") {
  CHECK(refusal("GET / HTTP/1.1\r\n\r\n") == 400);
  CHECK(refusal("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n") == 400);
  CHECK(refusal("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n") == 400);
  CHECK(refusal("GET / HTTP/1.1\r\nHost: \r\n\r\n") == 400);
  CHECK(refusal("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n") == 400);
  CHECK(refusal("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n") ==
        400);
  CHECK(refusal("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n") == 501);
  CHECK(refusal("TRACE / HTTP/1.1\r\nHost: a\r\n\r\n") == 405);
  CHECK(refusal("GET / HTTP/2.0\r\nHost: a\r\n\r\n") == 505);
  CHECK(refusal("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2000000\r\n\r\n") == 413);
  CHECK(refusal("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\n", 10) == 413);
  CHECK(refusal("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n", 10) == 0);
  CHECK(
      refusal("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n6\r\nabcdef\r\n",
              10) == 413);
  CHECK(refusal("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n") == 400);
  CHECK(refusal("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2000000\r\n\r\n", 0) == 0);
}

TEST_CASE("keep-alive follows version and Connection", "[http]") {
  const auto keeps = [](std::string_view bytes) {
    RequestReader reader;
    reader.receive(bytes);
    REQUIRE(reader.next() == Step::head);
    return reader.keep_alive();
  };
  CHECK(keeps("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
  CHECK_FALSE(keeps("GET / HTTP/1.1\r\nHost: a\r\nConnection: Close\r\n\r\n"));
  CHECK_FALSE(keeps("GET / HTTP/1.0\r\n\r\n"));
  CHECK(keeps("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n"));
}

TEST_CASE("marks of a body stay at their place, a mark on a head lies before it", "[http]") {
  const std::string head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\n";
  RequestReader reader;
  const auto size = static_cast<std::uint32_t>(head.size());
  const std::vector<PlacedMark> marks = {{size, numbered(1)}, {size + 4, numbered(2)}};
  reader.receive(head + "abcdef", marks);
  CHECK(reader.waiting().size() == 2);
  CHECK(reader.next() == Step::head);
  CHECK(reader.next() == Step::request);
  CHECK(reader.waiting().size() == 2);
  const Request request = reader.take();
  REQUIRE(request.body.marks.size() == 2);
  CHECK(request.body.marks[0].end == 0);
  CHECK(request.body.marks[1].end == 4);
  CHECK(reader.waiting().empty());
}
