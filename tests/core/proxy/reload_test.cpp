// A proxy that is given another configuration: what is under way, what begins anew, and what is refused.
#include <catch2/catch.hpp>

#include "tests/core/proxy/house.h"

using namespace roundhouse;
using namespace roundhouse::proxy;
using namespace roundhouse::test;
using Catch::Matchers::Contains;

namespace {

constexpr const char* answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

std::shared_ptr<const Config> config_of(const std::string& text) {
  auto read = read_config(text);
  if (!read) throw std::runtime_error(read.error().text());
  return std::make_shared<const Config>(std::move(*read));
}

/// A configuration whose upstream has these servers, by their ports.
std::string with_servers(const std::vector<int>& ports, const std::string& more = "") {
  std::string upstream = more;
  for (const int port : ports) upstream += " server 127.0.0.1:" + std::to_string(port) + ";";
  return text_with(plain, upstream);
}

/// The port that the proxy dialled last.
int dialled(House& house) {
  return house.host.wire(house.upstream()).to.port;
}

/// Which server a new client's request goes to; it is answered.
int served_by(House& house) {
  house.client(get);
  const ConnectionId server = house.opened_upstream();
  house.host.data(server, answer);
  return house.host.wire(server).to.port;
}

std::string listening_on(const std::vector<int>& ports) {
  std::string listens;
  for (const int port : ports) listens += "listen " + std::to_string(port) + "; ";
  return "events {} http { server { " + listens + "return 200 here; } }";
}

}  // namespace

TEST_CASE("a request in flight across a reload ends under the configuration that it began with", "[proxy]") {
  House house(with_servers({9001, 9002}));
  const ConnectionId client = house.client(get);
  const ConnectionId first = house.opened_upstream();
  CHECK(dialled(house) == 9001);

  house.proxy->reload(config_of(with_servers({9003})));
  house.host.gone(first, CloseReason::reset);
  CHECK(dialled(house) == 9002);  // the next one of the old list, which the new one does not know
  house.host.data(house.opened_upstream(), answer);
  CHECK(house.sent(client).ends_with("\r\n\r\nok"));

  house.host.data(client, get);  // the same connection, another request
  CHECK(dialled(house) == 9003);
}

TEST_CASE("a request whose body is still coming begins under the new configuration", "[proxy]") {
  House house(with_servers({9001}));
  const ConnectionId client = house.client("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nab");
  house.proxy->reload(config_of(with_servers({9003})));
  house.host.data(client, "cd");
  CHECK(dialled(house) == 9003);
  CHECK(house.sent(house.opened_upstream()).ends_with("\r\n\r\nabcd"));
}

