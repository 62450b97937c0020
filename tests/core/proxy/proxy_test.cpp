// The proxy party on a scripted Host: errors, back-pressure, tunnels, marks, limits, records.
#include <catch2/catch.hpp>

#include "tests/core/proxy/house.h"

using namespace roundhouse;
using namespace roundhouse::proxy;
using namespace roundhouse::test;

namespace {

Mark numbered(std::uint64_t id, What what = What::post) {
  Mark mark;
  mark.message.value = id;
  mark.to.value = 9;
  mark.what = what;
  return mark;
}
PlacedMark at(const std::string& bytes, std::uint64_t id) {
  return {static_cast<std::uint32_t>(bytes.size()), numbered(id)};
}

}  // namespace

TEST_CASE("pipelined requests are answered in order on one connection", "[proxy]") {
  House house(text_with(plain));
  const ConnectionId client = house.client(std::string(get) + "GET /b HTTP/1.1\r\nHost: h\r\n\r\n");
  const ConnectionId first = house.opened_upstream();
  CHECK(house.sent(first).starts_with("GET /a HTTP/1.0\r\nHost: app\r\nConnection: close\r\n\r\n"));
  house.host.data(first, "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1");
  CHECK(house.closed(first));
  const ConnectionId second = house.opened_upstream();
  CHECK(second != first);
  CHECK(house.sent(second).starts_with("GET /b "));
  house.host.data(second, "HTTP/1.1 200 OK\r\n\r\n");
  house.host.data(second, "till the end");
  house.host.end(second);
  const std::string answers = house.sent(client);
  CHECK(answers.find("\r\n\r\n1HTTP/1.1 200 OK\r\n") != std::string::npos);
  CHECK(answers.ends_with(
      "Transfer-Encoding: chunked\r\nConnection: keep-alive\r\n\r\nc\r\ntill the end\r\n0\r\n\r\n"));
  house.host.run_until({75'000'000'000 - 1});
  CHECK_FALSE(house.closed(client));
  house.host.run_until({75'000'000'000});
  CHECK(house.closed(client));  // keepalive_timeout
  CHECK(house.host.live_slots() == 0);
}

TEST_CASE("a client of HTTP/1.0 gets no chunks: the end of the stream ends the body", "[proxy]") {
  House house(text_with(plain));
  const ConnectionId client = house.client("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  const ConnectionId server = house.opened_upstream();
  house.host.data(server, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n");
  CHECK(house.sent(client).ends_with("Connection: close\r\n\r\nabc"));
  CHECK(house.closed(client));
}

TEST_CASE("a client that gives up ends its upstream at once, and is a 499", "[proxy]") {
  House house(text_with(plain));
  const ConnectionId client = house.client(get);
  const ConnectionId server = house.opened_upstream();
  house.host.end(client);
  CHECK(house.closed(server));
  CHECK(house.closed(client));
  CHECK(house.of(RecordKind::answer).back().code == 499);
  CHECK(house.host.live_slots() == 0);
}

TEST_CASE("tunnels pass bytes and marks both ways, and idle out after proxy_read_timeout", "[proxy]") {
  House house(text_with(with_upgrade));
  const auto [client, server] = house.tunnel();
  const PlacedMark mark{3, numbered(5)};
  house.host.data(client, "abcd", Marks(&mark, 1));
  CHECK(house.sent(server) == "abcd");
  CHECK(house.host.wire(server).sent.marks == std::vector<PlacedMark>{mark});
  house.host.data(server, "efgh", Marks(&mark, 1));
  CHECK(house.host.wire(client).sent.marks == std::vector<PlacedMark>{mark});
  CHECK(house.host.timer_count() == 1);  // one for both ends

  house.host.run_until({30'000'000'000});
  house.host.data(client, "x");
  house.host.run_until({89'900'000'000});
  CHECK_FALSE(house.closed(client));
  house.host.run_until({90'000'000'000});
  CHECK(house.closed(client));
  CHECK(house.closed(server));
  CHECK(house.host.wire(client).how == Close::fin);
  CHECK(house.host.live_slots() == 0);
  CHECK(house.host.timer_count() == 0);
}

TEST_CASE("a tunnel hands on the very bytes that came, and keeps no copy", "[proxy]") {
  House house(text_with(with_upgrade));
  const auto [client, server] = house.tunnel();
  for (const std::size_t size : {1u, 64u, 100'000u}) {
    const std::string bytes(size, 'x');
    for (const ConnectionId from : {client, server}) {
      house.host.data(from, bytes);
      CHECK(house.host.sent_last.data() == bytes.data());
      CHECK(house.host.sent_last.size() == size);
    }
  }
}

TEST_CASE("a tunnel's timer is not moved for less than 300 ms", "[proxy]") {
  House house(text_with(std::string(with_upgrade) + "proxy_read_timeout 2s;"));
  const auto [client, server] = house.tunnel();
  house.host.run_until({200'000'000});
  house.host.data(server, "x");
  house.host.run_until({1'999'999'999});
  CHECK_FALSE(house.closed(client));
  house.host.run_until({2'000'000'000});
  CHECK(house.closed(client));
}

TEST_CASE("either side's end, or a half-close, ends both sides of a tunnel", "[proxy]") {
  House house(text_with(with_upgrade));
  const auto ends = [&](auto how) {
    const auto [client, server] = house.tunnel();
    how(client, server);
    return std::pair(house.host.wire(client).dead, house.host.wire(server).dead);
  };
  const std::pair both(true, true);
  CHECK(ends([&](auto client, auto) { house.host.end(client); }) == both);
  CHECK(ends([&](auto, auto server) { house.host.end(server); }) == both);
  CHECK(ends([&](auto client, auto) { house.host.gone(client, CloseReason::reset); }) == both);
  CHECK(ends([&](auto, auto server) { house.host.gone(server, CloseReason::reset); }) == both);
  CHECK(house.host.live_slots() == 0);
  CHECK(house.host.timer_count() == 0);
}

TEST_CASE("bytes that come with or right after the upgrade go through", "[proxy]") {
  House house(text_with(with_upgrade));
  const std::string early = std::string(upgrade) + "early";
  const PlacedMark mark = at(early, 1);
  const ConnectionId client = house.client();
  house.host.data(client, early, Marks(&mark, 1));
  const ConnectionId server = house.opened_upstream();
  const std::string answer = std::string(switched) + "hello";
  const PlacedMark back = at(answer, 2);
  house.host.data(server, answer, Marks(&back, 1));
  CHECK(house.sent(server).ends_with("\r\n\r\nearly"));
  CHECK(house.host.wire(server).sent.marks.at(0).end == house.sent(server).size());
  CHECK(house.sent(client).ends_with("\r\n\r\nhello"));
  CHECK(house.host.wire(client).sent.marks.at(0).end == house.sent(client).size());
}

TEST_CASE("a slow reader stops the other side, and a drained one lets it go on", "[proxy]") {
  House house(text_with(with_upgrade));
  const auto [client, server] = house.tunnel();
  house.host.queued = send_high_mark + 1;
  house.host.data(server, "x");
  CHECK(house.host.wire(server).paused);
  CHECK_FALSE(house.host.wire(client).paused);
  house.host.drain(client);
  CHECK_FALSE(house.host.wire(server).paused);

  const ConnectionId reader = house.client(get);
  const ConnectionId source = house.opened_upstream();
  house.host.data(source, "HTTP/1.1 200 OK\r\n\r\nstart");
  CHECK(house.host.wire(source).paused);
  house.host.run_until({200'000'000'000});  // our own pause is no timeout of the upstream's
  CHECK_FALSE(house.closed(source));
  house.host.queued = 0;
  house.host.drain(reader);
  CHECK_FALSE(house.host.wire(source).paused);
  house.host.end(source);
  CHECK(house.sent(reader).ends_with("5\r\nstart\r\n0\r\n\r\n"));
}

TEST_CASE("a client that pipelines without end is not read", "[proxy]") {
  House house(text_with(plain));
  const ConnectionId client = house.client(get);
  const ConnectionId server = house.opened_upstream();
  house.host.data(client, std::string(pipelined_bytes_max, '\n'));
  CHECK_FALSE(house.host.wire(client).paused);
  house.host.data(client, "\n");
  CHECK(house.host.wire(client).paused);
  house.host.data(server, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  CHECK_FALSE(house.host.wire(client).paused);
}

TEST_CASE("marks of a POST lie at the same place behind the new head, and on the answer's way back",
          "[proxy]") {
  House house(text_with(plain));
  const std::string head = "POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 6\r\n\r\n";
  const std::vector<PlacedMark> marks = {at(head + "abc", 1), at(head + "abcdef", 2)};
  const ConnectionId client = house.client();
  house.host.data(client, head + "abcdef", marks);
  const ConnectionId server = house.opened_upstream();
  const MarkedBytes& forwarded = house.host.wire(server).sent;
  REQUIRE(forwarded.marks.size() == 2);
  CHECK(forwarded.bytes.substr(0, forwarded.marks[0].end).ends_with("\r\n\r\nabc"));
  CHECK(forwarded.marks[1].end == forwarded.bytes.size());

  const std::string answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nwxyz";
  const PlacedMark back = at(answer, 3);
  house.host.data(server, answer, Marks(&back, 1));
  house.host.data(server, "\r\n0\r\n\r\n");
  const MarkedBytes& answered = house.host.wire(client).sent;
  REQUIRE(answered.marks.size() == 1);
  CHECK(answered.bytes.substr(0, answered.marks[0].end).ends_with("4\r\nwxyz"));
  CHECK(house.of(RecordKind::lost).empty());
}

TEST_CASE("a request that goes nowhere loses its marks, and says why", "[proxy]") {
  const std::string head = "POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\n";
  const PlacedMark mark = at(head + "abc", 7);
  const auto post = [&](House& house) {
    const ConnectionId client = house.client();
    house.host.data(client, head + "abc", Marks(&mark, 1));
    return client;
  };
  const auto lost = [](House& house) {
    const auto records = house.of(RecordKind::lost);
    REQUIRE(records.size() == 1);
    CHECK(records[0].message.value == 7);
    CHECK(records[0].subject.value == 9);
    CHECK(records[0].how == static_cast<std::uint8_t>(What::post));
    return static_cast<Cause>(records[0].code);
  };
  House refused(text_with(plain));
  post(refused);
  refused.host.gone(refused.upstream(), CloseReason::refused);
  CHECK(lost(refused) == Cause::refused);

  House silent(text_with(plain));
  post(silent);
  silent.host.run_until({60'000'000'000});
  CHECK(lost(silent) == Cause::timeout);

  House given_up(text_with(plain));
  given_up.host.end(post(given_up));
  CHECK(lost(given_up) == Cause::closed);

  House limited(text_with(std::string(plain) + "client_max_body_size 2;"));
  post(limited);
  CHECK(lost(limited) == Cause::overflow);

  House waiting(text_with(plain));
  post(waiting);
  waiting.proxy->on_run_end();
  CHECK(waiting.of(RecordKind::held).size() == 1);
  CHECK(waiting.of(RecordKind::lost).empty());
}

TEST_CASE("a body over client_max_body_size is read away for a while after the 413", "[proxy]") {
  House house(text_with(std::string(plain) + "client_max_body_size 10;"));
  const ConnectionId client = house.client("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 11\r\n\r\n");
  CHECK(house.sent(client).starts_with("HTTP/1.1 413 "));
  for (int second = 4; second < 30; second += 4) {
    house.host.run_until({second * 1'000'000'000LL});
    house.host.data(client, "more");
    CHECK_FALSE(house.closed(client));
  }
  house.host.run_until({30'000'000'000});
  CHECK(house.closed(client));
}

TEST_CASE("the sticky cookie is set on each answer, and leads back", "[proxy]") {
  House house(text_with(
      plain, "server 127.0.0.1:9001; server 127.0.0.1:9002; sticky cookie srv path=/ httponly expires=1h;"));
  const auto ask = [&](const std::string& cookie) {
    const ConnectionId client = house.client("GET / HTTP/1.1\r\nHost: h\r\n" + cookie + "\r\n");
    const ConnectionId server = house.opened_upstream();
    house.host.data(server, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX-A: b\r\n\r\n");
    return std::pair(house.host.wire(server).to.port, house.sent(client));
  };
  const auto [port, answer] = ask("");
  const std::size_t start = answer.find("Set-Cookie: srv=") + 16;
  const std::string id = answer.substr(start, 32);
  CHECK(answer.substr(start + 32) ==
        "; expires=Tue, 14-Nov-23 23:13:20 GMT; max-age=3600; httponly; path=/\r\nX-A: b\r\n\r\n");
  for (int i = 0; i < 3; ++i) CHECK(ask("Cookie: a=1; srv=" + id + "\r\n").first == port);
  CHECK(house.of(RecordKind::route).back().how == 1);
  CHECK(house.said(house.of(RecordKind::route).back().text) == "sticky cookie srv");
}

TEST_CASE("stopping ends every connection", "[proxy]") {
  House house(text_with(with_upgrade));
  house.tunnel();
  house.client();
  house.client(get);
  house.opened_upstream();
  house.proxy->on_stop();
  CHECK(house.host.listening.empty());
  CHECK(house.host.live_slots() == 0);
  CHECK(house.host.timer_count() == 0);
}

TEST_CASE("quitting keeps what is under way, ends what is idle, and serves no second request", "[proxy]") {
  House house(text_with(with_upgrade));
  const auto [browser, app] = house.tunnel();
  const auto answer = [&] {
    house.host.data(house.opened_upstream(), "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
  };
  const ConnectionId idle = house.client(get);
  answer();
  const ConnectionId fresh = house.client();
  const ConnectionId busy = house.client(get);
  house.proxy->quit();
  CHECK(house.host.listening.empty());
  CHECK(house.closed(idle));
  CHECK_FALSE(house.closed(fresh));
  answer();
  CHECK(house.sent(busy).ends_with("ok"));
  CHECK(house.closed(busy));
  house.host.data(fresh, get);
  answer();
  CHECK(house.sent(fresh).ends_with("ok"));
  CHECK(house.closed(fresh));
  house.host.data(browser, "ping");
  CHECK(house.sent(app) == "ping");
}

TEST_CASE("worker_shutdown_timeout ends what a quit or a reload left, and nothing younger", "[proxy]") {
  const std::string text = "worker_shutdown_timeout 1s;\n" + text_with(with_upgrade);
  const bool quit = GENERATE(false, true);
  House house(text);
  const auto [browser, app] = house.tunnel();
  const ConnectionId waiting = house.client(get);
  house.opened_upstream();
  if (quit) {
    house.proxy->quit();
  } else {
    house.proxy->reload(house.config);
  }
  const ConnectionId younger = quit ? ConnectionId() : house.tunnel().first;
  house.host.run_until({900'000'000});
  CHECK_FALSE(house.closed(browser));
  house.host.run_until({1'000'000'000});
  CHECK(house.closed(browser));
  CHECK(house.closed(app));
  CHECK(house.closed(waiting));
  if (!quit) CHECK_FALSE(house.closed(younger));
}

TEST_CASE("servers and locations are chosen as nginx chooses them", "[proxy]") {
  House house(R"(events {} http {
    server { listen 80 default_server; location / { return 200 "default"; } }
    server { listen 80; server_name a.b; location / { return 200 "exact"; } location /x/ { return 200 "x"; location /x/y { return 200 "xy"; } }
             location = /x/z { return 200 "z"; } location ^~ /x/w { return 200 "w"; } }
    server { listen 80; server_name *.b; location / { return 200 "$host$uri?$args $arg_q $cookie_c $http_x_y"; } }
    server { listen 80; server_name r.c; return 302 http://$host$request_uri; }
  })");
  const auto body = [&](const std::string& host, const std::string& target, const std::string& more = "") {
    const ConnectionId client =
        house.client("GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\n" + more + "\r\n");
    const std::string answer = house.sent(client);
    return answer.substr(answer.find("\r\n\r\n") + 4);
  };
  CHECK(body("who", "/") == "default");
  CHECK(body("a.b:8080", "/") == "exact");
  CHECK(body("A.B", "/x/1") == "x");
  CHECK(body("a.b", "/x/y1") == "xy");
  CHECK(body("a.b", "/x/z") == "z");
  CHECK(body("a.b", "/x//./q/../w") == "w");
  CHECK(body("a.b", "/%78/1") == "x");
  CHECK(body("q.b", "/p%20q?q=1%2F&r", "Cookie: b=1; c=2\r\nX-Y: z\r\n") == "q.b/p q?q=1%2F&r 1%2F 2 z");
  CHECK(body("a.b", "/..").find("400 Bad Request") != std::string::npos);
  CHECK(body("a.b", "/%zz").find("400 Bad Request") != std::string::npos);
  const ConnectionId client = house.client("GET /p?q HTTP/1.1\r\nHost: r.c\r\n\r\n");
  CHECK(house.sent(client).find("Location: http://r.c/p?q\r\n") != std::string::npos);
}

TEST_CASE("any cut of a request and of its answer gives the same bytes both ways", "[proxy]") {
  const std::string request =
      "POST /p HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
  const std::string answer =
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Type: text/plain\r\n\r\n2\r\nok\r\n0\r\n\r\n";
  std::string forwarded;
  std::string answered;
  for (std::size_t cut = 0; cut <= std::max(request.size(), answer.size()); ++cut) {
    House house(text_with(plain));
    const ConnectionId client = house.client();
    house.host.data(client, request.substr(0, cut));
    if (cut < request.size()) house.host.data(client, request.substr(cut));
    const ConnectionId server = house.opened_upstream();
    house.host.data(server, answer.substr(0, cut));
    if (cut < answer.size()) house.host.data(server, answer.substr(cut));
    if (cut == 0) forwarded = house.sent(server);
    CHECK(house.sent(server) == forwarded);
    std::string body = house.sent(client);
    if (cut == 0) answered = body;
    // The proxy passes a chunk's pieces on as they come; joined they are the same.
    CHECK(body.substr(0, body.find("\r\n\r\n")) == answered.substr(0, answered.find("\r\n\r\n")));
    CHECK(body.ends_with("0\r\n\r\n"));
  }
  CHECK(forwarded.ends_with("Content-Length: 3\r\n\r\nabc"));
}
