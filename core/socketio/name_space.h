// One namespace's sockets and rooms: who is where. Sends nothing.
// Rooms are named by the run's text ids. Members keep the order in which they joined, as in Node's Set.
#pragma once

#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "core/socketio/socket.h"

namespace roundhouse::socketio {

class NameSpace {
 public:
  /// `sockets` is shared by all namespaces of an instance and outlives them.
  explicit NameSpace(Sockets& sockets);

  void add(SocketIndex socket);
  /// Out of every room, and of the namespace.
  void remove(SocketIndex socket);
  /// False where it is a member already.
  bool join(SocketIndex socket, TextId room);
  bool leave(SocketIndex socket, TextId room);

  bool has_room(TextId room) const { return index_.contains(room) || by_sid_.contains(room); }
  /// no_socket where no socket here has that sid.
  SocketIndex socket_of(TextId sid) const;
  std::size_t socket_count() const { return by_sid_.size(); }
  /// The rooms of a socket in the order of joining, without its own.
  std::vector<TextId> rooms_of(SocketIndex socket) const;
  std::size_t room_count_of(SocketIndex socket) const { return sockets_[socket].rooms.size() - 1; }

  /// Members of a room, or of all (TextId{}), in the order of joining, with `no_socket` where somebody left. Empty where there is none.
  std::span<const SocketIndex> members(TextId room) const;
  /// The union of rooms (all, where there is none), each socket once, without the members of `except`; those go to `left_out`.
  void collect(std::span<const TextId> rooms, std::span<const TextId> except,
               std::vector<SocketIndex>& members, std::vector<SocketIndex>& left_out);

 private:
  static constexpr RoomIndex all = 0;

  struct Room {
    TextId name;
    std::uint32_t left = 0;  // places that hold no_socket
    std::vector<SocketIndex> members;
  };

  void enter(SocketIndex socket, RoomIndex room);
  void take_out(Membership membership);
  void close_gaps(RoomIndex room);

  Sockets& sockets_;
  std::vector<Room> rooms_;
  std::vector<RoomIndex> free_rooms_;
  std::unordered_map<TextId, RoomIndex> index_;     // looked up, never walked
  std::unordered_map<TextId, SocketIndex> by_sid_;  // looked up, never walked
  std::uint32_t unions_ = 0;
};

}  // namespace roundhouse::socketio
