// Long polling beyond the recordings: keep-alive, pipelining, limits, odd requests.
#include <catch2/catch.hpp>
#include <set>

#include "core/app/app.h"
#include "core/app/chat.h"
#include "core/app/memory_adapter.h"
#include "tests/core/app/raw_client.h"

using namespace roundhouse;
using namespace roundhouse::app;

namespace {

struct Served {
  explicit Served(Options options = {})
      : app(host, std::move(options), make_chat(), std::make_unique<MemoryAdapter>()) {
    host.set_party(app);
    app.on_start();
  }
  ReadAnswer ask(std::string_view request) {
    const ConnectionId connection = host.accept();
    host.give(connection, request);
    return read_answer(host.take(connection)).value();
  }
  FakeHost host;
  App app;
};

constexpr std::string_view handshake = "/socket.io/?EIO=4&transport=polling";

}  // namespace

TEST_CASE("a connection closes or stays as the request says", "[app]") {
  Served served;
  const auto closes = [&](std::string_view request, bool expected) {
    const ConnectionId connection = served.host.accept();
    served.host.give(connection, request);
    const auto answer = read_answer(served.host.take(connection)).value();
    CHECK(answer.header("connection") == (expected ? "close" : "keep-alive"));
    CHECK(served.host.at(connection).closed == expected);
  };
  closes(get(handshake), false);
  closes(get(handshake, "Connection: close\r\n"), true);
  closes(get(handshake, "Connection: upgrade\r\n"),
         false);  // what nginx sends for every request of the usual configuration
  closes("GET /socket.io/?EIO=4&transport=polling HTTP/1.0\r\n\r\n", true);
  closes("GET /socket.io/?EIO=4&transport=polling HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", false);
  closes("GET /none HTTP/1.0\r\n\r\n", true);
}

TEST_CASE("an answer carries the date of the run", "[app]") {
  CHECK(http_date(0) == "Thu, 01 Jan 1970 00:00:00 GMT");
  CHECK(http_date(951'827'696) == "Tue, 29 Feb 2000 12:34:56 GMT");
  Served served;
  served.host.pass(std::chrono::seconds(2));
  CHECK(served.ask(get(handshake)).header("date") == "Tue, 14 Nov 2023 22:13:22 GMT");
}

TEST_CASE("requests may come byte by byte", "[app]") {
  Served served;
  PollingClient ann(served.host);
  for (const char c : post(ann.target(), R"(42["message",1])")) {
    served.host.give(ann.post_connection(), ByteView(&c, 1));
  }
  CHECK(ann.take_post().value().body == "ok");
  for (const char c : get(ann.target())) served.host.give(ann.get_connection(), ByteView(&c, 1));
  CHECK(ann.take_poll().value().body == R"(42["message-back",1])");
}

TEST_CASE("pipelined requests are answered in their order", "[app]") {
  Served served;
  PollingClient ann(served.host);
  served.host.give(ann.post_connection(), post(ann.target(), R"(42["message",1])") + get("/none") +
                                              get(ann.target()) + get("/headers"));
  CHECK(ann.take_post().value().body == "ok");
  CHECK(ann.take_post().value().status == 404);
  CHECK(ann.take_post().value().body == R"(42["message-back",1])");
  CHECK(ann.take_post().value().body == R"({"Host":"sim.test"})");
}

