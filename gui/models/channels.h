// Rooms in the order of their first use, and when messages for them reached the broker.
#pragma once

#include <vector>

#include "gui/models/moment.h"

namespace roundhouse::view {

class Channels {
 public:
  struct Channel {
    TextId room;
    Instant first;                        ///< somebody asked to join it, or published to it
    std::vector<Instant> published = {};  ///< when they reached the broker
  };

  void take(const Record& record, const Moment& moment);
  const std::vector<Channel>& all() const { return channels_; }
  /// Place of the room's channel; all().size() where there is none.
  std::size_t place_of(TextId room) const;

 private:
  Channel& channel(TextId room, Instant at);

  std::vector<Channel> channels_;
  std::vector<std::uint32_t> of_room_;  // by text id of the room: place + 1
  std::vector<TextId> room_of_name_;    // by text id of the broker's channel name
};

/// The room in a channel's name as the Redis adapter makes it: `socket.io#/#room-1#` is for `room-1`. Empty: for all.
std::string_view room_in_channel(std::string_view name);

}  // namespace roundhouse::view
