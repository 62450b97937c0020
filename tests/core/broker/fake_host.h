// A host of the tests' own: it keeps what a broker says and hands it what peers say. No links, no delays.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include <roundhouse/host.h>
#include "core/base/assertion.h"

namespace roundhouse::broker {

class FakeHost final : public Host {
 public:
  struct Wire {
    Bytes output;
    std::vector<PlacedMark> marks;  // `end` counts from the start of output
    bool closed = false;
    Close how = Close::fin;
    bool paused = false;
    std::size_t stuck = 0;  // bytes that the peer does not read
    bool reads_nothing = false;
  };
  struct Timer {
    Instant at;
    std::uint64_t tag = 0;
  };

  Instant now() const override { return now_; }
  std::int64_t epoch_seconds_at_start() const override { return 1'700'000'000; }
  std::string_view name() const override { return "broker"; }
  std::string_view ip() const override { return "127.3.0.1"; }
  EntityId self() const override { return {1}; }
  std::uint32_t incarnation() const override { return 1; }
  EntityId entity_at(std::string_view ip) const override {
    const auto found = entities.find(ip);
    return found == entities.end() ? EntityId() : found->second;
  }
  Random random(Purpose purpose, Name peer, std::uint64_t n) override {
    return Random(draw_key(1, "broker", purpose, peer, n));
  }
  void listen(const Address& address) override { listening.insert(address.text()); }
  void stop_listening(const Address& address) override { listening.erase(address.text()); }
  ConnectionId connect(const ConnectRequest&) override {
    broken("a broker does not connect", __FILE__, __LINE__);
  }
  using Host::send;
  std::size_t send(ConnectionId connection, ByteView bytes, Marks marks) override {
    Wire& wire = at(connection);
    ROUNDHOUSE_ASSERT(!wire.closed);
    for (PlacedMark mark : marks) {
      mark.end += static_cast<std::uint32_t>(wire.output.size());
      wire.marks.push_back(mark);
    }
    if (keep_output) wire.output += bytes;
    sent += bytes.size();
    if (wire.reads_nothing) wire.stuck += bytes.size();
    return wire.stuck;
  }
  std::size_t send(ConnectionId connection, SharedBytes bytes, Marks marks) override {
    last_shared = bytes;
    ++shared_sends;
    return send(connection, ByteView(*bytes), marks);
  }
  void pause_reading(ConnectionId connection, bool paused) override { at(connection).paused = paused; }
  void close(ConnectionId connection, Close how) override {
    Wire& wire = at(connection);
    ROUNDHOUSE_ASSERT(!wire.closed);
    wire.closed = true;
    wire.how = how;
  }
  TimerId wake_at(Instant when, std::uint64_t tag) override {
    const TimerId id{++next_timer_};
    timers[id.value] = {when, tag};
    return id;
  }
  void cancel(TimerId timer) override { timers.erase(timer.value); }
  void busy(Duration) override {}
  TextId text(std::string_view text) override {
    for (std::size_t i = 0; i < texts_.size(); ++i) {
      if (texts_[i] == text) return {static_cast<std::uint32_t>(i + 1)};
    }
    texts_.emplace_back(text);
    return {static_cast<std::uint32_t>(texts_.size())};
  }
  std::string_view text_of(TextId id) const override {
    return id ? texts_[id.value - 1] : std::string_view();
  }
  void record(Record record) override { records.push_back(record); }
  MessageId new_message() override { return {++next_message_}; }

  // The tests' side.
  void pass(Duration span) { now_ = now_ + span; }
  /// Runs what is due. The party may set further timers.
  void run_timers(Party& party) {
    for (;;) {
      auto due = timers.begin();
      while (due != timers.end() && due->second.at > now_) ++due;
      if (due == timers.end()) return;
      const std::uint64_t tag = due->second.tag;
      timers.erase(due);
      party.on_timer(tag);
    }
  }
  ConnectionId open() {
    const ConnectionId id{static_cast<std::uint32_t>(wires_.size()),
                          static_cast<std::uint32_t>(100 + wires_.size())};
    wires_.emplace_back();
    return id;
  }
  Wire& at(ConnectionId connection) { return wires_.at(connection.slot); }
  Bytes take(ConnectionId connection) {
    at(connection).marks.clear();
    return std::exchange(at(connection).output, {});
  }
  std::vector<Record> take_records() { return std::exchange(records, {}); }

  std::map<std::string, EntityId, std::less<>> entities;
  std::set<std::string> listening;
  std::map<std::uint64_t, Timer> timers;
  std::vector<Record> records;
  SharedBytes last_shared;
  std::size_t shared_sends = 0;
  std::size_t sent = 0;
  bool keep_output = true;

 private:
  Instant now_;
  std::vector<Wire> wires_;
  std::vector<std::string> texts_;
  std::uint64_t next_timer_ = 0;
  std::uint64_t next_message_ = 0;
};

}  // namespace roundhouse::broker