TEST_CASE("a tunnel stays through a reload, with the timeout that it began with", "[proxy]") {
  House house(text_with(std::string(with_upgrade) + "proxy_read_timeout 10s;"));
  const auto [client, server] = house.tunnel();
  house.proxy->reload(config_of(text_with(std::string(with_upgrade) + "proxy_read_timeout 1s;")));
  house.host.run_until({5'000'000'000});
  house.host.data(client, "ping");
  house.host.data(server, "pong");
  CHECK(house.sent(server) == "ping");
  CHECK(house.sent(client) == "pong");
  house.host.run_until({14'999'999'999});
  CHECK_FALSE(house.closed(client));
  house.host.run_until({15'000'000'000});
  CHECK(house.closed(client));
  CHECK(house.closed(server));
  CHECK(house.host.live_slots() == 0);
}

TEST_CASE("a reload begins with fresh books: a server that had failed is asked again", "[proxy]") {
  House house(with_servers({9001, 9002}));
  house.client(get);
  house.host.gone(house.upstream(), CloseReason::refused);
  CHECK(dialled(house) == 9002);
  house.host.data(house.opened_upstream(), answer);
  CHECK(served_by(house) == 9002);  // 9001 is passed over for its fail_timeout
  CHECK(served_by(house) == 9002);

  house.proxy->reload(config_of(with_servers({9001, 9002})));
  CHECK(served_by(house) == 9001);
}

TEST_CASE("a failure of before is not booked on the servers of after", "[proxy]") {
  House house(with_servers({9001, 9002}));
  house.client(get);
  const ConnectionId early = house.opened_upstream();
  house.proxy->reload(config_of(with_servers({9001, 9002})));
  house.host.gone(early, CloseReason::reset);
  CHECK(dialled(house) == 9002);
  house.host.data(house.opened_upstream(), answer);
  CHECK(served_by(house) == 9001);
  CHECK(served_by(house) == 9002);
  CHECK(served_by(house) == 9001);
}

TEST_CASE("draws after a reload are not those of before", "[proxy]") {
  std::vector<int> ports;
  for (int port = 9001; port <= 9009; ++port) ports.push_back(port);
  const std::string text = with_servers(ports, "random;");
  House house(text);
  const auto twenty = [&] {
    std::vector<int> served;
    for (int i = 0; i < 20; ++i) served.push_back(served_by(house));
    return served;
  };
  const std::vector<int> before = twenty();
  house.proxy->reload(config_of(text));
  const std::vector<int> after = twenty();
  CHECK(before != after);
  House again(text);
  again.proxy->reload(config_of(text));
  std::vector<int> same;
  for (int i = 0; i < 20; ++i) same.push_back(served_by(again));
  CHECK(same == after);  // and they are the same in each run
}

TEST_CASE("a reload writes down each upstream's policy, and what it was", "[proxy]") {
  House house(text_with(plain));
  house.proxy->reload(config_of(text_with(plain, "ip_hash; server 127.0.0.1:9001;")));
  house.proxy->reload(config_of(
      text_with("proxy_pass http://127.0.0.1:9000;", "sticky cookie home; server 127.0.0.1:9001;")));
  std::vector<std::string> written;
  for (const Record& record : house.of(RecordKind::config)) {
    written.push_back(house.said(record.subject) + ": " + house.said(record.text) + ", was " +
                      house.said(TextId{static_cast<std::uint32_t>(record.value)}));
  }
  CHECK(written == std::vector<std::string>{"upstream app: round_robin, was ",
                                            "upstream app: ip_hash, was round_robin",
                                            "upstream app: sticky cookie home, was ip_hash",
                                            "upstream 127.0.0.1: round_robin, was "});
}

TEST_CASE("other listeners are refused, and the proxy goes on as it was", "[proxy]") {
  House house(listening_on({80, 81}));
  for (const std::vector<int>& ports : {std::vector{80}, {80, 82}, {80, 81, 82}, {81, 80}}) {
    CHECK_THROWS_AS(house.proxy->reload(config_of(listening_on(ports))), UsageError);
  }
  CHECK_THROWS_WITH(house.proxy->reload(config_of(listening_on({8080}))),
                    Contains("a reload keeps the listeners"));
  CHECK_THROWS_WITH(house.proxy->reload(nullptr), Contains("a proxy needs a configuration"));
  CHECK(house.host.listening == std::vector<Address>{{"*", 80}, {"*", 81}});
  CHECK(house.of(RecordKind::config).empty());
  CHECK(house.sent(house.client(get)).ends_with("\r\n\r\nhere"));
}

TEST_CASE("one life takes reloads_max configurations, and serves on with the last of them", "[proxy]") {
  House house(with_servers({9001}));
  const ConnectionId early = house.client(get);
  const ConnectionId early_server = house.opened_upstream();
  const auto other = config_of(with_servers({9002}));
  for (std::size_t i = 0; i < reloads_max; ++i) house.proxy->reload(other);
  CHECK_THROWS_WITH(house.proxy->reload(config_of(with_servers({9003}))),
                    Contains("takes at most 1000 configurations in one life; restart it"));
  CHECK(house.of(RecordKind::config).size() == 1 + reloads_max);
  CHECK(served_by(house) == 9002);
  house.host.data(early_server, answer);  // what began under the first still ends
  CHECK(house.sent(early).ends_with("\r\n\r\nok"));
}
