// See socket_table.h.
#include "sim/trace/socket_table.h"

#include <algorithm>

namespace roundhouse {

std::uint32_t SocketTable::add(TextId sid) {
  if (sid.value >= socket_of_text_.size()) socket_of_text_.resize(sid.value + 1);
  std::uint32_t& place = socket_of_text_[sid.value];
  if (place == 0) {
    sockets_.emplace_back().sid = sid;
    place = static_cast<std::uint32_t>(sockets_.size());
  }
  return place - 1;
}

void SocketTable::client_opened(std::uint32_t socket, EntityId client) {
  sockets_[socket].client = client;
  sockets_[socket].client_open = true;
  refresh_all(socket);
}

void SocketTable::client_closed(std::uint32_t socket) {
  sockets_[socket].client_open = false;
  refresh_all(socket);
}

void SocketTable::app_connected(std::uint32_t socket, EntityId instance, TextId name_space, TextId session) {
  SocketEntry& entry = sockets_[socket];
  if (entry.app_connected) return;
  ++connected_;
  entry.app_connected = true;
  entry.instance = instance;
  entry.name_space = name_space;
  entry.session = session;
  const std::uint32_t everyone = membership(socket, TextId{});
  memberships_[everyone].app_done = true;
  memberships_[everyone].client_done = true;
  refresh_all(socket);
}

void SocketTable::app_disconnected(std::uint32_t socket) {
  SocketEntry& entry = sockets_[socket];
  if (!entry.app_connected) return;
  --connected_;
  entry.app_connected = false;
  while (sockets_[socket].first_membership != none) remove(socket, sockets_[socket].first_membership);
}

void SocketTable::handed(std::uint32_t socket) {
  if (sockets_[socket].handed) return;
  sockets_[socket].handed = true;
  refresh_all(socket);
}

void SocketTable::join_asked(std::uint32_t socket, TextId room) {
  const std::uint32_t at = membership(socket, room);
  MembershipEntry& entry = memberships_[at];
  // Asking again while in changes nothing; after leaving, the window opens anew with the answer.
  if (entry.leave_asked || entry.taken_out) entry.client_done = false;
  entry.asked = true;
  entry.leave_asked = false;
  refresh(at);
}

void SocketTable::join_done(std::uint32_t socket, TextId room, bool by_app) {
  const std::uint32_t at = membership(socket, room);
  MembershipEntry& entry = memberships_[at];
  if (by_app) {
    entry.app_done = true;
    entry.taken_out = false;
  } else {
    entry.client_done = true;
  }
  refresh(at);
}

void SocketTable::join_undone(std::uint32_t socket, TextId room) {
  const std::uint32_t at = find_membership(socket, room);
  if (at != none && !memberships_[at].app_done) remove(socket, at);
}

void SocketTable::leave_asked(std::uint32_t socket, TextId room) {
  const std::uint32_t at = find_membership(socket, room);
  if (at == none) return;
  memberships_[at].leave_asked = true;
  refresh(at);
}

void SocketTable::left(std::uint32_t socket, TextId room, bool by_app) {
  const std::uint32_t at = find_membership(socket, room);
  if (at == none) return;
  MembershipEntry& entry = memberships_[at];
  if (by_app && sockets_[socket].client) {
    // It stays until the client has seen it: until then, a delivery that was on its way is no fault.
    entry.app_done = false;
    entry.taken_out = true;
    refresh(at);
  } else if (by_app || entry.leave_asked) {  // not where the client has asked to join again meanwhile
    remove(socket, at);
  }
}

std::uint32_t SocketTable::room(TextId name, TextId name_space) {
  if (name.value >= room_of_text_.size()) room_of_text_.resize(name.value + 1);
  std::uint32_t last = none;
  for (std::uint32_t at = first_room(name); at != none; at = rooms_[at].next_of_name) {
    if (rooms_[at].name_space == name_space) return at;
    last = at;
  }
  const auto place = static_cast<std::uint32_t>(rooms_.size());
  rooms_.push_back({.name = name, .name_space = name_space, .must = {}});
  (last == none ? room_of_text_[name.value] : rooms_[last].next_of_name) = last == none ? place + 1 : place;
  return place;
}

std::uint32_t SocketTable::find_membership(std::uint32_t socket, TextId room) const {
  std::uint32_t at = sockets_[socket].first_membership;
  while (at != none && rooms_[memberships_[at].room].name != room) at = memberships_[at].next_of_socket;
  return at;
}

std::uint32_t SocketTable::membership(std::uint32_t socket, TextId name) {
  if (const std::uint32_t known = find_membership(socket, name); known != none) return known;
  const MembershipEntry entry{.socket = socket,
                              .room = room(name, sockets_[socket].name_space),
                              .next_of_socket = sockets_[socket].first_membership};
  std::uint32_t place = static_cast<std::uint32_t>(memberships_.size());
  if (free_memberships_.empty()) {
    memberships_.push_back(entry);
  } else {
    place = free_memberships_.back();
    free_memberships_.pop_back();
    memberships_[place] = entry;
  }
  sockets_[socket].first_membership = place;
  return place;
}

bool SocketTable::must(const MembershipEntry& membership) const {
  const SocketEntry& socket = sockets_[membership.socket];
  if (!socket.owable() || membership.leave_asked || membership.taken_out) return false;
  return socket.client ? membership.client_done : membership.app_done;
}

// Brings the must list up to date with the membership.
void SocketTable::refresh(std::uint32_t at) {
  MembershipEntry& entry = memberships_[at];
  RoomEntry& room = rooms_[entry.room];
  const bool wanted = must(entry);
  if (wanted == (entry.place != none)) return;
  if (wanted) {
    entry.place = static_cast<std::uint32_t>(room.must.size());
    room.sorted = room.sorted && (room.must.empty() || room.must.back().socket < entry.socket);
    room.must.push_back({entry.socket, at});
    return;
  }
  const MustEntry last = room.must.back();
  room.must.pop_back();
  if (last.membership != at) {
    room.must[entry.place] = last;
    memberships_[last.membership].place = entry.place;
    room.sorted = false;
  }
  entry.place = none;
}

void SocketTable::refresh_all(std::uint32_t socket) {
  for (std::uint32_t at = sockets_[socket].first_membership; at != none;
       at = memberships_[at].next_of_socket) {
    refresh(at);
  }
}

void SocketTable::remove(std::uint32_t socket, std::uint32_t membership) {
  memberships_[membership].taken_out = true;
  refresh(membership);
  std::uint32_t* link = &sockets_[socket].first_membership;
  while (*link != membership) link = &memberships_[*link].next_of_socket;
  *link = memberships_[membership].next_of_socket;
  memberships_[membership] = {.socket = none};
  free_memberships_.push_back(membership);
}

std::size_t SocketTable::bytes() const {
  std::size_t sum =
      sockets_.size() * sizeof(SocketEntry) + rooms_.size() * sizeof(RoomEntry) +
      (socket_of_text_.size() + room_of_text_.size() + free_memberships_.size()) * sizeof(std::uint32_t) +
      memberships_.size() * sizeof(MembershipEntry);
  for (const RoomEntry& room : rooms_) sum += room.must.size() * sizeof(MustEntry);
  return sum;
}

void SocketTable::sort(RoomEntry& room) {
  if (room.sorted) return;
  std::sort(room.must.begin(), room.must.end(),
            [](const MustEntry& a, const MustEntry& b) { return a.socket < b.socket; });
  for (std::uint32_t i = 0; i < room.must.size(); ++i) memberships_[room.must[i].membership].place = i;
  room.sorted = true;
}

}  // namespace roundhouse
