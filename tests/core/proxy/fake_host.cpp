// A Host for tests. See fake_host.h.
#include "tests/core/proxy/fake_host.h"

#include <algorithm>

#include "core/base/assertion.h"

namespace roundhouse::test {

ConnectionId FakeHost::new_id() {
  std::uint32_t slot = slots_;
  if (free_slots_.empty()) {
    ++slots_;
  } else {
    slot = free_slots_.back();
    free_slots_.pop_back();
  }
  Wire wire;
  wire.id = {slot, static_cast<std::uint32_t>(wires_.size()) + 1};
  wires_.push_back(wire);
  return wires_.back().id;
}

FakeHost::Wire& FakeHost::usable(ConnectionId id) {
  ROUNDHOUSE_ASSERT(id.serial > 0 && id.serial <= wires_.size());
  Wire& found = wires_[id.serial - 1];
  ROUNDHOUSE_ASSERT(found.id == id);
  ROUNDHOUSE_ASSERT(!found.dead);
  return found;
}

void FakeHost::kill(Wire& wire) {
  wire.dead = true;
  free_slots_.push_back(wire.id.slot);
}

std::size_t FakeHost::live_slots() const {
  return slots_ - free_slots_.size();
}

ConnectionId FakeHost::accept(const Address& listener, const std::string& ip, std::uint16_t port) {
  const ConnectionId id = new_id();
  party_->on_accept(id, {listener, {"127.9.0.1", listener.port}, {ip, port}});
  return id;
}

void FakeHost::open(ConnectionId id) {
  usable(id);
  party_->on_open(id);
}

void FakeHost::data(ConnectionId id, ByteView bytes, Marks marks) {
  usable(id);
  party_->on_data(id, bytes, marks);
}

void FakeHost::end(ConnectionId id) {
  usable(id).ended = true;
  party_->on_end(id);
}

void FakeHost::gone(ConnectionId id, CloseReason reason) {
  kill(usable(id));
  party_->on_close(id, reason);
}

void FakeHost::run_until(Instant at) {
  while (!timers_.empty() && timers_.begin()->first.first <= at) {
    const auto [key, tag] = *timers_.begin();
    timers_.erase(timers_.begin());
    now_ = std::max(now_, key.first);
    party_->on_timer(tag);
  }
  now_ = std::max(now_, at);
}

ConnectionId FakeHost::connect(const ConnectRequest& request) {
  const ConnectionId id = new_id();
  wires_.back().to = request.to;
  wires_.back().outgoing = true;
  return id;
}

std::size_t FakeHost::send(ConnectionId connection, ByteView bytes, Marks marks) {
  sent_last = bytes;
  usable(connection).sent.append(bytes, marks);
  return queued;
}

void FakeHost::pause_reading(ConnectionId connection, bool paused) {
  usable(connection).paused = paused;
}

void FakeHost::close(ConnectionId connection, Close how) {
  Wire& wire = usable(connection);
  wire.closed = true;
  wire.how = how;
  kill(wire);
}

TimerId FakeHost::wake_at(Instant at, std::uint64_t tag) {
  ROUNDHOUSE_ASSERT(at >= now_);
  timers_[{at, ++timer_ids_}] = tag;
  return {timer_ids_};
}

void FakeHost::cancel(TimerId timer) {
  const auto found = std::find_if(timers_.begin(), timers_.end(),
                                  [&](const auto& entry) { return entry.first.second == timer.value; });
  ROUNDHOUSE_ASSERT(found != timers_.end());
  timers_.erase(found);
}

TextId FakeHost::text(std::string_view text) {
  if (text.empty()) return {};
  const auto found = std::find(texts_.begin(), texts_.end(), text);
  if (found != texts_.end()) return {static_cast<std::uint32_t>(found - texts_.begin()) + 1};
  texts_.emplace_back(text);
  return {static_cast<std::uint32_t>(texts_.size())};
}

void FakeHost::record(Record record) {
  record.at = now_;
  record.by = self();
  records.push_back(record);
}

}  // namespace roundhouse::test
