// The app's parser: whole requests, marks on bodies, limits.
#include <catch2/catch.hpp>

#include "core/http/request_parser.h"

using namespace roundhouse;
using namespace roundhouse::http;
using Step = RequestParser::Step;

namespace {

std::vector<Request> read_all(RequestParser& parser) {
  std::vector<Request> requests;
  for (;;) {
    const Step step = parser.next();
    if (step == Step::request) {
      requests.push_back(parser.take());
    } else if (step != Step::head) {
      return requests;
    }
  }
}

const std::string two =
    "POST /a?b=c HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhelloGET /d HTTP/1.0\r\n\r\n";

}  // namespace

TEST_CASE("the app's parser reads the same requests however they are cut", "[http]") {
  for (std::size_t cut = 0; cut <= two.size(); ++cut) {
    RequestParser parser{{}};
    parser.receive(ByteView(two).substr(0, cut));
    std::vector<Request> requests = read_all(parser);
    parser.receive(ByteView(two).substr(cut));
    for (Request& request : read_all(parser)) requests.push_back(std::move(request));
    REQUIRE(requests.size() == 2);
    CHECK(requests[0].head.method == "POST");
    CHECK(requests[0].head.target == "/a?b=c");
    CHECK(requests[0].head.fields.find("host") == "x");
    CHECK(requests[0].body.bytes == "hello");
    CHECK(requests[1].head.target == "/d");
    CHECK(requests[1].head.minor_version == 0);
  }
}

TEST_CASE("the app's parser reads byte by byte", "[http]") {
  RequestParser parser{{}};
  std::size_t requests = 0;
  for (const char c : two) {
    parser.receive(ByteView(&c, 1));
    requests += read_all(parser).size();
  }
  CHECK(requests == 2);
}

TEST_CASE("a head is seen before its body", "[http]") {
  RequestParser parser{{}};
  parser.receive("POST /a HTTP/1.1\r\nContent-Length: 3\r\n\r\nab");
  CHECK(parser.next() == Step::head);
  CHECK(parser.head().target == "/a");
  CHECK(parser.next() == Step::more);
  parser.receive("c");
  CHECK(parser.next() == Step::request);
  CHECK(parser.take().body.bytes == "abc");
  CHECK(parser.next() == Step::more);
}

TEST_CASE("marks lie on the body where they lay on the stream", "[http]") {
  const std::string heads[] = {"POST / HTTP/1.1\r\nContent-Length: 6\r\n\r\n",
                               "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"};
  const std::string bodies[] = {"abcdef", "2\r\nab\r\n4\r\ncdef\r\n0\r\n\r\n"};
  const std::size_t first_at[] = {2, 5};
  const std::size_t second_at[] = {6, 14};
  for (int kind = 0; kind < 2; ++kind) {
    const std::string bytes = heads[kind] + bodies[kind];
    const std::vector<PlacedMark> marks{
        {static_cast<std::uint32_t>(heads[kind].size() + first_at[kind]), {{1}, {}, What::post}},
        {static_cast<std::uint32_t>(heads[kind].size() + second_at[kind]), {{2}, {}, What::post}}};
    for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
      RequestParser parser{{}};
      std::vector<PlacedMark> before, after;
      for (PlacedMark m : marks) {
        if (m.end <= cut) {
          before.push_back(m);
        } else {
          m.end -= static_cast<std::uint32_t>(cut);
          after.push_back(m);
        }
      }
      parser.receive(ByteView(bytes).substr(0, cut), before);
      std::vector<Request> requests = read_all(parser);
      if (requests.empty()) {
        CHECK(parser.waiting().size() == before.size());
        parser.receive(ByteView(bytes).substr(cut), after);
        requests = read_all(parser);
      }
      REQUIRE(requests.size() == 1);
      CHECK(requests[0].body.bytes == "abcdef");
      REQUIRE(requests[0].body.marks.size() == 2);
      CHECK(requests[0].body.marks[0].end == 2);
      CHECK(requests[0].body.marks[1].end == 6);
      CHECK(parser.waiting().empty());
    }
  }
}

TEST_CASE("a body above the limit is skipped, and the next request is read", "[http]") {
  RequestParser parser{{.body_bytes_max = 4}};
  const std::string bytes = "POST /a HTTP/1.1\r\nContent-Length: 5\r\n\r\nhelloGET /b HTTP/1.1\r\n\r\n";
  const std::vector<PlacedMark> marks{{static_cast<std::uint32_t>(bytes.find("GET")), {{1}, {}, What::post}}};
  parser.receive(bytes, marks);
  CHECK(parser.next() == Step::head);
  CHECK(parser.next() == Step::request);
  CHECK(parser.body_too_large());
  const Request request = parser.take();
  CHECK(request.body.bytes.empty());
  CHECK(request.body.marks.size() == 1);
  CHECK(parser.next() == Step::head);
  CHECK_FALSE(parser.body_too_large());
  CHECK(parser.head().target == "/b");
}

