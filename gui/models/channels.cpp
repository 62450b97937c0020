#include "gui/models/channels.h"

namespace roundhouse::view {

std::string_view room_in_channel(std::string_view name) {
  // PREFIX#NAMESPACE#ROOM#; a room may hold any sign, # too.
  const std::size_t prefix = name.find('#');
  if (prefix == std::string_view::npos || name.back() != '#') return {};
  const std::size_t space = name.find('#', prefix + 1);
  if (space == std::string_view::npos || space + 1 >= name.size()) return {};
  return name.substr(space + 1, name.size() - space - 2);
}

Channels::Channel& Channels::channel(TextId room, Instant at) {
  if (room.value >= of_room_.size()) of_room_.resize(room.value + 1);
  std::uint32_t& place = of_room_[room.value];
  if (place == 0) {
    channels_.push_back({.room = room, .first = at});
    place = static_cast<std::uint32_t>(channels_.size());
  }
  return channels_[place - 1];
}

std::size_t Channels::place_of(TextId room) const {
  const bool known = room.value < of_room_.size() && of_room_[room.value] != 0;
  return known ? of_room_[room.value] - 1 : channels_.size();
}

void Channels::take(const Record& record, const Moment& moment) {
  if (record.kind == RecordKind::join) {
    // Each socket is in the room of its own id; that is no room for people.
    if (record.text && record.text != record.subject && !moment.state.socket(record.text))
      channel(record.text, record.at);
    return;
  }
  if (record.kind != RecordKind::position || !record.text) return;
  if (record.text.value >= room_of_name_.size()) room_of_name_.resize(record.text.value + 1);
  TextId& room = room_of_name_[record.text.value];
  if (!room) room = moment.recording.text_named(room_in_channel(moment.recording.text_of(record.text)));
  if (room) channel(room, record.at).published.push_back(record.at);
}

}  // namespace roundhouse::view
