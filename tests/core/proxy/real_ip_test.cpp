// realip. Each row of the table is what nginx 1.22.1 answered (`return 200`, asked from 127.0.0.9); P stands for the connection's own port.
#include <catch2/catch.hpp>

#include "core/proxy/nginx_config/values.h"
#include "tests/core/proxy/house.h"

using namespace roundhouse;
using namespace roundhouse::test;

namespace {

const std::string show =
    "return 200 \"$remote_addr|$remote_port|$realip_remote_addr|$proxy_add_x_forwarded_for\";";

std::string servers() {
  const std::string networks = "set_real_ip_from 127.0.0.0/8; set_real_ip_from 10.0.0.0/8; ";
  const std::string list = "real_ip_header X-Forwarded-For; ";
  return "events {}\nhttp {\n"
         "server { listen 1; " +
         networks + list + show +
         " }\n"
         "server { listen 2; " +
         networks + list + "real_ip_recursive on; " + show +
         " }\n"
         "server { listen 3; set_real_ip_from 127.0.0.0/8; " +
         show +
         " }\n"
         "server { listen 4; location / { set_real_ip_from 127.0.0.0/8; " +
         show +
         " } }\n"
         "server { listen 5; set_real_ip_from 127.0.0.1; real_ip_header X-Client; " +
         show +
         " }\n"
         "server { listen 7; set_real_ip_from 127.0.0.0/8; real_ip_header x-forwarded-for; real_ip_recursive "
         "on; " +
         show +
         " }\n"
         "server { listen 8; set_real_ip_from 127.0.0.9; real_ip_header X-Client; " +
         show + " }\n}";
}

struct Row {
  std::uint16_t port;
  std::vector<std::string> fields;
  std::string answer;
};

const std::vector<Row> measured = {
    {1, {"X-Forwarded-For: 1.2.3.4"}, "1.2.3.4||127.0.0.9|1.2.3.4, 1.2.3.4"},
    {1, {"X-Forwarded-For: 1.2.3.4, 5.6.7.8"}, "5.6.7.8||127.0.0.9|1.2.3.4, 5.6.7.8, 5.6.7.8"},
    {1, {"X-Forwarded-For: 1.2.3.4, 10.0.0.1"}, "10.0.0.1||127.0.0.9|1.2.3.4, 10.0.0.1, 10.0.0.1"},
    {1,
     {"X-Forwarded-For: 1.2.3.4", "X-Forwarded-For: 5.6.7.8"},
     "5.6.7.8||127.0.0.9|1.2.3.4, 5.6.7.8, 5.6.7.8"},
    {2, {"X-Forwarded-For: 1.2.3.4, 10.0.0.1"}, "1.2.3.4||127.0.0.9|1.2.3.4, 10.0.0.1, 1.2.3.4"},
    {2,
     {"X-Forwarded-For: 9.9.9.9, 1.2.3.4, 10.0.0.1 , 10.0.0.2"},
     "1.2.3.4||127.0.0.9|9.9.9.9, 1.2.3.4, 10.0.0.1 , 10.0.0.2, 1.2.3.4"},
    {2,
     {"X-Forwarded-For: 1.2.3.4", "X-Forwarded-For: 10.0.0.1"},
     "1.2.3.4||127.0.0.9|1.2.3.4, 10.0.0.1, 1.2.3.4"},
    {2,
     {"X-Forwarded-For: 10.0.0.3,10.0.0.2", "X-Forwarded-For: 10.0.0.1"},
     "10.0.0.3||127.0.0.9|10.0.0.3,10.0.0.2, 10.0.0.1, 10.0.0.3"},
    {2,
     {"X-Forwarded-For: 9.9.9.9", "X-Forwarded-For: 1.2.3.4, 10.0.0.1"},
     "1.2.3.4||127.0.0.9|9.9.9.9, 1.2.3.4, 10.0.0.1, 1.2.3.4"},
    {2, {"X-Forwarded-For: bad, 10.0.0.1"}, "10.0.0.1||127.0.0.9|bad, 10.0.0.1, 10.0.0.1"},
    {2, {"X-Forwarded-For: bad"}, "127.0.0.9|P|127.0.0.9|bad, 127.0.0.9"},
    {2, {"X-Forwarded-For: bad", "X-Forwarded-For: 10.0.0.1"}, "10.0.0.1||127.0.0.9|bad, 10.0.0.1, 10.0.0.1"},
    {2, {"X-Forwarded-For: "}, "127.0.0.9|P|127.0.0.9|, 127.0.0.9"},
    {2, {"X-Forwarded-For: , ,"}, "127.0.0.9|P|127.0.0.9|, ,, 127.0.0.9"},
    {2,
     {"X-Forwarded-For: 1.2.3.4, ::ffff:10.0.0.9"},
     "1.2.3.4||127.0.0.9|1.2.3.4, ::ffff:10.0.0.9, 1.2.3.4"},
    {1, {"X-Forwarded-For: 1.2.3.4:5678"}, "1.2.3.4|5678|127.0.0.9|1.2.3.4:5678, 1.2.3.4"},
    {1,
     {"X-Forwarded-For: [2001:db8:0:0:1:0:0:1]:99"},
     "2001:db8::1:0:0:1|99|127.0.0.9|[2001:db8:0:0:1:0:0:1]:99, 2001:db8::1:0:0:1"},
    {1,
     {"X-Forwarded-For: 2001:DB8:0:0:0:0:0:1"},
     "2001:db8::1||127.0.0.9|2001:DB8:0:0:0:0:0:1, 2001:db8::1"},
    {1, {"X-Forwarded-For: ::ffff:1.2.3.4"}, "::ffff:1.2.3.4||127.0.0.9|::ffff:1.2.3.4, ::ffff:1.2.3.4"},
    {1, {"X-Forwarded-For: [::1]"}, "127.0.0.9|P|127.0.0.9|[::1], 127.0.0.9"},
    {1, {"X-Forwarded-For: ::1.2.3.4"}, "::1.2.3.4||127.0.0.9|::1.2.3.4, ::1.2.3.4"},
    {1, {"X-Forwarded-For: 1:0:0:2:0:0:0:3"}, "1:0:0:2::3||127.0.0.9|1:0:0:2:0:0:0:3, 1:0:0:2::3"},
    {1, {"X-Forwarded-For: 1:0:2:0:3:0:4:0"}, "1:0:2:0:3:0:4:0||127.0.0.9|1:0:2:0:3:0:4:0, 1:0:2:0:3:0:4:0"},
    {1, {"X-Forwarded-For: 1::"}, "1::||127.0.0.9|1::, 1::"},
    {1, {"X-Forwarded-For: ::"}, "::||127.0.0.9|::, ::"},
    {1, {"X-Forwarded-For: 1:2:3:4:5:6:0:0"}, "1:2:3:4:5:6::||127.0.0.9|1:2:3:4:5:6:0:0, 1:2:3:4:5:6::"},
    {1, {"X-Forwarded-For: 1.2.3.4:0"}, "127.0.0.9|P|127.0.0.9|1.2.3.4:0, 127.0.0.9"},
    {1, {"X-Forwarded-For: unix:"}, "127.0.0.9|P|127.0.0.9|unix:, 127.0.0.9"},
    {1, {}, "127.0.0.9|P|127.0.0.9|127.0.0.9"},
    {1, {"X-Real-IP: 1.2.3.4"}, "127.0.0.9|P|127.0.0.9|127.0.0.9"},
    {3, {"X-Real-IP: 1.2.3.4"}, "1.2.3.4||127.0.0.9|1.2.3.4"},
    {3, {"X-Real-IP: 1.2.3.4, 5.6.7.8"}, "5.6.7.8||127.0.0.9|5.6.7.8"},
    {3, {"X-Real-IP: 1.2.3.4", "X-Real-IP: 5.6.7.8"}, "1.2.3.4||127.0.0.9|1.2.3.4"},
    {3, {"x-real-ip: ::1"}, "::1||127.0.0.9|::1"},
    {4, {"X-Real-IP: 1.2.3.4"}, "127.0.0.9|P|127.0.0.9|127.0.0.9"},
    {5, {"X-Client: 1.2.3.4"}, "127.0.0.9|P|127.0.0.9|127.0.0.9"},
    {7,
     {"X-Forwarded-For: 1.2.3.4", "X-Forwarded-For: 5.6.7.8"},
     "1.2.3.4||127.0.0.9|1.2.3.4, 5.6.7.8, 1.2.3.4"},
    {7, {"X-Forwarded-For: 1.2.3.4, 127.0.0.5"}, "1.2.3.4||127.0.0.9|1.2.3.4, 127.0.0.5, 1.2.3.4"},
};

std::string answered(House& house, const Row& row) {
  const ConnectionId client = house.host.accept({"*", row.port}, "127.0.0.9", 40000);
  std::string request = "GET / HTTP/1.1\r\nHost: h\r\n";
  for (const std::string& field : row.fields) request += field + "\r\n";
  house.host.data(client, request + "\r\n");
  const std::string all = house.sent(client);
  return all.substr(all.find("\r\n\r\n") + 4);
}

}  // namespace

