// Rooms: see name_space.h.
#include "core/socketio/name_space.h"

#include <algorithm>

#include "core/base/assertion.h"

namespace roundhouse::socketio {

NameSpace::NameSpace(Sockets& sockets) : sockets_(sockets), rooms_(1) {}

void NameSpace::add(SocketIndex socket) {
  ROUNDHOUSE_ASSERT(sockets_[socket].rooms.empty());
  by_sid_.emplace(sockets_[socket].sid, socket);
  enter(socket, all);
}

void NameSpace::remove(SocketIndex socket) {
  const std::vector<Membership> rooms = std::move(sockets_[socket].rooms);
  sockets_[socket].rooms = {};
  for (const Membership& membership : rooms) take_out(membership);
  by_sid_.erase(sockets_[socket].sid);
}

bool NameSpace::join(SocketIndex socket, TextId room) {
  if (room == sockets_[socket].sid) return false;
  const auto [found, is_new] = index_.try_emplace(room, all);
  if (is_new) {
    if (free_rooms_.empty()) {
      found->second = static_cast<RoomIndex>(rooms_.size());
      rooms_.emplace_back();
    } else {
      found->second = free_rooms_.back();
      free_rooms_.pop_back();
    }
    rooms_[found->second].name = room;
  } else {
    for (const Membership& m : sockets_[socket].rooms) {
      if (m.room == found->second) return false;
    }
  }
  enter(socket, found->second);
  return true;
}

bool NameSpace::leave(SocketIndex socket, TextId room) {
  const auto found = index_.find(room);
  if (found == index_.end()) return false;
  auto& rooms = sockets_[socket].rooms;
  const auto membership =
      std::find_if(rooms.begin(), rooms.end(), [&](const Membership& m) { return m.room == found->second; });
  if (membership == rooms.end()) return false;
  const Membership was = *membership;
  rooms.erase(membership);
  take_out(was);
  return true;
}

void NameSpace::enter(SocketIndex socket, RoomIndex room) {
  auto& members = rooms_[room].members;
  sockets_[socket].rooms.push_back({room, static_cast<std::uint32_t>(members.size())});
  members.push_back(socket);
}

void NameSpace::take_out(Membership membership) {
  Room& room = rooms_[membership.room];
  ROUNDHOUSE_ASSERT(room.members[membership.place] != no_socket);
  room.members[membership.place] = no_socket;
  ++room.left;
  if (room.left == room.members.size()) {
    if (membership.room != all) {
      index_.erase(room.name);
      free_rooms_.push_back(membership.room);
    }
    room = Room{};
  } else if (room.left > room.members.size() / 2) {
    close_gaps(membership.room);
  }
}

void NameSpace::close_gaps(RoomIndex index) {
  Room& room = rooms_[index];
  std::uint32_t place = 0;
  for (const SocketIndex socket : room.members) {
    if (socket == no_socket) continue;
    for (Membership& m : sockets_[socket].rooms) {
      if (m.room == index) m.place = place;
    }
    room.members[place++] = socket;
  }
  room.members.resize(place);
  room.left = 0;
}

SocketIndex NameSpace::socket_of(TextId sid) const {
  const auto found = by_sid_.find(sid);
  return found == by_sid_.end() ? no_socket : found->second;
}

std::vector<TextId> NameSpace::rooms_of(SocketIndex socket) const {
  std::vector<TextId> rooms;
  for (const Membership& m : sockets_[socket].rooms) {
    if (m.room != all) rooms.push_back(rooms_[m.room].name);
  }
  return rooms;
}

std::span<const SocketIndex> NameSpace::members(TextId room) const {
  if (!room) return rooms_[all].members;
  const auto found = index_.find(room);
  if (found != index_.end()) return rooms_[found->second].members;
  const auto own = by_sid_.find(room);
  if (own != by_sid_.end()) return {&own->second, 1};
  return {};
}

void NameSpace::collect(std::span<const TextId> rooms, std::span<const TextId> except,
                        std::vector<SocketIndex>& to, std::vector<SocketIndex>& left_out) {
  // Two stamps: one for those who are left out, one for those who were counted.
  const std::uint32_t excepted = ++unions_;
  const std::uint32_t counted = ++unions_;
  for (const TextId room : except) {
    for (const SocketIndex socket : members(room)) {
      if (socket != no_socket) sockets_[socket].seen = excepted;
    }
  }
  const auto count = [&](TextId room) {
    for (const SocketIndex socket : members(room)) {
      if (socket == no_socket || sockets_[socket].seen == counted) continue;
      const bool out = sockets_[socket].seen == excepted;
      sockets_[socket].seen = counted;
      (out ? left_out : to).push_back(socket);
    }
  };
  if (rooms.empty()) count(TextId{});
  for (const TextId room : rooms) count(room);
}

}  // namespace roundhouse::socketio
