// A host for what speaks to a broker: the test is the broker. No links, no delays.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include <roundhouse/host.h>
#include "core/base/assertion.h"

namespace roundhouse::app {

class BackplaneHost final : public Host {
 public:
  struct Wire {
    ConnectionId id;
    Address to;
    Bytes output;
    std::vector<PlacedMark> marks;  // `end` counts from the start of output
    bool open = false;
    bool closed = false;
    Close how = Close::fin;
  };

  explicit BackplaneHost(std::string its_name = "app-1") : name_(std::move(its_name)) {}

  Instant now() const override { return now_; }
  std::int64_t epoch_seconds_at_start() const override { return 1'700'000'000; }
  std::string_view name() const override { return name_; }
  std::string_view ip() const override { return "127.1.0.1"; }
  EntityId self() const override { return {1}; }
  std::uint32_t incarnation() const override { return incarnation_; }
  Random random(Purpose purpose, Name peer, std::uint64_t n) override {
    return Random(draw_key(1, Name(name_), purpose, peer, n));
  }
  void listen(const Address&) override {}
  void stop_listening(const Address&) override {}
  ConnectionId connect(const ConnectRequest& request) override {
    const ConnectionId id{static_cast<std::uint32_t>(wires.size()),
                          static_cast<std::uint32_t>(wires.size() + 1)};
    wires.emplace_back();
    wires.back().id = id;
    wires.back().to = request.to;
    return id;
  }
  using Host::send;
  std::size_t send(ConnectionId connection, ByteView bytes, Marks marks) override {
    Wire& wire = at(connection);
    ROUNDHOUSE_ASSERT(!wire.closed);
    for (PlacedMark mark : marks) {
      mark.end += static_cast<std::uint32_t>(wire.output.size());
      wire.marks.push_back(mark);
    }
    wire.output += bytes;
    return reads ? 0 : wire.output.size();
  }
  std::size_t send(ConnectionId connection, SharedBytes bytes, Marks marks) override {
    return send(connection, ByteView(*bytes), marks);
  }
  void pause_reading(ConnectionId, bool) override {}
  void close(ConnectionId connection, Close how) override {
    Wire& wire = at(connection);
    ROUNDHOUSE_ASSERT(!wire.closed);
    wire.closed = true;
    wire.how = how;
  }
  TimerId wake_at(Instant when, std::uint64_t tag) override {
    timers.emplace_back(when, tag);
    return {++next_timer_};
  }
  void cancel(TimerId) override {}
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

  // The test's side.
  Wire& at(ConnectionId connection) { return wires.at(connection.slot); }
  void restart() { ++incarnation_; }
  /// Lets time pass up to the first timer and takes it away; gives its tag.
  std::uint64_t next_timer() {
    ROUNDHOUSE_ASSERT(timers.size() == 1);
    const auto [when, tag] = timers.front();
    timers.clear();
    now_ = when;
    return tag;
  }
  std::vector<Record> records_of(RecordKind kind) const {
    std::vector<Record> found;
    for (const Record& record : records) {
      if (record.kind == kind) found.push_back(record);
    }
    return found;
  }

  std::vector<Wire> wires;
  std::vector<std::pair<Instant, std::uint64_t>> timers;
  std::vector<Record> records;
  bool reads = true;

 private:
  std::string name_;
  Instant now_;
  std::uint32_t incarnation_ = 1;
  std::vector<std::string> texts_;
  std::uint64_t next_timer_ = 0;
  std::uint64_t next_message_ = 1000;
};

}  // namespace roundhouse::app