TEST_CASE("realip takes the word of trusted peers only, as measured", "[proxy][realip]") {
  House house(servers());
  for (const Row& row : measured) {
    std::string expected = row.answer;
    if (const std::size_t port = expected.find("|P|"); port != std::string::npos)
      expected.replace(port, 3, "|40000|");
    INFO(row.port << " " << (row.fields.empty() ? "" : row.fields[0]));
    CHECK(answered(house, row) == expected);
  }
  CHECK(answered(house, {8, {"X-Client: 1.2.3.4", "X-CLIENT: 5.6.7.8"}, ""}) == "1.2.3.4||127.0.0.9|1.2.3.4");
}

TEST_CASE("what ip_hash sees is the real address, also where the location trusts and not the server",
          "[proxy][realip]") {
  const std::string servers = "ip_hash; server 127.0.0.1:9001; server 127.0.0.1:9002; server 127.0.0.1:9003;";
  const auto chosen = [&](const std::string& rules, const std::string& ip, const std::string& field) {
    House house(
        text_with(rules + plain + "proxy_set_header X-Seen \"$remote_addr $realip_remote_addr\";", servers));
    house.client("GET / HTTP/1.1\r\nHost: h\r\n" + field + "\r\n", ip);
    const ConnectionId upstream = house.opened_upstream();
    CHECK(house.sent(upstream).find("X-Seen: " + (rules.empty() ? ip : "198.51.101.7") + " " + ip + "\r\n") !=
          std::string::npos);
    return house.host.wire(upstream).to;
  };
  const Address direct = chosen("", "198.51.101.7", "");
  const Address behind = chosen("set_real_ip_from 127.0.0.0/8; ", "127.0.7.1", "X-Real-IP: 198.51.101.7\r\n");
  CHECK(behind == direct);
  CHECK(chosen("", "127.0.7.1", "X-Real-IP: 198.51.101.7\r\n") != direct);
}