TEST_CASE("a chunked body above the limit ends the reading", "[http]") {
  RequestParser parser{{.body_bytes_max = 4}};
  parser.receive("POST /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
  CHECK(parser.next() == Step::head);
  CHECK(parser.next() == Step::bad);
  CHECK(parser.error_status() == 413);
}

TEST_CASE("a head above the limit is a 431, nonsense a 400", "[http]") {
  const auto status = [](const std::string& bytes) {
    RequestParser parser{{.head_bytes_max = 100}};
    parser.receive(bytes);
    CHECK(parser.next() == Step::bad);
    CHECK(parser.next() == Step::bad);
    return parser.error_status();
  };
  CHECK(status("GET / HTTP/1.1\r\nA: " + std::string(200, 'x')) == 431);
  CHECK(status("GET / HTTP/1.1\r\nA: " + std::string(200, 'x') + "\r\n\r\n") == 431);
  CHECK(status("GET / HTTP/1.1\r\n" + std::string(100, 'x') + ": 1\r\n\r\n") == 431);
  CHECK(status("nonsense\r\n\r\n") == 400);
  CHECK(status("GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n") == 400);
  CHECK(status(std::string("\0\0\0\0", 4)) == 400);
}

TEST_CASE("a Connection in curly quotes is a field like any other, and asks for nothing", "[http]") {
  const std::string curly = "\xe2\x80\x9cupgrade\xe2\x80\x9d";
  const std::string bytes =
      "GET /a HTTP/1.1\r\nHost: x\r\nconnection: " + curly +
      "\r\nUpgrade: websocket\r\nContent-Length: 3\r\n\r\nabcGET /b HTTP/1.1\r\nHost: x\r\n\r\n";
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    INFO("cut at " << cut);
    RequestParser parser{{}};
    parser.receive(ByteView(bytes).substr(0, cut));
    std::vector<Request> requests = read_all(parser);
    parser.receive(ByteView(bytes).substr(cut));
    for (Request& request : read_all(parser)) requests.push_back(std::move(request));
    REQUIRE(requests.size() == 2);
    CHECK(requests[0].head.fields.find("Connection") == curly);
    CHECK(requests[0].body.bytes == "abc");
    CHECK(requests[1].head.target == "/b");
    CHECK_FALSE(requests[1].head.fields.find("Connection").has_value());
    CHECK_FALSE(parser.wants_upgrade());
    CHECK(parser.keep_alive());
  }
  RequestParser endless{{.head_bytes_max = 100}};
  endless.receive("GET / HTTP/1.1\r\nConnection: " + curly + "\r\nA: " + std::string(200, 'b'));
  CHECK(endless.next() == Step::bad);
  CHECK(endless.error_status() == 431);
  RequestParser wrong{{}};
  wrong.receive("GET / HTTP/1.1\r\nConnection: " + curly + "\r\nA: \x01\r\n\r\n");
  CHECK(wrong.next() == Step::bad);
  CHECK(wrong.error_status() == 400);
}

TEST_CASE("what follows an upgrade is not HTTP", "[http]") {
  RequestParser parser{{}};
  parser.receive(
      "GET /a HTTP/1.1\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n\r\n\x81\x80xxxx");
  CHECK(parser.next() == Step::head);
  CHECK(parser.wants_upgrade());
  CHECK(parser.next() == Step::request);
  parser.take();
  CHECK(parser.take_rest().bytes == "\x81\x80xxxx");
}

TEST_CASE("keep-alive follows version and field", "[http]") {
  const auto keeps = [](const std::string& bytes) {
    RequestParser parser{{}};
    parser.receive(bytes);
    CHECK(parser.next() == Step::head);
    return parser.keep_alive();
  };
  CHECK(keeps("GET / HTTP/1.1\r\n\r\n"));
  CHECK_FALSE(keeps("GET / HTTP/1.1\r\nConnection: close\r\n\r\n"));
  CHECK_FALSE(keeps("GET / HTTP/1.0\r\n\r\n"));
  CHECK(keeps("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"));
  CHECK(keeps("GET / HTTP/1.1\r\nConnection: upgrade\r\n\r\n"));
}

TEST_CASE("the parser says when too much waits behind a request", "[http]") {
  RequestParser parser{{.body_bytes_max = 0, .waiting_bytes_max = 100}};
  parser.receive("GET / HTTP/1.1\r\n\r\n");
  while (parser.next() != Step::request) {
  }
  parser.receive(std::string(100, 'x'));
  CHECK_FALSE(parser.too_much_waiting());
  parser.receive("x");
  CHECK(parser.too_much_waiting());
}
