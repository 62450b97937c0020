// A server as a user writes it: handlers, rooms, acknowledgements, middleware.
#include <catch2/catch.hpp>

#include "core/app/app.h"
#include "core/app/chat.h"
#include "core/app/memory_adapter.h"
#include "tests/core/app/raw_client.h"

using namespace roundhouse;
using namespace roundhouse::app;

namespace {

struct Served {
  explicit Served(std::shared_ptr<const Application> application, Options options = {})
      : app(host, std::move(options), std::move(application), std::make_unique<MemoryAdapter>()) {
    host.set_party(app);
    app.on_start();
  }
  FakeHost host;
  App app;
};

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("a handler sees its arguments as text and as a tree", "[app]") {
  auto application = std::make_shared<Application>();
  int calls = 0;
  application->of("/").on("ev", [&](Call& call) {
    ++calls;
    CHECK(call.event() == "ev");
    CHECK(call.arguments_json() == R"([1,"2\n",{"3":[true],"k":"v"}])");
    CHECK(call.argument_count() == 3);
    CHECK(call.argument_json(2) == R"({"3":[true],"k":"v"})");
    CHECK(call.argument_json(3).empty());
    CHECK(call.text_argument(0) == "1");
    CHECK(call.text_argument(1) == "2\n");
    CHECK(call.argument(2).at("3").at(0).as_bool());
    CHECK(call.argument(3).is_null());
    CHECK(call.text_member(2, "k") == "v");
    CHECK(call.text_member(2, "none").empty());
    CHECK(call.text_member(0, "k").empty());
    CHECK_FALSE(call.wants_ack());
    call.ack("[1]");  // nobody asked
  });
  Served served(application);
  RawClient ann(served.host);
  ann.send(R"(42["ev",1,"2\n",{"3":[true],"k":"v"}])");
  CHECK(calls == 1);
  CHECK(ann.take().empty());
}

TEST_CASE("an event that nobody listens for is ignored", "[app]") {
  Served served(std::make_shared<Application>());
  RawClient ann(served.host);
  ann.send(R"(421["nothing"])");
  CHECK(ann.take().empty());
  ann.send("41");
  CHECK_FALSE(served.host.at(ann.connection()).closed);
}

TEST_CASE("an acknowledgement is given once", "[app]") {
  auto application = std::make_shared<Application>();
  application->of("/").on("ev", [](Call& call) {
    CHECK(call.wants_ack());
    call.ack(R"(["first"])");
    CHECK_FALSE(call.wants_ack());
    call.ack(R"(["second"])");
  });
  Served served(application);
  RawClient ann(served.host);
  ann.send(R"(427["ev"])");
  CHECK(ann.take() == Texts{R"(437["first"])"});
}

TEST_CASE("a union of rooms reaches a member of both once", "[app]") {
  auto application = std::make_shared<Application>();
  application->of("/")
      .on("join", [](Call& call) { CHECK(call.join(call.text_argument(0))); })
      .on("say", [](Call& call) { call.to("a").to("b").emit("said", call.arguments_json()); })
      .on("others", [](Call& call) { call.to_others("a").emit("said", "[\"others\"]"); })
      .on("everybody", [](Call& call) { call.socket().broadcast().emit("said", "[\"everybody\"]"); })
      .on("but", [](Call& call) { call.all().except("b").emit("said", "[\"but b\"]"); })
      .on("whisper", [](Call& call) { call.to(call.text_argument(0)).emit("said", "[\"psst\"]"); });
  Served served(application);
  RawClient ann(served.host), bob(served.host), cid(served.host);
  ann.send(R"(42["join","a"])");
  ann.send(R"(42["join","b"])");
  bob.send(R"(42["join","b"])");
  cid.send(R"(42["say",1])");
  CHECK(ann.take() == Texts{R"(42["said",1])"});
  CHECK(bob.take() == Texts{R"(42["said",1])"});
  CHECK(cid.take().empty());
  ann.send(R"(42["others"])");
  CHECK(ann.take().empty());
  CHECK(bob.take().empty());
  cid.send(R"(42["everybody"])");
  CHECK(ann.take() == Texts{R"(42["said","everybody"])"});
  CHECK(bob.take().size() == 1);
  CHECK(cid.take().empty());
  cid.send(R"(42["but"])");
  CHECK(ann.take().empty());
  CHECK(bob.take().empty());
  CHECK(cid.take() == Texts{R"(42["said","but b"])"});
  cid.send("42[\"whisper\",\"" + bob.sid() + "\"]");
  CHECK(bob.take() == Texts{R"(42["said","psst"])"});
  CHECK(ann.take().empty());
}

TEST_CASE("join and leave say whether they changed anything, and rooms vanish with the socket", "[app]") {
  auto application = std::make_shared<Application>();
  std::vector<bool> answers;
  std::vector<std::string> rooms;
  std::string reason;
  application->of("/")
      .on("try",
          [&](Call& call) {
            answers = {call.join("a"),  call.join("a"),  call.leave("b"),
                       call.leave("a"), call.leave("a"), call.join("c")};
            rooms = call.rooms();
          })
      .on_disconnect([&](Socket& socket, std::string_view why) {
        reason = why;
        CHECK(socket.rooms().empty());
        CHECK_FALSE(socket.join("late"));
        socket.emit("late");
      });
  Served served(application);
  RawClient ann(served.host);
  ann.send(R"(42["try"])");
  CHECK(answers == std::vector<bool>{true, false, false, true, false, true});
  CHECK(rooms == Texts{ann.sid(), "c"});
  CHECK(served.host.records_of(RecordKind::join).size() == 2);
  CHECK(served.host.records_of(RecordKind::leave).size() == 1);
  ann.leave();
  CHECK(reason == "transport close");
  CHECK(served.app.socket_count() == 0);
  CHECK(served.app.session_count() == 0);
}

TEST_CASE("a socket is refused one room too many", "[app]") {
  auto application = std::make_shared<Application>();
  std::size_t joined = 0;
  application->of("/").on("many", [&](Call& call) {
    for (std::size_t i = 0; i < rooms_per_socket_max + 1; ++i)
      joined += call.join("room-" + std::to_string(i));
  });
  Served served(application);
  RawClient ann(served.host);
  ann.send(R"(42["many"])");
  CHECK(joined == rooms_per_socket_max);
}

TEST_CASE("the first refusal of the middlewares counts, and a refused client may try again", "[app]") {
  auto application = std::make_shared<Application>();
  application->of("/vip")
      .use([](const Handshake& handshake) -> std::optional<Refusal> {
        CHECK(handshake.name_space == "/vip");
        CHECK(handshake.client_address == "127.0.7.1");
        if (handshake.auth_json == "{}") return Refusal{"no \"auth\""};
        return std::nullopt;
      })
      .use([](const Handshake&) -> std::optional<Refusal> {
        return Refusal{"full", "[1]"};
      });
  Served served(application);
  RawClient ann(served.host);
  ann.send("40/vip,");
  CHECK(ann.take() == Texts{R"(44/vip,{"message":"no \"auth\""})"});
  ann.send(R"(40/vip,{"a":1})");
  CHECK(ann.take() == Texts{R"(44/vip,{"message":"full","data":[1]})"});
  CHECK_FALSE(served.host.at(ann.connection()).closed);
}

TEST_CASE("a client's answer reaches the handler that asked, once", "[app]") {
  auto application = std::make_shared<Application>();
  std::vector<std::string> answers;
  application->of("/").on_connect([&](Socket& socket) {
    socket.emit_with_ack(
        "q", "[1]", [&](Socket&, std::string_view json, const Attachments&) { answers.emplace_back(json); });
  });
  Served served(application);
  RawClient ann(served.host);
  ann.send(R"(430["yes"])");
  ann.send(R"(430["again"])");
  ann.send(R"(4399["never asked"])");
  CHECK(answers == Texts{R"(["yes"])"});
}

TEST_CASE("asking for more answers than the limit is an error of the handler", "[app]") {
  auto application = std::make_shared<Application>();
  std::size_t asked = 0;
  application->of("/").on("ask", [&](Call& call) {
    for (;; ++asked)
      call.socket().emit_with_ack("q", "[]", [](Socket&, std::string_view, const Attachments&) {});
  });
  Served served(application);
  RawClient ann(served.host);
  CHECK_THROWS_AS(ann.send(R"(42["ask"])"), UsageError);
  CHECK(asked == pending_acks_max);
}

TEST_CASE("wrong use of the server's words is an error of the handler", "[app]") {
  Application application;
  CHECK_THROWS_AS(application.of("chat"), UsageError);
  CHECK_THROWS_AS(application.of("/").on("connect", [](Call&) {}), UsageError);
  CHECK(application.name_spaces().size() == 1);
  auto emitting = std::make_shared<Application>();
  int thrown = 0;
  const auto refused = [&](auto work) {
    try {
      work();
    } catch (const UsageError&) {
      ++thrown;
    }
  };
  emitting->of("/").on("ev", [&](Call& call) {
    refused([&] { call.socket().emit("x", "{}"); });
    refused([&] { call.socket().emit("", "[]"); });
    refused([&] { call.all().emit("disconnect"); });
    refused([&] { call.all().emit("x", "[1"); });
    refused([&] { call.ack("1"); });
    refused([&] { call.socket().emit_with_ack("x", "[]", {}); });
  });
  Served served(emitting);
  RawClient ann(served.host);
  ann.send(R"(421["ev"])");
  CHECK(thrown == 6);
  CHECK(ann.take().empty());
}

TEST_CASE("a handler that disconnects its own connection may go on", "[app]") {
  auto application = std::make_shared<Application>();
  application->of("/").on("leave", [](Call& call) {
    call.socket().disconnect(Disconnect::connection);
    call.socket().emit("late");
    call.ack("[]");
    call.all().emit("bye");
    CHECK(call.rooms().empty());
  });
  Served served(application);
  RawClient ann(served.host), bob(served.host);
  ann.send(R"(421["leave"])");
  CHECK(ann.take() == Texts{"41", "<close>"});
  CHECK(bob.take() == Texts{R"(42["bye"])"});
  RawClient cid(served.host);  // takes the places that became free
  cid.send(R"(421["leave"])");
  CHECK(cid.take() == Texts{"41", "<close>"});
}

TEST_CASE("a volatile packet for a client that does not poll is dropped, and said to be", "[app]") {
  auto application = std::make_shared<Application>();
  application->of("/").on("say", [](Call& call) { call.all().volatile_packet().emit("said"); });
  Served served(application);
  RawClient ann(served.host);
  PollingClient bob(served.host);
  ann.send(R"(42["say"])");
  CHECK(ann.take() == Texts{R"(42["said"])"});
  const auto drops = served.host.records_of(RecordKind::drop);
  REQUIRE(drops.size() == 1);
  CHECK(served.host.text_of(drops[0].subject) == bob.sid());
  CHECK(drops[0].how == static_cast<std::uint8_t>(DropReason::volatile_packet));
  bob.poll();
  CHECK_FALSE(bob.take_poll());
  ann.send(R"(42["say"])");
  CHECK(bob.take_poll().value().body == R"(42["said"])");
}

TEST_CASE("a slow handler takes the instance's time", "[app]") {
  auto application = std::make_shared<Application>();
  application->of("/").on("work", [](Call& call) { call.busy(std::chrono::milliseconds(30)); });
  Served served(application);
  RawClient ann(served.host);
  ann.send(R"(42["work"])");
  CHECK(served.host.busy_for == std::chrono::milliseconds(30));
}

TEST_CASE("the chat emits a room message to its room, sender included, and acknowledges", "[app]") {
  Served served(make_chat());
  RawClient ann(served.host), bob(served.host), cid(served.host);
  for (RawClient* client : {&ann, &bob}) client->send(R"(42["join","room1"])");
  bob.send(R"(423["room-msg",{"room":"room1","id":7,"text":"hi"}])");
  CHECK(ann.take() == Texts{R"(42["room-msg",{"room":"room1","id":7,"text":"hi"}])"});
  CHECK(bob.take() == Texts{R"(42["room-msg",{"room":"room1","id":7,"text":"hi"}])", "433[]"});
  CHECK(cid.take().empty());
  bob.send(R"(424["instance"])");
  CHECK(bob.take() == Texts{R"(434["app-1"])"});
}

TEST_CASE("an instance that stops says goodbye to everybody and listens no more", "[app]") {
  Served served(make_chat());
  CHECK(served.host.listening == std::set<std::string>{"*:5000"});
  RawClient ann(served.host);
  PollingClient bob(served.host);
  bob.poll();
  served.app.on_stop();
  CHECK(served.host.listening.empty());
  CHECK(ann.take() == Texts{"<close>"});
  CHECK(bob.take_poll().value().body == "1");
  CHECK(served.app.session_count() == 0);
}
