// A world of one party for the client's tests: time by hand, connections that only remember, and what the party sent.
#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <roundhouse/host.h>

namespace roundhouse::test {

class FakeHost final : public Host {
 public:
  struct Connection {
    ConnectionId id;
    ConnectRequest request;
    Bytes sent;                     // all that the party ever sent
    std::vector<PlacedMark> marks;  // offsets from the beginning of the stream
    std::size_t taken = 0;          // of `sent`, by the test
    bool closed = false;            // by the party, or by the test
    Close how = Close::fin;
  };

  Instant now() const override { return now_; }
  std::int64_t epoch_seconds_at_start() const override { return 1'700'000'000; }
  std::string_view name() const override { return "client-1"; }
  std::string_view ip() const override { return "127.0.1.1"; }
  EntityId self() const override { return {1}; }
  std::uint32_t incarnation() const override { return 1; }
  Random random(Purpose purpose, Name peer, std::uint64_t n) override {
    return Random(draw_key(seed, "client-1", purpose, peer, n));
  }
  void listen(const Address&) override {}
  void stop_listening(const Address&) override {}
  ConnectionId connect(const ConnectRequest& request) override {
    const auto slot = static_cast<std::uint32_t>(connections.size());
    connections.push_back({{slot, slot + 1}, request, {}, {}, 0, false, Close::fin});
    return connections.back().id;
  }
  using Host::send;
  std::size_t send(ConnectionId connection, ByteView bytes, Marks marks) override {
    Connection& c = at(connection);
    if (c.closed) throw std::logic_error("sent after close");
    for (PlacedMark m : marks) {
      m.end += static_cast<std::uint32_t>(c.sent.size());
      c.marks.push_back(m);
    }
    c.sent.append(bytes);
    return 0;
  }
  std::size_t send(ConnectionId connection, SharedBytes bytes, Marks marks) override {
    return send(connection, ByteView(*bytes), marks);
  }
  void pause_reading(ConnectionId, bool) override {}
  void close(ConnectionId connection, Close how) override {
    Connection& c = at(connection);
    if (c.closed) throw std::logic_error("closed twice");
    c.closed = true;
    c.how = how;
  }
  TimerId wake_at(Instant when, std::uint64_t tag) override {
    const TimerId id{++timers_made_};
    timers_[{when.ns, id.value}] = tag;
    return id;
  }
  void cancel(TimerId timer) override {
    std::erase_if(timers_, [timer](const auto& entry) { return entry.first.second == timer.value; });
  }
  void busy(Duration) override {}
  TextId text(std::string_view text) override {
    const auto found = std::find(texts_.begin(), texts_.end(), text);
    if (found != texts_.end()) return {static_cast<std::uint32_t>(found - texts_.begin())};
    texts_.emplace_back(text);
    return {static_cast<std::uint32_t>(texts_.size() - 1)};
  }
  std::string_view text_of(TextId id) const override { return texts_.at(id.value); }
  void record(Record record) override {
    record.at = now_;
    record.by = self();
    records.push_back(record);
  }
  MessageId new_message() override { return {++messages_made_}; }

  Connection& at(ConnectionId id) {
    if (id.slot >= connections.size() || connections[id.slot].id != id)
      throw std::logic_error("unknown connection");
    return connections[id.slot];
  }
  std::size_t timer_count() const { return timers_.size(); }
  std::vector<Record> records_of(RecordKind kind) const {
    std::vector<Record> some;
    std::copy_if(records.begin(), records.end(), std::back_inserter(some),
                 [kind](const Record& r) { return r.kind == kind; });
    return some;
  }

  /// Moves to the next timer, if it is due by `until`, and rings it. Otherwise moves to `until`.
  bool step(Party& party, Instant until) {
    if (timers_.empty() || timers_.begin()->first.first > until.ns) {
      now_ = std::max(now_, until);
      return false;
    }
    const auto [key, tag] = *timers_.begin();
    timers_.erase(timers_.begin());
    now_ = std::max(now_, Instant{key.first});
    party.on_timer(tag);
    return true;
  }
  void run(Party& party, Duration span) {
    const Instant until = now_ + span;
    while (step(party, until)) {
    }
  }

  std::uint64_t seed = 1;
  std::vector<Connection> connections;
  std::vector<Record> records;

 private:
  Instant now_;
  std::map<std::pair<std::int64_t, std::uint64_t>, std::uint64_t> timers_;  // when, number: tag
  std::uint64_t timers_made_ = 0;
  std::uint64_t messages_made_ = 0;
  std::vector<std::string> texts_ = {""};
};

}  // namespace roundhouse::test
