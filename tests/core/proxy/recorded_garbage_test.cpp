// Bytes that no honest client sends, against what a real nginx made of them: status, own page, and whether the connection ends.
// tests/peers/garbage_test.py sends the same to the nginx of this machine, and records.
#include <catch2/catch.hpp>

#include "tests/core/proxy/house.h"
#include "tests/core/proxy/json_data.h"

using namespace roundhouse;
using namespace roundhouse::test;

namespace {

/// A text stands for itself, [TEXT, N] for N of it; a character is a byte, which the file has as UTF-8.
std::string bytes_of(const boost::json::value& parts) {
  const auto latin = [](std::string_view utf8) {
    std::string bytes;
    for (std::size_t i = 0; i < utf8.size(); ++i) {
      const auto lead = static_cast<unsigned char>(utf8[i]);
      if (lead < 0x80) {
        bytes += utf8[i];
      } else {
        bytes += static_cast<char>((lead & 3) << 6 | (static_cast<unsigned char>(utf8[++i]) & 0x3f));
      }
    }
    return bytes;
  };
  std::string bytes;
  for (const auto& part : parts.as_array()) {
    const bool folded = part.is_array();
    const std::string text = latin(test::text_of(folded ? part.at(0) : part));
    for (std::int64_t n = folded ? part.at(1).as_int64() : 1; n > 0; --n) bytes += text;
  }
  return bytes;
}

/// Answers as the recording has them: of each with a head its status and body.
std::string summary(const std::string& got) {
  std::string said;
  std::string_view rest = got;
  while (!rest.empty()) {
    const std::size_t end = rest.find("\r\n\r\n");
    if (!rest.starts_with("HTTP/") || end == rest.npos) return said + "bytes " + std::string(rest);
    const std::string_view head = rest.substr(0, end);
    const std::size_t length_at = head.find("\r\nContent-Length: ");
    const std::size_t length =
        length_at == head.npos ? 0 : std::stoul(std::string(head.substr(length_at + 18, 12)));
    said += std::string(head.substr(9, 3)) + " " + std::string(rest.substr(end + 4, length)) + "\n";
    rest.remove_prefix(std::min(rest.size(), end + 4 + length));
  }
  return said;
}

std::string recorded_summary(const boost::json::value& exchange) {
  std::string said;
  for (const auto& answer : exchange.at("answers").as_array()) {
    if (const auto* bytes = answer.as_object().if_contains("bytes"))
      return said + "bytes " + test::text_of(*bytes);
    said += std::to_string(answer.at("status").as_int64()) + " " + test::text_of(answer.at("body")) + "\n";
  }
  return said;
}

/// The server of the recording: 101 to an upgrade, else `back`. Each request reaches it over a connection of its own.
void serve_all(House& house, std::size_t& served) {
  for (; served < house.host.wires().size(); ++served) {
    if (!house.host.wires()[served].outgoing || house.host.wires()[served].dead) continue;
    const ConnectionId server = house.host.wires()[served].id;
    house.host.open(server);
    const bool upgrade = house.sent(server).find("\r\nUpgrade: ") != std::string::npos;
    house.host.data(server, upgrade ? switched : "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nback");
  }
}

/// What the client got, and whether its connection ended, with the bytes in pieces of that size.
std::pair<std::string, std::string> answer_to(const std::string& config, const std::string& bytes,
                                              std::size_t piece) {
  House house(config);
  const ConnectionId client = house.client();
  std::size_t served = 0;
  for (std::size_t at = 0; at < bytes.size() && !house.host.wire(client).dead; at += piece) {
    house.host.data(client, ByteView(bytes).substr(at, piece));
    serve_all(house, served);
  }
  return {summary(house.sent(client)), house.closed(client) ? "closed" : "open"};
}

}  // namespace

TEST_CASE("what is no honest request is answered as nginx did, in whatever pieces it comes",
          "[proxy][oracle]") {
  const auto data = test::nginx_data("garbage.json");
  const std::string config = "events {} http {\n" + test::lines_of(data.at("config")) + "}\n";
  std::size_t rows = 0;
  for (const auto& exchange : data.at("exchanges").as_array()) {
    const std::string bytes = bytes_of(exchange.at("send"));
    const std::pair expected(recorded_summary(exchange), test::text_of(exchange.at("connection")));
    for (const std::size_t piece : {std::size_t{1} << 20, std::size_t{1}, std::size_t{7}}) {
      INFO(test::text_of(exchange.at("name")) << " in pieces of " << piece << ": " << bytes.substr(0, 200));
      const auto got = answer_to(config, bytes, piece);
      if (got != expected) {
        CHECK(got.first == expected.first);
        CHECK(got.second == expected.second);
      }
      ++rows;
    }
  }
  CHECK(rows >= 3 * 280);
}

TEST_CASE(
    "what a client may leave waiting in the proxy is bounded by one head, one body and what is pipelined",
    "[proxy]") {
  House house(text_with(plain));
  const ConnectionId client = house.client();
  const std::string line = "X: " + std::string(2000, 'a') + "\r\n";
  std::size_t sent = 0;
  house.host.data(client, "GET / HTTP/1.1\r\nHost: h\r\n");
  while (!house.closed(client) && sent < 10 * http::request_head_bytes_max) {
    house.host.data(client, line);
    sent += line.size();
  }
  CHECK(house.closed(client));
  CHECK(sent <= http::request_head_bytes_max + line.size());
  CHECK(house.host.live_slots() == 0);
  CHECK(house.sent(client).find("400 Request Header Or Cookie Too Large") != std::string::npos);
}
