// Every limit of the broker, reached.
#include <catch2/catch.hpp>

#include "core/broker/output_limit.h"
#include "tests/core/broker/broker_fixture.h"

namespace roundhouse::broker {
namespace {

using namespace std::chrono_literals;

BrokerOptions small() {
  BrokerOptions options;
  options.pubsub = {.hard_bytes = 4000, .soft_bytes = 1000, .soft_time = 2s};
  return options;
}

struct Slow : Desk {
  explicit Slow(BrokerOptions options)
      : Desk(std::move(options)), subscriber(join("127.1.0.9")), publisher(join()) {
    say(subscriber, {"SUBSCRIBE", "news"});
    host.at(subscriber).reads_nothing = true;
  }
  void publish(std::size_t size, Mark mark = {}) {
    last = ask(publisher, {"PUBLISH", "news", Bytes(size, 'x')}, mark);
  }

  ConnectionId subscriber;
  ConnectionId publisher;
  Bytes last;
};

}  // namespace

TEST_CASE("at the hard limit a subscriber is reset, and counts no more at the next message",
          "[broker][limits]") {
  Slow desk(small());
  desk.publish(900);
  desk.publish(900);
  desk.publish(900);
  desk.publish(900);
  CHECK_FALSE(desk.host.at(desk.subscriber).closed);
  desk.publish(900);
  CHECK(desk.last == ":1\r\n");
  CHECK(desk.host.at(desk.subscriber).closed);
  CHECK(desk.host.at(desk.subscriber).how == Close::reset);
  CHECK(desk.host.timers.empty());
  desk.publish(900, published);
  CHECK(desk.last == ":0\r\n");
  const auto lost = desk.records_of(RecordKind::lost);
  REQUIRE(lost.size() == 1);
  CHECK(lost[0].code == static_cast<std::uint16_t>(Cause::overflow));
}

TEST_CASE("in the turn that cut it off, a subscriber still counts, and its copies are lost",
          "[broker][limits]") {
  Slow desk(small());
  Bytes bytes;
  std::vector<PlacedMark> marks;
  for (std::uint64_t i = 1; i <= 6; ++i) {
    resp::append_command(bytes, {"PUBLISH", "news", Bytes(900, 'x')});
    marks.push_back({static_cast<std::uint32_t>(bytes.size()), {{i}, {}, What::publish}});
  }
  desk.broker.on_data(desk.publisher, bytes, marks);
  CHECK(desk.host.take(desk.publisher) == ":1\r\n:1\r\n:1\r\n:1\r\n:1\r\n:1\r\n");
  CHECK(desk.host.at(desk.subscriber).marks.size() == 5);
  const auto lost = desk.records_of(RecordKind::lost);
  REQUIRE(lost.size() == 1);
  CHECK(lost[0].message == MessageId{6});
  CHECK(lost[0].how == static_cast<std::uint8_t>(What::copy));
  CHECK(lost[0].code == static_cast<std::uint16_t>(Cause::overflow));
}

TEST_CASE("above the soft limit a subscriber is cut off only after the soft time", "[broker][limits]") {
  Slow desk(small());
  desk.publish(1500);
  desk.host.pass(2s);
  desk.host.run_timers(desk.broker);
  desk.publish(10);
  CHECK_FALSE(desk.host.at(desk.subscriber).closed);
  SECTION("by the next message") {
    desk.host.pass(1ms);
    desk.publish(10);
    CHECK(desk.host.at(desk.subscriber).closed);
  }
  SECTION("by the timer, when nothing is published") {
    desk.host.pass(1ms);
    desk.host.run_timers(desk.broker);
    CHECK(desk.host.at(desk.subscriber).closed);
  }
  SECTION("but not if it has read meanwhile") {
    desk.host.at(desk.subscriber).stuck = 0;
    desk.host.at(desk.subscriber).reads_nothing = false;
    SECTION("everything") {
      desk.broker.on_drain(desk.subscriber);
    }
    SECTION("enough") {
      desk.host.at(desk.subscriber).stuck = 999;
    }
    desk.host.pass(1h);
    desk.host.run_timers(desk.broker);
    desk.publish(10);
    CHECK_FALSE(desk.host.at(desk.subscriber).closed);
  }
}

TEST_CASE("a subscriber that leaves takes its timer with it", "[broker][limits]") {
  Slow desk(small());
  desk.publish(1500);
  CHECK(desk.host.timers.size() == 1);
  desk.broker.on_close(desk.subscriber, CloseReason::reset);
  CHECK(desk.host.timers.empty());
}

TEST_CASE("Redis's own figures are the defaults", "[broker][limits]") {
  const BrokerOptions options;
  CHECK(options.pubsub.hard_bytes == 33'554'432);
  CHECK(options.pubsub.soft_bytes == 8'388'608);
  CHECK(options.pubsub.soft_time == 60s);
  CHECK(options.clients_max == 10'000);
}

TEST_CASE("one client too many is told so and closed", "[broker][limits]") {
  BrokerOptions options;
  options.clients_max = 2;
  Desk desk(options);
  const auto first = desk.join();
  desk.join();
  const auto third = desk.join();
  CHECK(desk.host.at(third).output == "-ERR max number of clients reached\r\n");
  CHECK(desk.host.at(third).closed);
  desk.broker.on_close(first, CloseReason::finished);
  const auto fourth = desk.join();
  CHECK(desk.ask(fourth, {"PING"}) == "+PONG\r\n");
}

TEST_CASE("a client that does not read its replies waits with its commands", "[broker][limits]") {
  BrokerOptions options;
  options.replies_bytes_max = 1000;
  Desk desk(options);
  const auto client = desk.join();
  desk.host.at(client).reads_nothing = true;
  desk.say(client, {"ECHO", Bytes(900, 'x')});
  CHECK_FALSE(desk.host.at(client).paused);
  desk.say(client, {"ECHO", Bytes(900, 'x')});
  CHECK(desk.host.at(client).paused);
  desk.broker.on_drain(client);
  CHECK_FALSE(desk.host.at(client).paused);
}

TEST_CASE("an unfinished command larger than the query buffer closes the client without a word",
          "[broker][limits]") {
  BrokerOptions options;
  options.commands.query_bytes_max = 1000;
  Desk desk(options);
  const auto client = desk.join();
  desk.broker.on_data(client, "*2\r\n$4\r\nECHO\r\n$5000\r\n", {});
  for (int i = 0; i < 9; ++i) desk.broker.on_data(client, Bytes(100, 'x'), {});
  CHECK_FALSE(desk.host.at(client).closed);
  desk.broker.on_data(client, Bytes(100, 'x'), {});
  CHECK(desk.host.at(client).closed);
  CHECK(desk.host.at(client).output.empty());
}

TEST_CASE("beyond the limit the subscriber that left first is forgotten", "[broker][limits]") {
  BrokerOptions options;
  options.departed_max = 3;
  Desk desk(options);
  std::vector<std::uint32_t> serials;
  for (int i = 0; i < 5; ++i) {
    const auto subscriber = desk.join("127.1.0." + std::to_string(10 + i));
    desk.say(subscriber, {"SUBSCRIBE", "news"});
    desk.broker.on_end(subscriber);
    serials.push_back(subscriber.serial);
  }
  desk.say(desk.join(), {"PUBLISH", "news", "hi"}, published);
  const auto lost = desk.records_of(RecordKind::lost);
  REQUIRE(lost.size() == 3);
  for (std::size_t i = 0; i < 3; ++i) CHECK(lost[i].connection == serials[i + 2]);
}

}  // namespace roundhouse::broker
