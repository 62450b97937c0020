// Heads, answers and error pages against what a real nginx forwarded and said, byte for byte.
#include <catch2/catch.hpp>

#include "tests/core/proxy/house.h"
#include "tests/core/proxy/json_data.h"

using namespace roundhouse;
using namespace roundhouse::proxy;
using namespace roundhouse::test;

namespace {

std::string without_date(std::string text) {
  for (std::size_t at = text.find("\r\nDate: "); at != std::string::npos;
       at = text.find("\r\nDate: ", at + 8)) {
    text.replace(at + 8, text.find("\r\n", at + 8) - at - 8, "<date>");
  }
  return text;
}

/// `<9000 x c>` in the data stands for so many characters.
std::string unfolded(std::string text) {
  const std::size_t open = text.find("<9000 x ");
  if (open != std::string::npos) text.replace(open, 10, std::string(9000, text[open + 8]));
  return text;
}

std::vector<std::string> head_lines(const std::string& bytes) {
  std::vector<std::string> lines;
  std::size_t from = 0;
  for (std::size_t end = bytes.find("\r\n"); end != from; end = bytes.find("\r\n", from)) {
    lines.push_back(bytes.substr(from, end - from));
    from = end + 2;
  }
  return lines;
}

std::vector<std::string> strings(const boost::json::value& array) {
  std::vector<std::string> lines;
  for (const auto& line : array.as_array()) lines.push_back(test::text_of(line));
  return lines;
}

}  // namespace

TEST_CASE("all recorded requests are forwarded and answered as nginx did", "[proxy][oracle]") {
  const auto data = test::nginx_data("upgrade.json");
  for (const auto& exchange : data.at("exchanges").as_array()) {
    const std::string config = test::text_of(exchange.at("config"));
    const std::string request_name = test::text_of(exchange.at("request"));
    INFO(config << " " << request_name);
    std::string server_lines;
    if (const auto* lines = data.at("server_lines").as_object().if_contains(config))
      server_lines = test::lines_of(*lines);
    const std::string path = config.starts_with("k_") ? "/socket.io/" : "/";
    House house("events {} http {\n" + test::text_of(data.at("map")) + "\n" +
                test::lines_of(data.at("upstream")) + "server { listen 80;\n" + server_lines + "location " +
                path + " {\n" + test::lines_of(data.at("configs").at(config)) + "} } }");
    std::string request = test::lines_of(data.at("requests").at(request_name), "\r\n");
    request.resize(request.size() - 2);
    const ConnectionId client = house.client("", "127.0.0.1");
    for (const char byte : request) house.host.data(client, ByteView(&byte, 1));

    std::string interim;
    if (exchange.as_object().contains("interim")) interim = "HTTP/1.1 100 Continue\r\n\r\n";
    const ConnectionId server = house.opened_upstream();
    const std::string forwarded = house.sent(server);
    CHECK(head_lines(forwarded) == strings(exchange.at("forwarded")));
    if (const auto* body = exchange.as_object().if_contains("forwarded_body")) {
      CHECK(forwarded.substr(forwarded.find("\r\n\r\n") + 4) == test::text_of(*body));
    }
    const bool has_status = exchange.at("status").is_int64();
    const std::int64_t status = has_status ? exchange.at("status").as_int64() : 101;
    std::string answer =
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: "
        "Upgrade\r\nSec-WebSocket-Accept: "
        "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nX-Powered-By: app\r\n\r\n";
    if (status != 101) {
      // What the backend of the recording sent, from what came through: its own Server and Date, and its connection ends.
      const auto lines = strings(exchange.at("response"));
      answer = lines[0] + "\r\nServer: backend\r\nDate: yesterday\r\nConnection: close\r\n";
      for (std::size_t i = 3; i < lines.size(); ++i) {
        if (!lines[i].starts_with("Connection:")) answer += lines[i] + "\r\n";
      }
      answer += "\r\n" + test::text_of(exchange.at("body"));
    }
    for (const char byte : answer) {
      if (!house.closed(server)) house.host.data(server, ByteView(&byte, 1));
    }
    std::string got = without_date(house.sent(client));
    CHECK(got.starts_with(interim));
    got.erase(0, interim.size());
    if (!has_status) {
      CHECK(got.empty());  // nobody asked for this 101: nginx keeps its head back
      continue;
    }
    CHECK(head_lines(got) == strings(exchange.at("response")));
    if (status != 101) CHECK(got.substr(got.find("\r\n\r\n") + 4) == test::text_of(exchange.at("body")));
    if (exchange.at("tunnel").as_bool()) {
      house.host.data(client, "ping");
      house.host.data(server, "pong");
      CHECK(house.sent(server).ends_with("ping"));
      CHECK(house.sent(client).ends_with("pong"));
    }
  }
}

TEST_CASE("nginx's own answers come out byte for byte", "[proxy][oracle]") {
  const auto data = test::nginx_data("errors.json");
  for (const auto& exchange : data.at("exchanges").as_array()) {
    INFO(test::text_of(exchange.at("name")));
    House house("events {} http {\n" + test::lines_of(data.at("config")) + "}");
    const std::string request = unfolded(test::text_of(exchange.at("request")));
    const ConnectionId client = house.client(request, "127.0.0.1");
    while (house.sent(client).empty() && !house.closed(client)) {
      bool refused = false;
      for (std::size_t i = 0; i < house.host.wires().size(); ++i) {
        const FakeHost::Wire wire = house.host.wires()[i];
        if (!wire.outgoing || wire.dead || wire.to.port == 28747) continue;
        house.host.gone(wire.id, CloseReason::refused);
        refused = true;
      }
      if (refused) continue;
      const ConnectionId slow = house.upstream();
      if (house.sent(slow).empty()) house.host.open(slow);
      house.host.run_until(house.host.next_timer());
    }
    CHECK(without_date(house.sent(client)) == test::text_of(exchange.at("response")));
    CHECK(house.closed(client) == (test::text_of(exchange.at("connection_after")) == "closed"));
    CHECK(house.of(RecordKind::answer).back().code == exchange.at("status").as_int64());
  }
}
