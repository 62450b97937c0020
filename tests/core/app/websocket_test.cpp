// WebSockets beyond the recordings: cut frames, slow readers, closing, marks in odd places.
#include <catch2/catch.hpp>

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
  FakeHost host;
  App app;
};

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("frames may be cut anywhere, and clients' frames do not mix", "[app]") {
  Served served;
  RawClient ann(served.host), bob(served.host);
  const Bytes first = client_frame(R"(42["message",1])");
  const Bytes second = client_frame(R"(42["message","two"])");
  for (std::size_t cut = 0; cut <= first.size(); ++cut) {
    served.host.give(ann.connection(), ByteView(first).substr(0, cut));
    bob.send(R"(42["message","between"])");
    served.host.give(ann.connection(), first.substr(cut) + second);
    REQUIRE(ann.take() == Texts{R"(42["message-back",1])", R"(42["message-back","two"])"});
    REQUIRE(bob.take() == Texts{R"(42["message-back","between"])"});
  }
  for (const char c : first + second) served.host.give(ann.connection(), ByteView(&c, 1));
  CHECK(ann.take().size() == 2);
}

TEST_CASE("frames that come with the upgrade request are read", "[app]") {
  Served served;
  const ConnectionId connection = served.host.accept();
  served.host.give(connection, upgrade("/socket.io/?EIO=4&transport=websocket") + client_frame("40"));
  const auto answer = read_answer(served.host.at(connection).output).value();
  served.host.take(connection, answer.bytes);
  std::vector<Bytes> payloads;
  while (const auto frame = read_frame(served.host.at(connection).output)) {
    served.host.take(connection, frame->bytes);
    payloads.push_back(frame->payload);
  }
  REQUIRE(payloads.size() == 3);
  CHECK(payloads[1].starts_with("40{\"sid\""));
}

TEST_CASE("a broadcast is encoded once for all WebSockets", "[app]") {
  Served served;
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < 5; ++i) clients.push_back(std::make_unique<RawClient>(served.host));
  for (auto& client : clients) client->take();
  served.host.shared.clear();
  served.host.shared_sends = 0;
  clients[0]->send(R"(42["all-send",1])");
  CHECK(served.host.shared_sends == 5);
  CHECK(served.host.shared.size() == 1);
  for (auto& client : clients) CHECK(client->take() == Texts{R"(42["all-msg",1])"});
}

TEST_CASE("binary data goes to a room over both transports", "[app]") {
  Served served;
  RawClient ann(served.host);
  PollingClient bob(served.host);
  ann.send(R"(42["join","r"])");
  bob.send(R"(42["join","r"])");
  bob.poll();
  ann.take();
  ann.send(R"(452-["room-send","r",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}])");
  ann.send_binary("\x01\x02\x03\x04");
  CHECK(ann.take().empty());
  ann.send_binary("\x09");
  CHECK(ann.take() == Texts{R"(452-["room-msg",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}])",
                            "<4 bytes>", "<1 bytes>"});
  // As in Node, the packets of one event are written one by one: a pending poll takes the first.
  CHECK(bob.take_poll().value().body ==
        R"(452-["room-msg",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}])");
  bob.poll();
  CHECK(bob.take_poll().value().body ==
        "bAQIDBA==\x1e"
        "bCQ==");
}

TEST_CASE("text where binary data is due, and the reverse, end the session", "[app]") {
  Served served;
  RawClient ann(served.host), bob(served.host);
  ann.send(R"(451-["message",{"_placeholder":true,"num":0}])");
  ann.send(R"(42["message"])");
  CHECK(ann.take() == Texts{"<close>"});
  bob.send_binary("x");
  CHECK(bob.take() == Texts{"<close>"});
}

TEST_CASE("a reader that is too slow is cut off, the others are not", "[app]") {
  Served served(Options{.queued_bytes_max = 1000});
  RawClient ann(served.host), bob(served.host);
  served.host.at(bob.connection()).reads_nothing = true;
  int sent = 0;
  while (!served.host.at(bob.connection()).closed) {
    REQUIRE(++sent < 20);
    ann.send("42[\"all-send\",\"" + std::string(100, 'x') + "\"]");
  }
  CHECK(sent == 9);
  CHECK(served.host.at(bob.connection()).how == Close::reset);
  CHECK(ann.take().size() == 9);
  ann.send(R"(42["all-send",1])");
  CHECK(ann.take().size() == 1);
  CHECK(served.app.session_count() == 1);
}

TEST_CASE("a client that does not answer a close frame is dropped after a while", "[app]") {
  Served served;
  RawClient ann(served.host);
  ann.send("abc");
  CHECK(ann.take() == Texts{"<close>"});
  CHECK_FALSE(served.host.at(ann.connection()).closed);
  served.host.pass(websocket_close_timeout);
  CHECK(served.host.at(ann.connection()).closed);
}

TEST_CASE("a frame behind a close frame that we sent is lost, and said to be", "[app]") {
  Served served;
  RawClient ann(served.host);
  ann.send("abc");
  ann.send(R"(42["message",1])", Mark{{5}, {}, What::frame});
  const auto lost = served.host.records_of(RecordKind::lost);
  REQUIRE(lost.size() == 1);
  CHECK(lost[0].message.value == 5);
  CHECK(lost[0].code == static_cast<std::uint16_t>(Cause::gone));
  CHECK(lost[0].how == static_cast<std::uint8_t>(What::frame));
}

TEST_CASE("a frame that breaks the protocol ends the session with a code", "[app]") {
  Served served;
  RawClient ann(served.host);
  served.host.give(ann.connection(), "\x81\x01x");  // not masked
  const auto frame = read_frame(served.host.take(ann.connection())).value();
  CHECK(frame.opcode == websocket::Opcode::close);
  CHECK(frame.payload == "\x03\xea");
  CHECK(served.host.at(ann.connection()).closed);
  CHECK(served.host.text_of(served.host.records_of(RecordKind::session).back().text) == "transport error");
}

TEST_CASE("a ping of the WebSocket is answered", "[app]") {
  Served served;
  RawClient ann(served.host);
  served.host.give(ann.connection(), client_frame("hi", websocket::Opcode::ping));
  const auto frame = read_frame(served.host.take(ann.connection())).value();
  CHECK(frame.opcode == websocket::Opcode::pong);
  CHECK(frame.payload == "hi");
}

TEST_CASE("any packet lets a late pong come once more", "[app]") {
  Served served(Options{.ping_interval = std::chrono::milliseconds(300),
                        .ping_timeout = std::chrono::milliseconds(200)});
  RawClient ann(served.host);
  served.host.pass(std::chrono::milliseconds(450));
  ann.send("41");
  served.host.pass(std::chrono::milliseconds(100));
  CHECK(served.app.session_count() == 1);
  ann.send(
      "41");  // no second time; and a packet for a namespace that is not joined would close, so this one closes
  served.host.pass(std::chrono::milliseconds(101));
  CHECK(served.app.session_count() == 0);
}

TEST_CASE("a hundred thousand packets in one POST need no stack", "[app]") {
  Served served;
  PollingClient ann(served.host);
  ann.poll();
  std::string body = R"(42["rooms"])";
  for (int i = 0; i < 50'000; ++i)
    body +=
        "\x1e"
        R"(421["rooms"])";
  ann.send(body);
  CHECK(ann.take_post().value().body == "ok");
  CHECK(ann.take_poll());
}
