// How a message is followed through the app: its id, its marks, and where it was lost.
#include <catch2/catch.hpp>

#include "core/app/app.h"
#include "core/app/chat.h"
#include "core/app/memory_adapter.h"
#include "core/base/payload_hash.h"
#include "tests/core/app/raw_client.h"

using namespace roundhouse;
using namespace roundhouse::app;

namespace {

struct Served {
  explicit Served(Options options = {}, std::shared_ptr<const Application> application = make_chat())
      : app(host, std::move(options), std::move(application), std::make_unique<MemoryAdapter>()) {
    host.set_party(app);
    app.on_start();
  }
  Mark mark_to(const std::string& sid, std::uint64_t message, What what) {
    return {{message}, host.text(sid), what};
  }
  FakeHost host;
  App app;
};

const std::string hello = R"(42["room-msg",{"room":"r","id":7}])";

}  // namespace

TEST_CASE("a message keeps the id of its mark, and each copy carries its receiver", "[app]") {
  Served served;
  RawClient ann(served.host), bob(served.host);
  PollingClient cid(served.host);
  ann.send(R"(42["join","r"])");
  bob.send(R"(42["join","r"])");
  cid.send(R"(42["join","r"])");
  served.host.taken_marks.clear();
  ann.take();
  bob.send(R"(421["room-msg",{"room":"r","id":7}])", Mark{{55}, {}, What::frame});
  ann.take();
  bob.take();
  CHECK(served.host.taken_marks == std::vector<Mark>{served.mark_to(ann.sid(), 55, What::deliver),
                                                     served.mark_to(bob.sid(), 55, What::deliver),
                                                     served.mark_to(bob.sid(), 55, What::reply)});
  served.host.taken_marks.clear();
  cid.poll();
  CHECK(cid.take_poll());
  CHECK(served.host.taken_marks == std::vector<Mark>{served.mark_to(cid.sid(), 55, What::poll)});
  const auto accepts = served.host.records_of(RecordKind::accept);
  REQUIRE(accepts.size() == 1);
  CHECK(accepts[0].message.value == 55);
  CHECK(served.host.text_of(accepts[0].subject) == bob.sid());
  CHECK(served.host.text_of(accepts[0].text) == "r");
}

TEST_CASE("without a mark the id in the payload counts, and without one a new id is given", "[app]") {
  Served served;
  RawClient ann(served.host);
  ann.send(hello);
  ann.send(R"(42["room-send","r","x"])");
  ann.send(R"(42["room-msg",{"room":"r","id":"seven"}])");
  ann.send(R"(42["room-msg",{"room":"r","id":-7}])");
  std::vector<std::uint64_t> ids;
  for (const Record& record : served.host.records_of(RecordKind::accept)) ids.push_back(record.message.value);
  CHECK(ids == std::vector<std::uint64_t>{7, 1, 2, 3});
}

TEST_CASE("only the first emit of a handler carries the message on", "[app]") {
  auto application = std::make_shared<Application>();
  application->of("/").on("twice", [](Call& call) {
    call.to("a").to("b").emit("first");
    call.all().emit("second");
  });
  Served served({}, application);
  RawClient ann(served.host);
  ann.send(R"(42["twice"])", Mark{{55}, {}, What::frame});
  const auto accepts = served.host.records_of(RecordKind::accept);
  REQUIRE(accepts.size() == 2);
  CHECK(accepts[0].message.value == 55);
  CHECK(accepts[1].message.value == 1);
  CHECK_FALSE(accepts[1].text);
  const auto texts = served.host.records_of(RecordKind::text);
  REQUIRE(texts.size() == 1);
  CHECK(served.host.text_of(texts[0].text) == "b");
}

TEST_CASE("a sender that is left out is a drop, not a loss", "[app]") {
  Served served;
  RawClient ann(served.host);
  ann.send(R"(42["join","r"])");
  ann.send(R"(42["room-send-others","r",1])");
  const auto drops = served.host.records_of(RecordKind::drop);
  REQUIRE(drops.size() == 1);
  CHECK(drops[0].how == static_cast<std::uint8_t>(DropReason::except));
  CHECK(served.host.text_of(drops[0].subject) == ann.sid());
  CHECK(served.host.records_of(RecordKind::lost).empty());
}

TEST_CASE("without a broker each message is lost to the other instances", "[app]") {
  for (const std::uint32_t instances : {1u, 2u}) {
    Served served(Options{.instances_in_cluster = instances});
    RawClient ann(served.host);
    ann.send(hello);
    const auto lost = served.host.records_of(RecordKind::lost);
    REQUIRE(lost.size() == instances - 1);
    if (lost.empty()) continue;
    CHECK(lost[0].message.value == 7);
    CHECK(lost[0].code == static_cast<std::uint16_t>(Cause::no_broker));
    CHECK(lost[0].how == static_cast<std::uint8_t>(What::publish));
  }
}

