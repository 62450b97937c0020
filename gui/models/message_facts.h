// What windows must know of messages beyond one hop: who sent it, when, to which room, and at which instance it entered the service.
#pragma once

#include <cstdint>
#include <vector>

#include <roundhouse/record.h>
#include "gui/models/scene.h"

namespace roundhouse::view {

/// Message ids are dense from 1 in our runs; one beyond this is not followed.
inline constexpr std::uint64_t messages_max = 1u << 28;

struct MessageFacts {
  EntityId sender;
  TextId room;
  Instant sent = Instant::never();
  Letter entered = no_letter;
  std::uint32_t first_flight = UINT32_MAX;  ///< its way to the service, drawn before anyone accepted it
};

class MessageBook {
 public:
  const MessageFacts& at(MessageId id) const {
    return id.value < facts_.size() ? facts_[static_cast<std::size_t>(id.value)] : unknown_;
  }
  /// Null for an id that is not followed.
  MessageFacts* edit(MessageId id) {
    if (!id || id.value >= messages_max) return nullptr;
    const auto place = static_cast<std::size_t>(id.value);
    if (place >= facts_.size()) facts_.resize(place < facts_.size() * 2 ? facts_.size() * 2 : place + 64);
    return &facts_[place];
  }

 private:
  std::vector<MessageFacts> facts_;  // by message
  MessageFacts unknown_;
};

}  // namespace roundhouse::view
