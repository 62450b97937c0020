// See text_table.h.
#include "sim/trace/text_table.h"

#include <cstring>

#include "core/base/assertion.h"
#include "core/base/payload_hash.h"

namespace roundhouse {

namespace {

constexpr std::size_t first_slots = 1024;
constexpr std::size_t block_bytes = 64 * 1024;
constexpr std::size_t length_bytes = sizeof(std::uint32_t);

std::uint32_t length_before(const char* start) {
  std::uint32_t length;
  std::memcpy(&length, start - length_bytes, length_bytes);
  return length;
}

}  // namespace

TextTable::TextTable() : slots_(first_slots), starts_(1, nullptr) {}

std::string_view TextTable::text_of(TextId id) const {
  ROUNDHOUSE_ASSERT(id.value < starts_.size());
  if (!id) return {};
  const char* start = starts_[id.value];
  return {start, length_before(start)};
}

// The slot that holds the text, or the empty one where it belongs.
const TextTable::Slot& TextTable::slot_of(std::string_view text, std::uint64_t hash) const {
  const std::size_t mask = slots_.size() - 1;
  const auto tag = static_cast<std::uint32_t>(hash);
  for (std::size_t at = hash >> 32 & mask;; at = (at + 1) & mask) {
    const Slot& slot = slots_[at];
    if (slot.id == 0) return slot;
    if (slot.tag != tag) continue;
    const char* start = starts_[slot.id];
    if (length_before(start) == text.size() && std::memcmp(start, text.data(), text.size()) == 0) return slot;
  }
}

TextId TextTable::find(std::string_view text) const {
  if (text.empty()) return {};
  return {slot_of(text, payload_hash(text)).id};
}

TextId TextTable::text(std::string_view text) {
  if (text.empty()) return {};
  const std::uint64_t hash = payload_hash(text);
  auto& slot = const_cast<Slot&>(slot_of(text, hash));
  if (slot.id != 0) return {slot.id};

  ROUNDHOUSE_ASSERT(starts_.size() < UINT32_MAX);
  ROUNDHOUSE_ASSERT(text.size() <= UINT32_MAX);
  const TextId id{static_cast<std::uint32_t>(starts_.size())};
  starts_.push_back(store(text));
  slot = {id.value, static_cast<std::uint32_t>(hash)};
  hash_ = (hash_ ^ hash) * 0x9e3779b97f4a7c15u;
  hash_ ^= hash_ >> 29;
  if (starts_.size() * 4 > slots_.size() * 3) grow();
  return id;
}

const char* TextTable::store(std::string_view text) {
  const std::size_t size = length_bytes + text.size();
  char* place = nullptr;
  if (size > block_bytes / 4) {  // a long text gets a block of its own, so that little of a block is wasted
    blocks_.push_back(std::make_unique<char[]>(size));
    place = blocks_.back().get();
  } else {
    if (size > block_left_) {
      blocks_.push_back(std::make_unique<char[]>(block_bytes));
      block_next_ = blocks_.back().get();
      block_left_ = block_bytes;
    }
    place = block_next_;
    block_next_ += size;
    block_left_ -= size;
  }
  const auto length = static_cast<std::uint32_t>(text.size());
  std::memcpy(place, &length, length_bytes);
  std::memcpy(place + length_bytes, text.data(), text.size());
  return place + length_bytes;
}

void TextTable::grow() {
  slots_.assign(slots_.size() * 2, Slot{});
  for (std::uint32_t id = 1; id < starts_.size(); ++id) {
    const std::string_view text = text_of({id});
    const std::uint64_t hash = payload_hash(text);
    const_cast<Slot&>(slot_of(text, hash)) = {id, static_cast<std::uint32_t>(hash)};
  }
}

}  // namespace roundhouse