TEST_CASE("a connection that pipelines too much behind a poll is not read until the poll is answered",
          "[app]") {
  Served served(Options{.payload_bytes_max = 1000});
  PollingClient ann(served.host);
  served.host.give(ann.get_connection(), get(ann.target()));
  const std::string more = get("/none");
  std::size_t sent = 0;
  for (; !served.host.at(ann.get_connection()).paused; ++sent) {
    REQUIRE(sent * more.size() < 100'000);
    served.host.give(ann.get_connection(), more);
  }
  CHECK(sent * more.size() > 64 * 1024);
  ann.send(R"(42["message",1])");
  CHECK(ann.take_poll().value().body == R"(42["message-back",1])");
  CHECK_FALSE(served.host.at(ann.get_connection()).paused);
  for (std::size_t i = 0; i < sent; ++i) REQUIRE(ann.take_poll().value().status == 404);
  CHECK_FALSE(ann.take_poll());
}

TEST_CASE("a poll that ends with FIN ends the session, and so does half a POST", "[app]") {
  Served served;
  PollingClient ann(served.host), bob(served.host);
  ann.poll();
  served.host.end(ann.get_connection());
  CHECK(served.host.at(ann.get_connection()).closed);
  CHECK(served.ask(get(ann.target())).status == 400);
  const std::string request = post(bob.target(), "42[\"message\"]");
  served.host.give(bob.post_connection(), ByteView(request).substr(0, request.size() - 3));
  served.host.reset(bob.post_connection());
  CHECK(served.ask(get(bob.target())).status == 400);
  const auto sessions = served.host.records_of(RecordKind::session);
  CHECK(served.host.text_of(sessions.back().text) == "transport error");
}

TEST_CASE("a connection without a request under way may go, the session stays", "[app]") {
  Served served;
  PollingClient ann(served.host);
  served.host.end(ann.get_connection());
  served.host.reset(ann.post_connection());
  CHECK(served.app.session_count() == 1);
}

TEST_CASE("a body of an unknown type ends the session", "[app]") {
  Served served;
  PollingClient ann(served.host);
  served.host.give(ann.post_connection(),
                   "POST " + ann.target() +
                       " HTTP/1.1\r\nContent-Type: application/octet-stream\r\nContent-Length: 2\r\n\r\n41");
  CHECK(ann.take_post().value().status == 400);
  CHECK(served.app.session_count() == 0);
}

TEST_CASE("a chunked body is read, and one without end is refused", "[app]") {
  Served served(Options{.payload_bytes_max = 1000});
  PollingClient ann(served.host);
  const std::string head = "POST " + ann.target() + " HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";
  served.host.give(ann.post_connection(), head + "5\r\n42[\"m\r\na\r\nessage\",1]\r\n0\r\n\r\n");
  CHECK(ann.take_post().value().body == "ok");
  ann.poll();
  CHECK(ann.take_poll().value().body == R"(42["message-back",1])");
  served.host.give(ann.post_connection(), head);
  for (int i = 0; i < 11; ++i)
    served.host.give(ann.post_connection(), "64\r\n" + std::string(100, 'x') + "\r\n");
  CHECK(ann.take_post().value().status == 413);
  CHECK(served.host.at(ann.post_connection()).closed);
}

TEST_CASE("bytes that are no request get a 400, an endless head a 431", "[app]") {
  Served served;
  CHECK(served.ask("hello\r\n\r\n").status == 400);
  const auto answer = served.ask("GET / HTTP/1.1\r\nX: " + std::string(20'000, 'x'));
  CHECK(answer.status == 431);
  CHECK(answer.reason == "Request Header Fields Too Large");
}

TEST_CASE("a client that stops polling is cut off when its packets fill the buffer", "[app]") {
  Served served(Options{.buffered_bytes_max = 1000});
  PollingClient ann(served.host);
  RawClient bob(served.host);
  ann.send(R"(42["join","r"])");
  int sent = 0;
  while (served.app.session_count() == 2) {
    REQUIRE(++sent < 20);
    bob.send("42[\"room-send\",\"r\",\"" + std::string(100, 'x') + "\"]");
  }
  CHECK(sent == 9);
  std::size_t lost = 0;
  for (const Record& record : served.host.records_of(RecordKind::lost)) {
    CHECK(record.code == static_cast<std::uint16_t>(Cause::overflow));
    CHECK(served.host.text_of(record.subject) == ann.sid());
    ++lost;
  }
  CHECK(lost == 9);
}

TEST_CASE("a closing session waits for a poll, and not for ever", "[app]") {
  Served served;
  PollingClient ann(served.host);
  ann.send("4bad");
  CHECK(served.app.session_count() == 1);
  CHECK(ann.take_post().value().body == "ok");
  served.host.pass(std::chrono::seconds(24));
  CHECK(served.app.session_count() == 1);
  served.host.pass(std::chrono::seconds(7));
  CHECK(served.app.session_count() == 0);
}

TEST_CASE("removing one client leaves the others' sids as they were", "[app]") {
  const auto sids = [](bool with_bob) {
    Served served;
    std::vector<std::string> found;
    const RawClient ann(served.host, "127.0.1.1");
    if (with_bob) {
      const RawClient bob(served.host, "127.0.2.1");
      CHECK(bob.sid() != ann.sid());
    }
    const PollingClient cid(served.host, "127.0.3.1");
    const RawClient again(served.host, "127.0.1.1");
    // Behind a proxy all come from one address; what they bring tells them apart.
    for (const std::string name : {"dora", "bob", "emil"}) {
      if (name == "bob" && !with_bob) continue;
      const std::string body = served.ask(get(std::string(handshake) + "&t=" + name)).body;
      if (name != "bob") found.push_back(sid_in(body));
    }
    for (const auto* client : {&ann, &again}) {
      found.push_back(client->sid());
      found.push_back(client->engine_sid());
    }
    found.push_back(cid.sid());
    found.push_back(cid.engine_sid());
    const std::set<std::string> different(found.begin(), found.end());
    CHECK(different.size() == found.size());
    return found;
  };
  CHECK(sids(true) == sids(false));
}

TEST_CASE("a restarted instance draws other sids", "[app]") {
  std::set<std::string> sids;
  for (std::uint32_t incarnation = 1; incarnation <= 2; ++incarnation) {
    Served served;
    served.host.incarnation_now = incarnation;
    sids.insert(RawClient(served.host).engine_sid());
  }
  CHECK(sids.size() == 2);
}

TEST_CASE("the client's address is what the proxy says it is", "[app]") {
  Served served;
  served.ask(get(handshake, "X-Forwarded-For: 10.0.0.7, 10.0.0.1\r\n"));
  served.ask(get(handshake, "X-Real-IP: 10.0.0.8\r\n"));
  served.ask(get(handshake));
  std::vector<std::string> addresses;
  for (const Record& record : served.host.records_of(RecordKind::session)) {
    addresses.emplace_back(served.host.text_of({static_cast<std::uint32_t>(record.extra)}));
  }
  CHECK(addresses == std::vector<std::string>{"10.0.0.7", "10.0.0.8", "127.0.7.1"});
}

TEST_CASE("a sid of any length is unknown, not a crash", "[app]") {
  Served served;
  for (const std::size_t size : {1u, 20u, 64u, 65u, 5000u}) {
    const auto answer = served.ask(get(std::string(handshake) + "&sid=" + std::string(size, 'A')));
    CHECK(answer.body == R"({"code":1,"message":"Session ID unknown"})");
  }
  CHECK(served.ask(get(std::string(handshake) + "&sid=")).status == 200);  // an empty one is none
}

TEST_CASE("sids that strangers make up are written down up to a named limit", "[app]") {
  Served served;
  for (std::uint32_t n = 0; n < unknown_sids_noted_max + 10; ++n) {
    served.ask(get(std::string(handshake) + "&sid=made-up-" + std::to_string(n)));
  }
  std::set<std::string> noted;
  for (const Record& record : served.host.records_of(RecordKind::request)) {
    noted.emplace(served.host.text_of(record.subject));
  }
  CHECK(noted.size() == unknown_sids_noted_max + 1);
  CHECK(noted.contains("(one more unknown sid)"));
}

TEST_CASE("a method that nobody knows has one name in the trace", "[app]") {
  Served served;
  served.ask("BREW / HTTP/1.1\r\nHost: a\r\n\r\n");
  const auto requests = served.host.records_of(RecordKind::request);
  REQUIRE(requests.size() == 1);
  CHECK(served.host.text_of(requests[0].text) == "(another method)");
}

TEST_CASE("no sid comes again when the counters of clients had to begin anew", "[app]") {
  Served served;
  const auto opened = [&](std::size_t n) {
    served.host.records.clear();
    served.ask(get(std::string(handshake) + "&t=" + std::to_string(n)));
    return std::string(served.host.text_of(served.host.records_of(RecordKind::session).back().subject));
  };
  const std::string first = opened(0);
  served.ask(post(std::string(handshake) + "&sid=" + first, "1"));
  for (std::size_t n = 1; n < sid_keys_max; ++n) opened(n);
  CHECK(opened(0) != first);
}
