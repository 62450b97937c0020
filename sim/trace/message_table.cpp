// See message_table.h.
#include "sim/trace/message_table.h"

#include <roundhouse/state.h>
#include <algorithm>
#include <bit>

#include "core/base/assertion.h"

namespace roundhouse {

namespace {

// A free place keeps the room of its pairs for the next message, but not that of a broadcast to everyone.
constexpr std::size_t kept_pairs = 256;

bool before(const Pair& pair, std::uint32_t socket) {
  return pair.socket < socket;
}

}  // namespace

Pair* Message::find(std::uint32_t socket) {
  if (hint < pairs.size() && pairs[hint].socket == socket) return &pairs[hint++];
  const auto found = std::lower_bound(pairs.begin(), pairs.end(), socket, before);
  if (found == pairs.end() || found->socket != socket) return nullptr;
  hint = static_cast<std::uint32_t>(found - pairs.begin()) + 1;
  return &*found;
}

Pair& Message::pair(std::uint32_t socket) {
  const auto found = std::lower_bound(pairs.begin(), pairs.end(), socket, before);
  if (found != pairs.end() && found->socket == socket) return *found;
  return *pairs.insert(found, Pair{socket});
}

std::size_t MessageTable::home_of(std::uint64_t id) const {
  const int bits = std::countr_zero(slots_.size());
  return id * 0x9e3779b97f4a7c15u >> (64 - bits);
}

Message* MessageTable::find(MessageId id) {
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t at = home_of(id.value); slots_[at].id != 0; at = (at + 1) & mask) {
    if (slots_[at].id == id.value) return &messages_[slots_[at].place];
  }
  return nullptr;
}

Message& MessageTable::add(MessageId id) {
  ROUNDHOUSE_ASSERT(id);
  if (Message* known = find(id)) return *known;
  if (++used_ * 2 > slots_.size()) grow();
  if (free_.empty()) {
    free_.push_back(static_cast<std::uint32_t>(messages_.size()));
    messages_.emplace_back();
  }
  const std::uint32_t place = free_.back();
  free_.pop_back();
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = home_of(id.value);
  while (slots_[at].id != 0) at = (at + 1) & mask;
  slots_[at] = {id.value, place};

  Message& message = messages_[place];
  std::vector<Pair> pairs = std::move(message.pairs);
  pairs.clear();
  message = Message{};
  message.id = id;
  message.pairs = std::move(pairs);
  return message;
}

void MessageTable::remember(Message& message) {
  ROUNDHOUSE_ASSERT(message.pending == 0);
  if (message.remembered) return;
  message.remembered = true;
  remembered_.push_back({message.id.value, message.pairs.size()});
  remembered_pairs_ += message.pairs.size();
  while (remembered_.size() > remembered_messages_max || remembered_pairs_ > remembered_pairs_max) {
    const Remembered oldest = remembered_.front();
    remembered_.pop_front();
    remembered_pairs_ -= oldest.pairs;
    forget(oldest.id);
  }
}

// A message may have come alive again since it was remembered (a second accept): then it stays.
void MessageTable::forget(std::uint64_t id) {
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = home_of(id);
  while (slots_[at].id != id) {
    if (slots_[at].id == 0) return;
    at = (at + 1) & mask;
  }
  Message& message = messages_[slots_[at].place];
  if (message.pending != 0) {
    message.remembered = false;
    return;
  }
  message.id = {};
  message.pending = 0;
  message.pairs.clear();
  if (message.pairs.capacity() > kept_pairs) message.pairs = {};
  free_.push_back(slots_[at].place);
  --used_;

  // Linear probing without tombstones: what follows moves up where its way from home passes the gap.
  std::size_t gap = at;
  for (std::size_t next = (gap + 1) & mask; slots_[next].id != 0; next = (next + 1) & mask) {
    const std::size_t home = home_of(slots_[next].id);
    if (((next - home) & mask) >= ((next - gap) & mask)) {
      slots_[gap] = slots_[next];
      gap = next;
    }
  }
  slots_[gap] = {};
}

std::size_t MessageTable::bytes() const {
  std::size_t sum = messages_.size() * sizeof(Message) + free_.size() * sizeof(free_[0]) +
                    slots_.size() * sizeof(Slot) + remembered_.size() * sizeof(Remembered);
  for (const Message& message : messages_) sum += message.pairs.size() * sizeof(Pair);
  return sum;
}

void MessageTable::grow() {
  const std::vector<Slot> old = std::move(slots_);
  slots_ = std::vector<Slot>(old.size() * 2);
  const std::size_t mask = slots_.size() - 1;
  for (const Slot& slot : old) {
    if (slot.id == 0) continue;
    std::size_t at = home_of(slot.id);
    while (slots_[at].id != 0) at = (at + 1) & mask;
    slots_[at] = slot;
  }
}

}  // namespace roundhouse
