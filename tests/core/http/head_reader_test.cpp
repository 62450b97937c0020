// nginx's head grammar, both ways. What is taken and refused here was asked of a real nginx (tests/oracles/nginx/errors.json).
#include "core/http/head_reader.h"

#include <catch2/catch.hpp>

using namespace roundhouse;
using namespace roundhouse::http;

namespace {

using RequestState = RequestHeadReader::State;
using ResponseState = ResponseHeadReader::State;

RequestHeadReader read_request(std::string_view bytes, std::size_t step) {
  RequestHeadReader reader;
  for (std::size_t i = step; i < bytes.size(); i += step) {
    if (reader.read(bytes.substr(0, i)) != RequestState::more) return reader;
  }
  reader.read(bytes);
  return reader;
}

}  // namespace

TEST_CASE("a request head reads the same whole and byte by byte", "[http]") {
  const std::string_view text =
      "\r\n\nGET /a?b=c HTTP/1.1\r\nHost: a\nX-A:  “b” c  \r\nNoColon\r\nX_Under: gone\r\n\r\nrest";
  for (const std::size_t step : {std::size_t{1}, std::size_t{2}, std::size_t{7}, text.size()}) {
    auto reader = read_request(text, step);
    REQUIRE(reader.fault() == HeadFault::none);
    CHECK(text.substr(reader.size()) == "rest");
    CHECK(reader.head().method == "GET");
    CHECK(reader.head().target == "/a?b=c");
    CHECK(reader.head().minor_version == 1);
    CHECK(reader.head().fields.all() == std::vector<Field>{{"Host", "a"}, {"X-A", "“b” c"}, {"NoColon", ""}});
  }
}

TEST_CASE("a head that nginx refuses is a fault with its status", "[http]") {
  const auto fault = [](std::string_view text) { return read_request(text, text.size()).fault(); };
  CHECK(fault("hello there\r\n\r\n") == HeadFault::bad_request);
  CHECK(fault("get / HTTP/1.1\r\n\r\n") == HeadFault::bad_request);
  CHECK(fault("GET / HTTP/2.0\r\n\r\n") == HeadFault::version_not_supported);
  CHECK(fault("GET / HTTP/0.9\r\n\r\n") == HeadFault::bad_request);
  CHECK(fault("GET / x HTTP/1.1\r\n\r\n") == HeadFault::bad_request);
  CHECK(fault("GET /a\tb HTTP/1.1\r\n\r\n") == HeadFault::bad_request);
  CHECK(fault("GET a HTTP/1.1\r\n\r\n") == HeadFault::bad_request);
  CHECK(fault("POST /\r\n") == HeadFault::bad_request);
  CHECK(fault("GET / HTTP/2\r\n") == HeadFault::version_not_supported);
  CHECK(fault("GET http://a_b/ HTTP/1.1\r\n") == HeadFault::bad_request);
  CHECK(fault("GET / HTTP/1.1\r\nBad Name: x\r\n\r\n") == HeadFault::bad_request);
  CHECK(fault("GET / HTTP/1.1\r\nA: x\ry\r\n\r\n") == HeadFault::bad_request);
  CHECK(fault(std::string_view("GET / HTTP/1.1\r\nA: x\0y\r\n\r\n", 27)) == HeadFault::bad_request);
  CHECK(fault("GET / HTTP/1.1\r\n: x\r\n\r\n") == HeadFault::bad_request);
  CHECK(fault("GET http://host/x HTTP/1.1\r\n\r\n") == HeadFault::none);
}

TEST_CASE("a line over 8 KB and a head over its buffers are refused", "[http]") {
  const auto fault = [](const std::string& text) { return read_request(text, 1000).fault(); };
  CHECK(fault("GET /" + std::string(9000, 'u') + " HTTP/1.1\r\n\r\n") == HeadFault::uri_too_large);
  CHECK(fault("GET /" + std::string(9000, 'u')) == HeadFault::uri_too_large);
  CHECK(fault("GET / HTTP/1.1\r\nA: " + std::string(9000, 'x') + "\r\n\r\n") == HeadFault::header_too_large);
  std::string many = "GET / HTTP/1.1\r\n";
  for (int i = 0; i < 5; ++i) many += "A: " + std::string(7000, 'x') + "\r\n";
  CHECK(fault(many + "\r\n") == HeadFault::header_too_large);
}

