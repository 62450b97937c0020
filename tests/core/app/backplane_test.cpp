#include <catch2/catch.hpp>

#include "core/app/backplane.h"
#include "core/resp/writer.h"
#include "tests/core/app/backplane_host.h"

namespace roundhouse::app {
namespace {

using namespace std::chrono_literals;

struct Heard final : Backplane::Listener {
  void on_message(const BackplaneMessage& message) override {
    messages.push_back(
        {Bytes(message.pattern), Bytes(message.channel), Bytes(message.payload), message.mark});
  }
  bool has_receivers() const override { return receivers; }
  bool receivers = false;
  struct Message {
    Bytes pattern;
    Bytes channel;
    Bytes payload;
    Mark mark;
  };
  std::vector<Message> messages;
};

struct Desk {
  explicit Desk(BackplaneOptions options = {})
      : backplane(host, std::move(options), heard, std::uint64_t{1} << 63) {
    backplane.psubscribe("a*");
    backplane.subscribe({"b", "c"});
    backplane.start();
  }
  // The first connection publishes, the second subscribes.
  BackplaneHost::Wire& publisher(std::size_t attempt = 0) { return host.wires.at(attempt * 2); }
  BackplaneHost::Wire& subscriber(std::size_t attempt = 0) { return host.wires.at(attempt * 2 + 1); }
  void open_both() {
    backplane.on_open(publisher().id);
    backplane.on_open(subscriber().id);
  }
  void confirm(ConnectionId connection) {
    Bytes bytes;
    for (const auto& [kind, name] : {std::pair{"psubscribe", "a*"}, {"subscribe", "b"}, {"subscribe", "c"}}) {
      resp::append_array(bytes, 3);
      resp::append_bulk(bytes, kind);
      resp::append_bulk(bytes, name);
      resp::append_integer(bytes, 1);
    }
    backplane.on_data(connection, bytes, {});
  }
  Record only_lost() const {
    const auto lost = host.records_of(RecordKind::lost);
    REQUIRE(lost.size() == 1);
    return lost[0];
  }

  BackplaneHost host;
  Heard heard;
  Backplane backplane;
};

Bytes publish_bytes(ByteView channel, ByteView payload) {
  Bytes bytes;
  resp::append_command(bytes, {"PUBLISH", channel, payload});
  return bytes;
}

}  // namespace

TEST_CASE("a backplane subscribes once its connection is open, and is ready once that is confirmed",
          "[backplane]") {
  Desk desk;
  REQUIRE(desk.host.wires.size() == 2);
  CHECK(desk.publisher().to == Address{"broker", 6379});
  CHECK(desk.subscriber().output.empty());
  desk.open_both();
  CHECK(desk.subscriber().output ==
        "*2\r\n$10\r\nPSUBSCRIBE\r\n$2\r\na*\r\n*3\r\n$9\r\nSUBSCRIBE\r\n$1\r\nb\r\n$1\r\nc\r\n");
  CHECK_FALSE(desk.backplane.ready());
  desk.confirm(desk.subscriber().id);
  CHECK(desk.backplane.ready());
  CHECK(desk.publisher().output.empty());
}

TEST_CASE("what is published carries its mark, and a record says on which connection", "[backplane][marks]") {
  Desk desk;
  desk.open_both();
  desk.backplane.publish("b", "payload", {7});
  CHECK(desk.publisher().output == publish_bytes("b", "payload"));
  REQUIRE(desk.publisher().marks.size() == 1);
  CHECK(desk.publisher().marks[0].mark == Mark{{7}, {}, What::publish});
  CHECK(desk.publisher().marks[0].end == desk.publisher().output.size());
  const auto records = desk.host.records_of(RecordKind::publish);
  REQUIRE(records.size() == 1);
  CHECK(records[0].message == MessageId{7});
  CHECK(records[0].connection == desk.publisher().id.serial);
  CHECK(desk.host.text_of(records[0].text) == "b");
  desk.backplane.publish("b", "nobody's", {});
  CHECK(desk.publisher().marks.size() == 1);
}

TEST_CASE("messages come in with their marks, however they are cut", "[backplane][marks]") {
  Bytes bytes;
  std::vector<PlacedMark> marks;
  resp::append_command(bytes, {"pmessage", "a*", "abc", "one"});
  marks.push_back({static_cast<std::uint32_t>(bytes.size()), {{1}, {}, What::copy}});
  resp::append_command(bytes, {"message", "b", "two"});
  resp::append_command(bytes, {"message", "c", "three"});
  marks.push_back({static_cast<std::uint32_t>(bytes.size()), {{3}, {}, What::copy}});
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    Desk desk;
    desk.open_both();
    std::vector<PlacedMark> before;
    std::vector<PlacedMark> after;
    for (PlacedMark mark : marks) {
      if (mark.end <= cut) {
        before.push_back(mark);
      } else {
        mark.end -= static_cast<std::uint32_t>(cut);
        after.push_back(mark);
      }
    }
    desk.backplane.on_data(desk.subscriber().id, ByteView(bytes).substr(0, cut), before);
    desk.backplane.on_data(desk.subscriber().id, ByteView(bytes).substr(cut), after);
    const auto& heard = desk.heard.messages;
    REQUIRE(heard.size() == 3);
    CHECK(heard[0].pattern == "a*");
    CHECK(heard[0].channel == "abc");
    CHECK(heard[0].payload == "one");
    CHECK(heard[0].mark.message == MessageId{1});
    CHECK(heard[1].pattern.empty());
    CHECK(heard[1].channel == "b");
    CHECK_FALSE(heard[1].mark);
    CHECK(heard[2].mark.message == MessageId{3});
  }
}

