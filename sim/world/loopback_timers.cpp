// The heap of timers of the loopback world.
#include "sim/world/loopback_timers.h"

#include "core/base/assertion.h"

namespace roundhouse::loopback {

std::uint64_t Timers::set(Instant at, const Timer& timer) {
  std::uint32_t slot = 0;
  if (free_.empty()) {
    slot = static_cast<std::uint32_t>(slots_.size());
    slots_.emplace_back();
  } else {
    slot = free_.back();
    free_.pop_back();
  }
  slots_[slot].timer = timer;
  slots_[slot].used = true;
  heap_.push_back({at, order_++, slot});
  const auto place = static_cast<std::uint32_t>(heap_.size() - 1);
  slots_[slot].place = place;
  sift_up(place);
  return std::uint64_t{slots_[slot].generation} << 32 | slot;
}

bool Timers::cancel(std::uint64_t id) {
  if (!is_current(id)) return false;
  const std::uint32_t slot = slot_of(id);
  if (slots_[slot].place != nowhere) remove_at(slots_[slot].place);
  free_slot(slot);
  return true;
}

std::uint64_t Timers::pop_due(Instant now) {
  if (heap_.empty() || heap_.front().at > now) return 0;
  const std::uint32_t slot = heap_.front().slot;
  remove_at(0);
  slots_[slot].place = nowhere;
  return std::uint64_t{slots_[slot].generation} << 32 | slot;
}

std::optional<Timers::Timer> Timers::take(std::uint64_t id) {
  if (!is_current(id)) return std::nullopt;
  const Timer timer = slots_[slot_of(id)].timer;
  free_slot(slot_of(id));
  return timer;
}

bool Timers::is_current(std::uint64_t id) const {
  const std::uint32_t slot = slot_of(id);
  return slot < slots_.size() && slots_[slot].used && slots_[slot].generation == id >> 32;
}

void Timers::free_slot(std::uint32_t slot) {
  slots_[slot].used = false;
  slots_[slot].place = nowhere;
  if (++slots_[slot].generation != 0) free_.push_back(slot);  // a worn-out slot is not used again
}

void Timers::remove_at(std::uint32_t place) {
  ROUNDHOUSE_ASSERT(place < heap_.size());
  const Entry last = heap_.back();
  heap_.pop_back();
  if (place == heap_.size()) return;
  put(place, last);
  sift_down(place);
  sift_up(slots_[last.slot].place);
}

void Timers::put(std::uint32_t place, const Entry& entry) {
  heap_[place] = entry;
  slots_[entry.slot].place = place;
}

void Timers::sift_up(std::uint32_t place) {
  const Entry entry = heap_[place];
  while (place > 0) {
    const std::uint32_t parent = (place - 1) / 4;
    if (!entry.before(heap_[parent])) break;
    put(place, heap_[parent]);
    place = parent;
  }
  put(place, entry);
}

void Timers::sift_down(std::uint32_t place) {
  const Entry entry = heap_[place];
  const auto size = static_cast<std::uint32_t>(heap_.size());
  for (;;) {
    const std::uint32_t first = place * 4 + 1;
    if (first >= size) break;
    std::uint32_t least = first;
    for (std::uint32_t child = first + 1; child < size && child < first + 4; ++child) {
      if (heap_[child].before(heap_[least])) least = child;
    }
    if (!heap_[least].before(entry)) break;
    put(place, heap_[least]);
    place = least;
  }
  put(place, entry);
}

}  // namespace roundhouse::loopback
