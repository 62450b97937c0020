// Whole responses as a client reads them.
#include "core/http/response_reader.h"

#include <catch2/catch.hpp>

using namespace roundhouse;
using namespace roundhouse::http;

namespace {

Mark numbered(std::uint64_t id) {
  Mark mark;
  mark.message.value = id;
  return mark;
}

struct Seen {
  std::vector<Response> responses;
  std::string error;
};

Seen read_all(ResponseReader& reader, std::string_view bytes, std::size_t step, bool ends = false) {
  Seen seen;
  const auto drain = [&] {
    while (auto next = reader.next()) {
      if (!*next) {
        seen.error = next->error().what();
        return;
      }
      seen.responses.push_back(std::move(**next));
    }
  };
  for (std::size_t i = 0; i < bytes.size(); i += step) {
    reader.receive(bytes.substr(i, step));
    drain();
  }
  if (ends) {
    reader.end_of_stream();
    drain();
  }
  return seen;
}

}  // namespace

TEST_CASE("responses read the same whole and split everywhere", "[http]") {
  const std::string_view text =
      "HTTP/1.1 100 Continue\r\n\r\n"
      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
      "HTTP/1.1 204 No Content\r\nContent-Length: 9\r\n\r\n"
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
      "HTTP/1.1 400 Bad Request\r\n\r\nto the end";
  for (std::size_t step = 1; step <= text.size(); ++step) {
    ResponseReader reader;
    const Seen seen = read_all(reader, text, step, true);
    CHECK(seen.error.empty());
    REQUIRE(seen.responses.size() == 4);
    CHECK(seen.responses[0].body.bytes == "ok");
    CHECK(seen.responses[1].body.bytes.empty());
    CHECK(seen.responses[2].body.bytes == "abc");
    CHECK(seen.responses[3].head.status == 400);
    CHECK(seen.responses[3].body.bytes == "to the end");
  }
}

TEST_CASE("after a 101 the following bytes and marks belong to the next protocol", "[http]") {
  ResponseReader reader;
  const std::string_view head = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n";
  const std::string all = std::string(head) + "frame";
  const PlacedMark mark{static_cast<std::uint32_t>(all.size()), numbered(3)};
  reader.receive(all, Marks(&mark, 1));
  const auto response = reader.next();
  REQUIRE(response);
  CHECK((*response)->head.status == 101);
  CHECK(reader.switched());
  CHECK_FALSE(reader.next());
  const MarkedBytes rest = reader.take_rest();
  CHECK(rest.bytes == "frame");
  REQUIRE(rest.marks.size() == 1);
  CHECK(rest.marks[0].end == 5);
}

TEST_CASE("marks lie on the body where they lay on the wire, chunked or not", "[http]") {
  const std::string chunked =
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n";
  const auto at = [&](std::string_view text) {
    return static_cast<std::uint32_t>(chunked.find(text) + text.size());
  };
  const std::vector<PlacedMark> marks = {
      {at("\r\n3\r\nab"), numbered(1)}, {at("abc"), numbered(2)}, {at("de"), numbered(3)}};
  for (std::size_t cut = 0; cut <= chunked.size(); ++cut) {
    ResponseReader reader;
    std::vector<PlacedMark> first;
    std::vector<PlacedMark> second;
    for (const PlacedMark& m : marks) {
      if (m.end <= cut) first.push_back(m);
      if (m.end > cut) second.push_back({m.end - static_cast<std::uint32_t>(cut), m.mark});
    }
    reader.receive(std::string_view(chunked).substr(0, cut), first);
    auto response = reader.next();
    if (!response) {
      reader.receive(std::string_view(chunked).substr(cut), second);
      response = reader.next();
    }
    REQUIRE(response);
    const MarkedBytes& body = (*response)->body;
    CHECK(body.bytes == "abcdefg");
    REQUIRE(body.marks.size() == 3);
    CHECK(body.marks[0].end == 2);
    CHECK(body.marks[1].end == 3);
    CHECK(body.marks[2].end == 5);
  }
}

TEST_CASE("what is no response, or is cut short, or too large is an error", "[http]") {
  const auto error = [](const std::string& text, bool ends = false) {
    ResponseReader reader;
    return read_all(reader, text, text.size(), ends).error;
  };
  CHECK(error("SSH-2.0-x\r\n") == "not an HTTP response");
  CHECK(error("HTTP/1.1 200 OK\r\nA B: c\r\n\r\n") == "a malformed or too long response head");
  CHECK(error("HTTP/1.1 200 OK\r\nA: " + std::string(response_head_bytes_max, 'x')) ==
        "a malformed or too long response head");
  CHECK(error("HTTP/1.1 200 OK\r\nContent-Le", true) == "the stream ended inside a response's head");
  CHECK(error("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab", true) ==
        "the stream ended inside a response's body");
  CHECK(error("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n") == "a malformed chunk");
  CHECK(error("HTTP/1.1 200 OK\r\n\r\n" + std::string(response_body_bytes_max + 1, 'x')) ==
        "a response body over 16 MB");
  CHECK(error("", true).empty());
}

TEST_CASE("the answer to HEAD has no body whatever its length says", "[http]") {
  ResponseReader reader;
  reader.answers_head();
  const Seen seen = read_all(
      reader, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx", 3);
  REQUIRE(seen.responses.size() == 2);
  CHECK(seen.responses[0].body.bytes.empty());
  CHECK(seen.responses[1].body.bytes == "x");
}
