// A host for one app: virtual time, peers that are strings, and every call kept. No links, no delays, no other party.
#pragma once

#include <algorithm>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include <roundhouse/host.h>
#include "core/base/assertion.h"

namespace roundhouse::app {

class FakeHost final : public Host {
 public:
  /// A peer's end of a connection.
  struct Wire {
    std::uint32_t serial = 0;
    Bytes output;  // what the app sent and nobody took
    std::vector<PlacedMark> marks;
    std::vector<std::pair<std::uint64_t, Instant>> sent_at;  // offsets in the whole stream
    std::uint64_t taken = 0;
    std::uint64_t sent = 0;
    bool closed = false;
    bool shut = false;  // the peer's side is over: no callback may reach the app
    Close how = Close::fin;
    Instant closed_at;
    bool paused = false;
    std::size_t stuck = 0;
    bool reads_nothing = false;
  };

  Instant now() const override { return now_; }
  std::int64_t epoch_seconds_at_start() const override { return 1'700'000'000; }
  std::string_view name() const override { return "app-1"; }
  std::string_view ip() const override { return "127.1.0.1"; }
  EntityId self() const override { return {1}; }
  std::uint32_t incarnation() const override { return incarnation_now; }
  Random random(Purpose purpose, Name peer, std::uint64_t n) override {
    return Random(draw_key(1, "app-1", purpose, peer, n));
  }
  void listen(const Address& address) override { listening.insert(address.text()); }
  void stop_listening(const Address& address) override { listening.erase(address.text()); }
  ConnectionId connect(const ConnectRequest& request) override {
    connects.push_back(request);
    return add_wire();
  }
  using Host::send;
  std::size_t send(ConnectionId connection, ByteView bytes, Marks marks) override {
    Wire& wire = at(connection);
    ROUNDHOUSE_ASSERT(!wire.closed);
    for (PlacedMark m : marks) {
      m.end += static_cast<std::uint32_t>(wire.output.size());
      wire.marks.push_back(m);
    }
    wire.output += bytes;
    wire.sent += bytes.size();
    wire.sent_at.emplace_back(wire.sent, now_);
    if (wire.reads_nothing) wire.stuck += bytes.size();
    return wire.stuck;
  }
  std::size_t send(ConnectionId connection, SharedBytes bytes, Marks marks) override {
    shared.insert(bytes.get());
    ++shared_sends;
    return send(connection, ByteView(*bytes), marks);
  }
  void pause_reading(ConnectionId connection, bool paused) override { at(connection).paused = paused; }
  void close(ConnectionId connection, Close how) override {
    Wire& wire = at(connection);
    ROUNDHOUSE_ASSERT(!wire.closed);
    wire.closed = true;
    wire.how = how;
    wire.closed_at = now_;
  }
  TimerId wake_at(Instant when, std::uint64_t tag) override {
    const TimerId id{++last_timer_};
    timers_.emplace(std::pair{std::max(when, now_), id.value}, tag);
    due_.emplace(id.value, std::max(when, now_));
    return id;
  }
  void cancel(TimerId timer) override {
    const auto due = due_.find(timer.value);
    if (due == due_.end()) return;
    timers_.erase({due->second, timer.value});
    due_.erase(due);
  }
  void busy(Duration span) override { busy_for += span; }
  TextId text(std::string_view text) override {
    if (text.empty()) return {};
    const auto [found, is_new] = text_ids_.try_emplace(std::string(text), TextId{});
    if (is_new) {
      texts_.emplace_back(text);
      found->second = {static_cast<std::uint32_t>(texts_.size())};
    }
    return found->second;
  }
  std::string_view text_of(TextId id) const override {
    return id ? texts_[id.value - 1] : std::string_view();
  }
  void record(Record record) override {
    record.at = now_;
    records.push_back(record);
  }
  MessageId new_message() override { return {++last_message_}; }

  // The tests' side.
  void set_party(Party& party) { party_ = &party; }
  ConnectionId accept(const std::string& ip = "127.0.7.1") {
    const ConnectionId id = add_wire();
    const auto port = static_cast<std::uint16_t>(40'000 + id.serial);
    party_->on_accept(id, {{"*", 5000}, {"127.1.0.1", 5000}, {ip, port}});
    return id;
  }
  void give(ConnectionId connection, ByteView bytes, Marks marks = {}) {
    if (at(connection).closed || at(connection).shut) return;
    party_->on_data(connection, bytes, marks);
  }
  void give(ConnectionId connection, ByteView bytes, Mark mark) {
    const PlacedMark placed{static_cast<std::uint32_t>(bytes.size()), mark};
    give(connection, bytes, mark ? Marks(&placed, 1) : Marks());
  }
  void end(ConnectionId connection) {
    if (at(connection).closed || at(connection).shut) return;
    at(connection).shut = true;
    party_->on_end(connection);
  }
  void reset(ConnectionId connection) {
    if (at(connection).closed || at(connection).shut) return;
    at(connection).shut = true;
    party_->on_close(connection, CloseReason::reset);
  }
  /// Runs timers up to that time, in order.
  void advance_to(Instant until) {
    while (!timers_.empty() && timers_.begin()->first.first <= until) run_next_timer();
    now_ = std::max(now_, until);
  }
  void pass(Duration span) { advance_to(now_ + span); }
  /// False where none is due up to then.
  bool run_timer_before(Instant until) {
    if (timers_.empty() || timers_.begin()->first.first > until) return false;
    run_next_timer();
    return true;
  }
  Wire& at(ConnectionId connection) {
    Wire& wire = wires_.at(connection.slot);
    ROUNDHOUSE_ASSERT(wire.serial == connection.serial);
    return wire;
  }
  /// Takes the first bytes of what the app sent.
  Bytes take(ConnectionId connection, std::size_t count) {
    Wire& wire = at(connection);
    const Bytes bytes = wire.output.substr(0, count);
    wire.output.erase(0, count);
    wire.taken += bytes.size();
    std::vector<PlacedMark> left;
    for (PlacedMark m : wire.marks) {
      if (m.end <= count) {
        taken_marks.push_back(m.mark);
      } else {
        m.end -= static_cast<std::uint32_t>(count);
        left.push_back(m);
      }
    }
    wire.marks = left;
    return bytes;
  }
  Bytes take(ConnectionId connection) { return take(connection, at(connection).output.size()); }
  /// When the last taken byte was sent.
  Instant taken_sent_at(ConnectionId connection) {
    const Wire& wire = at(connection);
    for (const auto& [end, when] : wire.sent_at) {
      if (end >= wire.taken) return when;
    }
    return now_;
  }
  std::vector<Record> records_of(RecordKind kind) const {
    std::vector<Record> found;
    for (const Record& record : records) {
      if (record.kind == kind) found.push_back(record);
    }
    return found;
  }
  std::size_t timer_count() const { return timers_.size(); }

  std::uint32_t incarnation_now = 1;
  std::set<std::string> listening;
  std::vector<ConnectRequest> connects;
  std::vector<Record> records;
  std::vector<Mark> taken_marks;
  std::set<const Bytes*> shared;
  std::size_t shared_sends = 0;
  Duration busy_for{};

 private:
  ConnectionId add_wire() {
    wires_.emplace_back();
    wires_.back().serial = static_cast<std::uint32_t>(100 + wires_.size());
    return {static_cast<std::uint32_t>(wires_.size() - 1), wires_.back().serial};
  }
  void run_next_timer() {
    const auto [key, tag] = *timers_.begin();
    timers_.erase(timers_.begin());
    due_.erase(key.second);
    now_ = std::max(now_, key.first);
    party_->on_timer(tag);
  }

  Party* party_ = nullptr;
  Instant now_;
  std::deque<Wire> wires_;
  std::map<std::pair<Instant, std::uint64_t>, std::uint64_t> timers_;
  std::map<std::uint64_t, Instant> due_;
  std::deque<std::string> texts_;
  std::unordered_map<std::string, TextId> text_ids_;
  std::uint64_t last_timer_ = 0;
  std::uint64_t last_message_ = 0;
};

}  // namespace roundhouse::app