TEST_CASE("marked packets that wait for a poll are held, and lost with the session", "[app]") {
  Served served;
  RawClient ann(served.host);
  PollingClient bob(served.host);
  bob.send(R"(42["join","r"])");
  ann.send(hello);
  served.app.on_run_end();
  const auto held = served.host.records_of(RecordKind::held);
  REQUIRE(held.size() == 1);
  CHECK(held[0].message.value == 7);
  CHECK(held[0].how == static_cast<std::uint8_t>(What::poll));
  CHECK(served.host.text_of(held[0].subject) == bob.sid());

  SECTION("the client has left without a word") {
    served.host.pass(std::chrono::seconds(46));
    const auto lost = served.host.records_of(RecordKind::lost);
    REQUIRE(lost.size() == 1);
    CHECK(lost[0].code == static_cast<std::uint16_t>(Cause::away));
    CHECK(served.host.text_of(lost[0].subject) == bob.sid());
  }
  SECTION("the client has said goodbye") {
    bob.send("1");
    const auto lost = served.host.records_of(RecordKind::lost);
    REQUIRE(lost.size() == 1);
    CHECK(lost[0].code == static_cast<std::uint16_t>(Cause::gone));
    CHECK(lost[0].how == static_cast<std::uint8_t>(What::poll));
  }
}

TEST_CASE("a packet that waited for a poll is delivered after the upgrade", "[app]") {
  Served served;
  RawClient ann(served.host);
  PollingClient bob(served.host);
  bob.send(R"(42["join","r"])");
  const ConnectionId probe = served.host.accept("127.0.8.1");
  served.host.give(probe, upgrade("/socket.io/?EIO=4&transport=websocket&sid=" + bob.engine_sid()));
  served.host.give(probe, client_frame("2probe"));
  ann.send(hello);
  served.host.take(probe);
  served.host.taken_marks.clear();
  served.host.give(probe, client_frame("5"));
  ann.send(hello);
  CHECK(read_frame(served.host.take(probe)).value().payload == R"(42["room-msg",{"room":"r","id":7}])");
  CHECK(served.host.taken_marks == std::vector<Mark>(2, served.mark_to(bob.sid(), 7, What::deliver)));
}

TEST_CASE("a POST for an unknown session loses what it carries", "[app]") {
  Served served;
  const ConnectionId connection = served.host.accept();
  served.host.give(connection, post("/socket.io/?EIO=4&transport=polling&sid=AAAAAAAAAAAAAAAAAAAA", hello),
                   Mark{{9}, {}, What::post});
  CHECK(read_answer(served.host.take(connection)).value().status == 400);
  const auto lost = served.host.records_of(RecordKind::lost);
  REQUIRE(lost.size() == 1);
  CHECK(lost[0].message.value == 9);
  CHECK(lost[0].how == static_cast<std::uint8_t>(What::post));
  CHECK(lost[0].code == static_cast<std::uint16_t>(Cause::gone));
  const auto requests = served.host.records_of(RecordKind::request);
  REQUIRE(requests.size() == 1);
  CHECK(requests[0].value == 2);
  CHECK(requests[0].code == 400);
  CHECK(served.host.text_of(requests[0].text) == "POST");
  CHECK(served.host.text_of(requests[0].subject) == "AAAAAAAAAAAAAAAAAAAA");
}

TEST_CASE("each packet of a POST has its own mark", "[app]") {
  Served served;
  PollingClient ann(served.host);
  const std::string first = R"(42["room-msg",{"room":"r"}])";
  const std::string request = post(ann.target(), first + "\x1e" + first);
  const std::vector<PlacedMark> marks{
      {static_cast<std::uint32_t>(request.size() - first.size() - 1), {{11}, {}, What::post}},
      {static_cast<std::uint32_t>(request.size()), {{12}, {}, What::post}}};
  served.host.give(ann.post_connection(), request, Marks(marks));
  const auto accepts = served.host.records_of(RecordKind::accept);
  REQUIRE(accepts.size() == 2);
  CHECK(accepts[0].message.value == 11);
  CHECK(accepts[1].message.value == 12);
}

TEST_CASE("foreign clients' deliveries are recorded as handed over", "[app]") {
  Served served(Options{.record_handed = true});
  RawClient ann(served.host);
  ann.send(R"(42["join","r"])");
  ann.send(hello);
  const auto handed = served.host.records_of(RecordKind::handed);
  REQUIRE(handed.size() == 1);
  CHECK(handed[0].message.value == 7);
  CHECK(handed[0].value == payload_hash(R"([{"room":"r","id":7}])"));
}

TEST_CASE("a session's life is recorded", "[app]") {
  Served served;
  PollingClient ann(served.host);
  const ConnectionId probe = served.host.accept();
  served.host.give(probe, upgrade("/socket.io/?EIO=4&transport=websocket&sid=" + ann.engine_sid()));
  served.host.give(probe, client_frame("2probe"));
  served.host.give(probe, client_frame("5"));
  served.host.reset(probe);
  std::vector<SessionPhase> phases;
  for (const Record& record : served.host.records_of(RecordKind::session)) {
    phases.push_back(static_cast<SessionPhase>(record.how));
    CHECK(served.host.text_of(record.subject) == ann.engine_sid());
  }
  CHECK(phases ==
        std::vector<SessionPhase>{SessionPhase::opened, SessionPhase::upgraded, SessionPhase::closed});
  const auto sockets = served.host.records_of(RecordKind::socket);
  REQUIRE(sockets.size() == 2);
  CHECK(served.host.text_of(sockets[1].text) == "transport close");
  CHECK(served.host.text_of({static_cast<std::uint32_t>(sockets[1].value)}) == ann.engine_sid());
}
