// A Host for one proxy in a test: wires are buffers, time moves when the test says so. It checks what a Host may expect of a party:
// nothing is sent on a connection that was closed, and no id of a dead one is used.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include <roundhouse/host.h>
#include "core/base/marked_bytes.h"

namespace roundhouse::test {

class FakeHost final : public Host {
 public:
  struct Wire {
    ConnectionId id;
    Address to;        ///< of one that the proxy opened
    MarkedBytes sent;  ///< by the proxy
    bool outgoing = false;
    bool dead = false;    ///< no more callbacks
    bool closed = false;  ///< by the proxy
    Close how = Close::fin;
    bool paused = false;
    bool ended = false;  ///< we sent FIN
  };

  void attach(Party& party) { party_ = &party; }
  Wire& wire(ConnectionId id) { return wires_.at(id.serial - 1); }
  std::vector<Wire>& wires() { return wires_; }

  // The other ends.
  ConnectionId accept(const Address& listener, const std::string& ip, std::uint16_t port = 40000);
  void open(ConnectionId id);
  void data(ConnectionId id, ByteView bytes, Marks marks = {});
  void end(ConnectionId id);
  void gone(ConnectionId id, CloseReason reason);
  void drain(ConnectionId id) { party_->on_drain(id); }
  /// Runs the timers due until then, and stands there.
  void run_until(Instant at);
  Instant next_timer() const { return timers_.empty() ? Instant::never() : timers_.begin()->first.first; }
  std::size_t timer_count() const { return timers_.size(); }
  /// What send() says is queued, as if the peer did not read.
  std::size_t queued = 0;
  /// The view that the proxy gave to send() last: where its bytes lay, not what they were.
  ByteView sent_last;
  std::vector<Record> records;
  std::vector<Address> listening;
  std::size_t live_slots() const;

  Instant now() const override { return now_; }
  std::int64_t epoch_seconds_at_start() const override { return 1'700'000'000; }
  std::string_view name() const override { return "proxy"; }
  std::string_view ip() const override { return "127.9.0.1"; }
  EntityId self() const override { return {1}; }
  std::uint32_t incarnation() const override { return 1; }
  Random random(Purpose purpose, Name peer, std::uint64_t n) override {
    return Random(draw_key(1, "proxy", purpose, peer, n));
  }
  void listen(const Address& address) override { listening.push_back(address); }
  void stop_listening(const Address&) override { listening.clear(); }
  ConnectionId connect(const ConnectRequest& request) override;
  using Host::send;
  std::size_t send(ConnectionId connection, ByteView bytes, Marks marks) override;
  std::size_t send(ConnectionId connection, SharedBytes bytes, Marks marks) override {
    return send(connection, ByteView(*bytes), marks);
  }
  void pause_reading(ConnectionId connection, bool paused) override;
  void close(ConnectionId connection, Close how) override;
  TimerId wake_at(Instant at, std::uint64_t tag) override;
  void cancel(TimerId timer) override;
  void busy(Duration) override {}
  TextId text(std::string_view text) override;
  std::string_view text_of(TextId id) const override {
    return id.value == 0 ? std::string_view() : texts_.at(id.value - 1);
  }
  void record(Record record) override;
  MessageId new_message() override { return {++messages_}; }

 private:
  ConnectionId new_id();
  Wire& usable(ConnectionId id);
  void kill(Wire& wire);

  Party* party_ = nullptr;
  Instant now_;
  std::vector<Wire> wires_;
  std::vector<std::uint32_t> free_slots_;
  std::uint32_t slots_ = 0;
  std::map<std::pair<Instant, std::uint64_t>, std::uint64_t> timers_;
  std::vector<std::string> texts_;
  std::uint64_t timer_ids_ = 0;
  std::uint64_t messages_ = 0;
};

}  // namespace roundhouse::test
