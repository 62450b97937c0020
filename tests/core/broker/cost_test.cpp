// What a copy costs in the broker's own code. CPU time, not wall time; the bar is loose because test builds are slow builds.
#include <catch2/catch.hpp>
#include <ctime>
#include <iostream>

#include "tests/core/broker/broker_fixture.h"

namespace roundhouse::broker {
namespace {

// Counts and forgets, as cheaply as can be: what is left is the broker's.
class CountingHost final : public Host {
 public:
  Instant now() const override { return {}; }
  std::int64_t epoch_seconds_at_start() const override { return 0; }
  std::string_view name() const override { return "broker"; }
  std::string_view ip() const override { return "127.3.0.1"; }
  EntityId self() const override { return {1}; }
  std::uint32_t incarnation() const override { return 1; }
  Random random(Purpose, Name, std::uint64_t) override { return Random(1); }
  void listen(const Address&) override {}
  void stop_listening(const Address&) override {}
  ConnectionId connect(const ConnectRequest&) override { return {}; }
  std::size_t send(ConnectionId, ByteView, Marks) override { return 0; }
  std::size_t send(ConnectionId, SharedBytes bytes, Marks) override {
    ++copies;
    total += bytes->size();
    return 0;
  }
  void pause_reading(ConnectionId, bool) override {}
  void close(ConnectionId, Close) override {}
  TimerId wake_at(Instant, std::uint64_t) override { return {1}; }
  void cancel(TimerId) override {}
  void busy(Duration) override {}
  TextId text(std::string_view) override { return {1}; }
  std::string_view text_of(TextId) const override { return {}; }
  void record(Record) override {}
  MessageId new_message() override { return {1}; }

  std::size_t copies = 0;
  std::size_t total = 0;
};

}  // namespace

TEST_CASE("a copy to one of a thousand subscribers costs well under a microsecond", "[broker][cost]") {
  CountingHost host;
  Broker broker(host, {});
  broker.on_start();
  constexpr std::uint32_t subscribers = 1000;
  Bytes subscribe;
  resp::append_command(subscribe, {"SUBSCRIBE", "news"});
  const Accepted accepted{{"*", 6379}, {"127.3.0.1", 6379}, {"127.1.0.1", 40000}};
  for (std::uint32_t i = 0; i <= subscribers; ++i) {
    broker.on_accept({i, i + 1}, accepted);
    if (i > 0) broker.on_data({i, i + 1}, subscribe, {});
  }
  Bytes publish;
  resp::append_command(publish, {"PUBLISH", "news", Bytes(64, 'x')});
  const PlacedMark mark{static_cast<std::uint32_t>(publish.size()), published};
  constexpr int rounds = 1000;
  const std::clock_t begin = std::clock();
  for (int i = 0; i < rounds; ++i) broker.on_data({0, 1}, publish, Marks(&mark, 1));
  const double ns =
      static_cast<double>(std::clock() - begin) * (1e9 / CLOCKS_PER_SEC) / (double{rounds} * subscribers);
  CHECK(host.copies == std::size_t{rounds} * subscribers);
  std::cout << "publish to 1000 subscribers: " << ns << " ns of CPU a copy (budget 100 in a release build)\n";
  CHECK(ns < 1000);
}

}  // namespace roundhouse::broker
