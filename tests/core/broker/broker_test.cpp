#include <catch2/catch.hpp>

#include "tests/core/broker/broker_fixture.h"

namespace roundhouse::broker {

TEST_CASE("a broker listens where it is told and stops when it is told", "[broker]") {
  Desk desk({.listen = {"127.3.0.1", 7000}});
  CHECK(desk.host.listening.contains("127.3.0.1:7000"));
  const auto client = desk.join();
  desk.broker.on_stop();
  CHECK(desk.host.listening.empty());
  CHECK(desk.host.at(client).closed);
}

TEST_CASE("a fan-out is encoded once and reaches subscribers in the order of subscribing", "[broker]") {
  Desk desk;
  std::vector<ConnectionId> subscribers;
  for (int i = 0; i < 5; ++i) subscribers.push_back(desk.join());
  for (const auto& subscriber : subscribers) desk.ask(subscriber, {"SUBSCRIBE", "news"});
  desk.host.shared_sends = 0;
  const auto publisher = desk.join();
  CHECK(desk.ask(publisher, {"PUBLISH", "news", "hi"}) == ":5\r\n");
  CHECK(desk.host.shared_sends == 5);
  // Only the host of the test still holds the frame: all five sends had the same one.
  CHECK(desk.host.last_shared.use_count() == 1);
  for (const auto& subscriber : subscribers) {
    CHECK(desk.host.take(subscriber) == "*3\r\n$7\r\nmessage\r\n$4\r\nnews\r\n$2\r\nhi\r\n");
  }
}

TEST_CASE("a mark on PUBLISH goes on with every copy, and the position is recorded", "[broker][marks]") {
  Desk desk;
  const auto plain = desk.join();
  const auto pattern = desk.join();
  desk.ask(plain, {"SUBSCRIBE", "news"});
  desk.ask(pattern, {"PSUBSCRIBE", "n*"});
  const auto publisher = desk.join();
  desk.say(publisher, {"PUBLISH", "other", "unmarked"});
  desk.say(publisher, {"PUBLISH", "news", "hi"}, published);
  for (const auto& subscriber : {plain, pattern}) {
    const auto& wire = desk.host.at(subscriber);
    REQUIRE(wire.marks.size() == 1);
    CHECK(wire.marks[0].mark == Mark{{7}, {}, What::copy});
    CHECK(wire.marks[0].end == wire.output.size());
  }
  const auto positions = desk.records_of(RecordKind::position);
  REQUIRE(positions.size() == 1);
  CHECK(positions[0].message == MessageId{7});
  CHECK(desk.host.text_of(positions[0].text) == "news");
  CHECK(positions[0].value == 2);
  CHECK(positions[0].extra == 2);
}

TEST_CASE("the bytes are the same without marks", "[broker][marks]") {
  Bytes heard[2];
  for (const bool marked : {false, true}) {
    Desk desk;
    const auto subscriber = desk.join();
    desk.say(subscriber, {"SUBSCRIBE", "news"});
    const auto publisher = desk.join();
    desk.say(publisher, {"PUBLISH", "news", "hi"}, marked ? published : Mark{});
    heard[marked] = desk.host.take(subscriber) + desk.host.take(publisher);
  }
  CHECK(heard[0] == heard[1]);
}

TEST_CASE("a mark that comes later than its command's first bytes is still found", "[broker][marks]") {
  Desk desk;
  const auto subscriber = desk.join();
  desk.say(subscriber, {"SUBSCRIBE", "news"});
  const auto publisher = desk.join();
  Bytes bytes;
  resp::append_command(bytes, {"PUBLISH", "news", "one"});
  const auto first = static_cast<std::uint32_t>(bytes.size());
  resp::append_command(bytes, {"PUBLISH", "news", "two"});
  for (std::uint32_t cut = 0; cut <= bytes.size(); ++cut) {
    desk.host.at(subscriber).marks.clear();
    std::vector<PlacedMark> before;
    std::vector<PlacedMark> after;
    const PlacedMark one{first, {{1}, {}, What::publish}};
    const PlacedMark two{static_cast<std::uint32_t>(bytes.size()), {{2}, {}, What::publish}};
    for (const PlacedMark& mark : {one, two}) {
      if (mark.end <= cut) {
        before.push_back(mark);
      } else {
        after.push_back({mark.end - cut, mark.mark});
      }
    }
    desk.broker.on_data(publisher, ByteView(bytes).substr(0, cut), before);
    desk.broker.on_data(publisher, ByteView(bytes).substr(cut), after);
    const auto& marks = desk.host.at(subscriber).marks;
    REQUIRE(marks.size() == 2);
    CHECK(marks[0].mark.message == MessageId{1});
    CHECK(marks[1].mark.message == MessageId{2});
  }
}

TEST_CASE("a marked command that publishes nothing is recorded as lost", "[broker][marks]") {
  Desk desk;
  const auto publisher = desk.join();
  desk.say(publisher, {"PUBLISH", "news"}, published);
  const auto lost = desk.records_of(RecordKind::lost);
  REQUIRE(lost.size() == 1);
  CHECK(lost[0].message == MessageId{7});
  CHECK(lost[0].how == static_cast<std::uint8_t>(What::publish));
  CHECK(lost[0].code == static_cast<std::uint16_t>(Cause::refused));
}

TEST_CASE("marked bytes behind a broken command are recorded as lost", "[broker][marks]") {
  Desk desk;
  const auto publisher = desk.join();
  Bytes bytes = "*1\r\n!3\r\n";
  resp::append_command(bytes, {"PUBLISH", "news", "hi"});
  const PlacedMark placed{static_cast<std::uint32_t>(bytes.size()), published};
  desk.broker.on_data(publisher, bytes, Marks(&placed, 1));
  CHECK(desk.host.at(publisher).closed);
  CHECK(desk.records_of(RecordKind::position).empty());
  REQUIRE(desk.records_of(RecordKind::lost).size() == 1);
  CHECK(desk.records_of(RecordKind::lost)[0].code == static_cast<std::uint16_t>(Cause::closed));
}

TEST_CASE("a mark still waiting when the run ends is held", "[broker][marks]") {
  Desk desk;
  const auto publisher = desk.join();
  // A stream that carries its mark early: bytes are there, the command is not.
  const PlacedMark placed{4, published};
  desk.broker.on_data(publisher, "*3\r\n", Marks(&placed, 1));
  desk.broker.on_run_end();
  const auto held = desk.records_of(RecordKind::held);
  REQUIRE(held.size() == 1);
  CHECK(held[0].message == MessageId{7});
  CHECK(held[0].how == static_cast<std::uint8_t>(What::publish));
}

TEST_CASE("what a departed subscriber misses is recorded until it subscribes again", "[broker][departed]") {
  Desk desk;
  desk.host.entities["127.1.0.2"] = {42};
  const auto subscriber = desk.join("127.1.0.2");
  desk.say(subscriber, {"SUBSCRIBE", "news"});
  desk.say(subscriber, {"PSUBSCRIBE", "n*", "x*"});
  const bool by_fin = GENERATE(true, false);
  if (by_fin) {
    desk.broker.on_end(subscriber);
  } else {
    desk.broker.on_close(subscriber, CloseReason::reset);
  }
  const auto publisher = desk.join();
  CHECK(desk.ask(publisher, {"PUBLISH", "news", "hi"}, published) == ":0\r\n");
  auto lost = desk.records_of(RecordKind::lost);
  REQUIRE(lost.size() == 2);  // the channel's copy and the pattern's
  for (const Record& record : lost) {
    CHECK(record.message == MessageId{7});
    CHECK(record.how == static_cast<std::uint8_t>(What::copy));
    CHECK(record.code == static_cast<std::uint16_t>(Cause::closed));
    CHECK(record.other == EntityId{42});
    CHECK(record.connection == subscriber.serial);
  }

  SECTION("from the same address: it misses only what it has not subscribed to again") {
    const auto back = desk.join("127.1.0.2");
    desk.say(back, {"PSUBSCRIBE", "n*"});
    desk.host.take_records();
    desk.say(publisher, {"PUBLISH", "news", "hi"}, published);
    CHECK(desk.records_of(RecordKind::lost).size() == 1);
    desk.say(back, {"SUBSCRIBE", "news"});
    desk.host.take_records();
    desk.say(publisher, {"PUBLISH", "news", "hi"}, published);
    CHECK(desk.records_of(RecordKind::lost).empty());
  }
  SECTION("from another address: that is somebody else") {
    const auto other = desk.join("127.1.0.3");
    desk.say(other, {"SUBSCRIBE", "news"});
    desk.host.take_records();
    desk.say(publisher, {"PUBLISH", "news", "hi"}, published);
    CHECK(desk.records_of(RecordKind::lost).size() == 2);
  }
  SECTION("without a mark nothing is recorded") {
    desk.host.take_records();
    desk.say(publisher, {"PUBLISH", "news", "hi"});
    CHECK(desk.host.records.empty());
  }
}

TEST_CASE("who says goodbye misses nothing", "[broker][departed]") {
  Desk desk;
  for (const ByteView goodbye : {"UNSUBSCRIBE", "QUIT", "RESET"}) {
    const auto subscriber = desk.join("127.1.0.2");
    desk.say(subscriber, {"SUBSCRIBE", "news"});
    desk.say(subscriber, {goodbye});
    if (!desk.host.at(subscriber).closed) desk.broker.on_end(subscriber);
  }
  desk.say(desk.join(), {"PUBLISH", "news", "hi"}, published);
  CHECK(desk.records_of(RecordKind::lost).empty());
}

TEST_CASE("a slot that is used again is another client", "[broker]") {
  Desk desk;
  const auto first = desk.join();
  desk.say(first, {"CLIENT", "SETNAME", "one"});
  desk.broker.on_close(first, CloseReason::finished);
  const ConnectionId again{first.slot, first.serial + 1000};
  desk.host.take(first);
  desk.broker.on_accept(again, {{"*", 6379}, {"127.3.0.1", 6379}, {"127.1.0.1", 40001}});
  CHECK(desk.ask(again, {"CLIENT", "GETNAME"}) == "$-1\r\n");
  // Late bytes of the old connection are nobody's.
  desk.say(first, {"PING"});
  CHECK(desk.host.take(again).empty());
}

TEST_CASE("RESP3 is refused, so that a client goes on with RESP2", "[broker]") {
  Desk desk;
  const auto client = desk.join();
  CHECK(desk.ask(client, {"HELLO", "3"}) == "-NOPROTO unsupported protocol version\r\n");
  CHECK(desk.ask(client, {"PING"}) == "+PONG\r\n");
}

TEST_CASE("redis-cli's COMMAND DOCS and everyone's COMMAND INFO are answered", "[broker]") {
  Desk desk;
  const auto client = desk.join();
  CHECK(desk.ask(client, {"COMMAND", "INFO", "publish", "nosuch"}) ==
        "*2\r\n*10\r\n$7\r\npublish\r\n:3\r\n*4\r\n+pubsub\r\n+loading\r\n+stale\r\n+fast\r\n:0\r\n:0\r\n:"
        "0\r\n*2\r\n+@pubsub\r\n+@fast\r\n"
        "*0\r\n*0\r\n*0\r\n$-1\r\n");
  CHECK(desk.ask(client, {"COMMAND", "DOCS", "ping"}) ==
        "*2\r\n$4\r\nping\r\n*6\r\n$7\r\nsummary\r\n$15\r\nPing the "
        "server\r\n$5\r\nsince\r\n$5\r\n1.0.0\r\n$5\r\ngroup\r\n$10\r\n"
        "connection\r\n");
  CHECK(desk.ask(client, {"COMMAND", "DOCS", "nosuch"}) == "*0\r\n");
  CHECK(desk.ask(client, {"COMMAND"}).starts_with("*15\r\n*10\r\n"));
}

}  // namespace roundhouse::broker