TEST_CASE("realip counts for one request, not for the connection", "[proxy][realip]") {
  House house(servers());
  const ConnectionId client = house.host.accept({"*", 3}, "127.0.0.9");
  house.host.data(client, "GET / HTTP/1.1\r\nHost: h\r\nX-Real-IP: 1.2.3.4\r\n\r\n");
  house.host.data(client, "GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  CHECK(house.sent(client).ends_with("\r\n\r\n127.0.0.9|40000|127.0.0.9|127.0.0.9"));
}

TEST_CASE("set_real_ip_from unix: trusts the clients of unix sockets", "[proxy][realip]") {
  House house("events {}\nhttp { server { listen 80; set_real_ip_from unix:; " + show + " } }");
  const auto from = [&](const std::string& peer) {
    const ConnectionId client = house.host.accept({"*", 80}, peer, 0);
    house.host.data(client, "GET / HTTP/1.1\r\nHost: h\r\nX-Real-IP: 1.2.3.4\r\n\r\n");
    return house.sent(client);
  };
  CHECK(from("unix:").ends_with("\r\n\r\n1.2.3.4||unix:|1.2.3.4"));
  CHECK(from("127.0.0.9").ends_with("\r\n\r\n127.0.0.9||127.0.0.9|127.0.0.9"));
}