TEST_CASE("a request line without a version is a whole head", "[http]") {
  auto reader = read_request("GET /a\r\nrest", 1);
  CHECK(reader.fault() == HeadFault::none);
  CHECK(reader.size() == 8);
  CHECK(reader.head().simple);
  CHECK(reader.head().target == "/a");
}

TEST_CASE("a head has 1000 lines at most, and as many buffers as nginx", "[http]") {
  const auto fault = [](std::size_t line_bytes, int count) {
    std::string text = "GET / HTTP/1.1\r\nHost: h\r\n";
    for (int i = 0; i < count; ++i) text += "X: " + std::string(line_bytes - 5, 'a') + "\r\n";
    return read_request(text + "\r\n", 997).fault();
  };
  // Measured with Debian's nginx 1.22.1: the longest heads of such lines.
  for (const auto& [line_bytes, most] :
       {std::pair<std::size_t, int>{10, 999}, {50, 671}, {100, 333}, {500, 65}, {1000, 32}, {3000, 8}}) {
    INFO(line_bytes);
    CHECK(fault(line_bytes, most) == HeadFault::none);
    CHECK(fault(line_bytes, most + 1) == HeadFault::header_too_large);
  }
}

TEST_CASE("what cannot become a head is refused before its line ends", "[http]") {
  const auto fault = [](std::string_view text) { return read_request(text, 1).fault(); };
  CHECK(fault("\x16\x03") == HeadFault::bad_request);
  CHECK(fault("GET / HTTP/1.1\rH") == HeadFault::bad_request);
  CHECK(fault("GET / HTTP/1.1\r\nX y") == HeadFault::bad_request);
  CHECK(fault(std::string_view("GET / HTTP/1.1\r\nX: \0", 20)) == HeadFault::bad_request);
  CHECK(fault("GET / HTTP/1.1\r") == HeadFault::none);
}

TEST_CASE("a response head may lack its reason, and may be no head at all", "[http]") {
  const auto read = [](std::string_view text) {
    ResponseHeadReader reader(4096);
    return std::pair(reader.read(text), reader.head());
  };
  CHECK(read("HTTP/1.1 200\r\n\r\n").first == ResponseState::done);
  CHECK(read("HTTP/1.1 200\r\n\r\n").second.reason.empty());
  CHECK(read("HTTP/1.1 404 Not Found\nA_b: c\n\n").second.fields.find("A_b") == "c");
  CHECK(read("HTTP/1.0 200 OK\r\n\r\n").second.minor_version == 0);
  CHECK(read("HTTP/1.1 2000 OK\r\n\r\n").first == ResponseState::no_status_line);
  CHECK(read("garbage").first == ResponseState::no_status_line);
  CHECK(read("HTT").first == ResponseState::more);
  CHECK(read("HTTX").first == ResponseState::no_status_line);
  CHECK(read("HTTP/1.1 200 OK\r\nbad name: x\r\n\r\n").first == ResponseState::bad);
  CHECK(read("HTTP/1.1 200 OK\r\nA: " + std::string(5000, 'x') + "\r\n\r\n").first == ResponseState::bad);
}

TEST_CASE("a response head reads the same however it is cut", "[http]") {
  const std::string_view text = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n\x81\x01x";
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    ResponseHeadReader reader(4096);
    if (reader.read(text.substr(0, cut)) == ResponseState::more)
      REQUIRE(reader.read(text) == ResponseState::done);
    CHECK(text.substr(reader.size()) == "\x81\x01x");
    CHECK(reader.status_text() == "101 Switching Protocols");
    CHECK(reader.head().fields.all().size() == 1);
  }
}