TEST_CASE("it comes back after 50, 100, 150 ms and so on up to 2 s, and counts anew once it was there",
          "[backplane]") {
  Desk desk;
  desk.backplane.on_open(desk.subscriber().id);
  ConnectionId publisher = desk.publisher().id;
  for (int attempt = 1; attempt <= 45; ++attempt) {
    const Instant before = desk.host.now();
    desk.backplane.on_close(publisher, CloseReason::refused);
    const std::uint64_t tag = desk.host.next_timer();
    CHECK((tag >> 63) == 1);
    CHECK(desk.host.now() - before == std::min<Duration>(2s, attempt * 50ms));
    desk.backplane.on_timer(tag & ~(std::uint64_t{1} << 63));
    publisher = desk.host.wires.back().id;
  }
  desk.backplane.on_open(publisher);
  const Instant before = desk.host.now();
  desk.backplane.on_end(publisher);
  CHECK(desk.host.at(publisher).closed);
  desk.host.next_timer();
  CHECK(desk.host.now() - before == 50ms);
}

TEST_CASE("a new connection subscribes again, and is ready again once that is confirmed", "[backplane]") {
  Desk desk;
  desk.open_both();
  desk.confirm(desk.subscriber().id);
  const Bytes asked = desk.subscriber().output;
  desk.backplane.on_close(desk.subscriber().id, CloseReason::reset);
  CHECK_FALSE(desk.backplane.ready());
  desk.backplane.on_timer(desk.host.next_timer() & 0xff);
  const ConnectionId again = desk.host.wires.back().id;
  desk.backplane.on_open(again);
  CHECK(desk.host.at(again).output == asked);
  CHECK_FALSE(desk.backplane.ready());
  desk.confirm(again);
  CHECK(desk.backplane.ready());
}

TEST_CASE("without a queue, what is published while the broker is away is lost, and says why",
          "[backplane][marks]") {
  const auto [reason, cause] =
      GENERATE(table<CloseReason, Cause>({{CloseReason::refused, Cause::refused},
                                          {CloseReason::finished, Cause::closed},
                                          {CloseReason::reset, Cause::reset},
                                          {CloseReason::timed_out, Cause::timeout}}));
  Desk desk;
  desk.backplane.on_close(desk.publisher().id, reason);
  desk.backplane.publish("b", "payload", {7});
  CHECK(desk.only_lost().message == MessageId{7});
  CHECK(desk.only_lost().how == static_cast<std::uint8_t>(What::publish));
  CHECK(desk.only_lost().code == static_cast<std::uint16_t>(cause));
  CHECK(desk.host.records_of(RecordKind::publish).empty());
}

TEST_CASE("with a queue, it goes out in order when the broker is back, and what does not fit is lost",
          "[backplane][limits]") {
  BackplaneOptions options;
  options.offline_publishes_max = 2;
  Desk desk(options);
  desk.backplane.on_close(desk.publisher().id, CloseReason::refused);
  desk.backplane.publish("b", "1", {1});
  desk.backplane.on_timer(desk.host.next_timer() & 0xff);
  desk.backplane.publish("b", "2", {2});  // the connection is under way: not before what waits
  desk.backplane.publish("b", "3", {3});
  CHECK(desk.only_lost().message == MessageId{3});
  CHECK(desk.only_lost().code == static_cast<std::uint16_t>(Cause::overflow));
  desk.backplane.on_run_end();
  CHECK(desk.host.records_of(RecordKind::held).size() == 2);
  const ConnectionId again = desk.host.wires.back().id;
  CHECK(desk.host.at(again).output.empty());
  desk.backplane.on_open(again);
  CHECK(desk.host.at(again).output == publish_bytes("b", "1") + publish_bytes("b", "2"));
}

TEST_CASE("a broker that does not read makes what is published lost beyond the limit",
          "[backplane][limits]") {
  BackplaneOptions options;
  options.output_bytes_max = send_high_mark;
  Desk desk(options);
  desk.open_both();
  desk.host.reads = false;
  desk.backplane.publish("b", Bytes(send_high_mark, 'x'), {1});
  CHECK(desk.host.records_of(RecordKind::lost).empty());
  desk.backplane.publish("b", "2", {2});
  CHECK(desk.only_lost().message == MessageId{2});
  CHECK(desk.only_lost().code == static_cast<std::uint16_t>(Cause::overflow));
  desk.host.reads = true;
  desk.backplane.on_drain(desk.publisher().id);
  desk.backplane.publish("b", "3", {3});
  CHECK(desk.host.records_of(RecordKind::publish).size() == 2);
}

TEST_CASE("a limit that could never be left again is refused", "[backplane][limits]") {
  BackplaneOptions options;
  options.output_bytes_max = send_high_mark - 1;
  CHECK_THROWS_AS(Desk(options), UsageError);
}

TEST_CASE("whoever answers with an error or with no RESP is left and tried again", "[backplane]") {
  const ByteView answer = GENERATE(as<ByteView>(), "-LOADING Redis is loading the dataset in memory\r\n",
                                   "HTTP/1.1 400 Bad Request\r\n\r\n", "*1000000000\r\n", "$99999999999\r\n");
  Desk desk;
  desk.open_both();
  desk.backplane.on_data(desk.subscriber().id, answer, {});
  CHECK(desk.subscriber().closed);
  CHECK(desk.host.timers.size() == 1);
  CHECK(desk.heard.messages.empty());
}

TEST_CASE("who has receivers before the subscriptions stand says that it was deaf", "[backplane]") {
  const bool receivers = GENERATE(false, true);
  Desk desk;
  desk.heard.receivers = receivers;
  desk.open_both();
  desk.confirm(desk.subscriber().id);
  const auto lost = desk.host.records_of(RecordKind::lost);
  REQUIRE(lost.size() == (receivers ? 1 : 0));
  if (!receivers) return;
  CHECK(lost.front().how == static_cast<std::uint8_t>(What::copy));
  CHECK(lost.front().other == desk.host.self());
  CHECK(lost.front().code != static_cast<std::uint16_t>(Cause::none));
}

TEST_CASE("it says goodbye and does not come back", "[backplane]") {
  Desk desk;
  desk.open_both();
  desk.subscriber().output.clear();
  desk.backplane.stop();
  CHECK(desk.subscriber().output == "*1\r\n$12\r\nPUNSUBSCRIBE\r\n*1\r\n$11\r\nUNSUBSCRIBE\r\n");
  CHECK(desk.publisher().closed);
  CHECK(desk.subscriber().closed);
  CHECK(desk.host.timers.empty());
  desk.backplane.publish("b", "late", {7});
  CHECK(desk.only_lost().message == MessageId{7});
}

}  // namespace roundhouse::app
