// Socket.IO sockets and the rooms they are in, as clients and apps have reported them. Answers one question fast: to whom is a message
// for this room owed now?
#pragma once

#include <cstdint>
#include <vector>

#include <roundhouse/ids.h>

namespace roundhouse {

/// Kept to the end of the run: a late record may name any socket.
struct SocketEntry {
  static constexpr std::uint32_t none = UINT32_MAX;

  TextId sid;
  TextId session;
  TextId name_space;
  EntityId client;    ///< empty until a client says the socket is its own
  EntityId instance;  ///< empty until an app says it is connected
  std::uint32_t next_of_client = none;
  std::uint32_t first_membership = none;
  std::uint32_t pending = 0;   ///< pairs owed to it and open
  bool client_open = false;    ///< as the client sees it
  bool app_connected = false;  ///< as the app sees it
  bool handed = false;  ///< its client is not ours: what the app hands to the kernel counts as delivered

  bool owable() const { return app_connected && (client_open || (handed && !client)); }

  friend bool operator==(const SocketEntry&, const SocketEntry&) = default;
};

struct MembershipEntry {
  std::uint32_t socket = 0;
  std::uint32_t room = 0;
  std::uint32_t next_of_socket = SocketEntry::none;
  std::uint32_t place = SocketEntry::none;  ///< in the room's must list; none: not there
  bool asked = false;                       ///< the client asked to join
  bool client_done = false;                 ///< the client saw that it is in
  bool app_done = false;
  bool leave_asked = false;  ///< by the client, after it last asked to join
  bool taken_out = false;    ///< by the app, after it last let it in

  bool may() const { return asked || app_done; }

  friend bool operator==(const MembershipEntry&, const MembershipEntry&) = default;
};

/// In the must list: sockets to which a message accepted now for this room is owed.
struct MustEntry {
  std::uint32_t socket = 0;
  std::uint32_t membership = 0;

  friend bool operator==(const MustEntry&, const MustEntry&) = default;
};

struct RoomEntry {
  TextId name;  ///< empty: everyone in the namespace
  TextId name_space;
  std::uint32_t next_of_name = SocketEntry::none;
  bool sorted = true;
  std::vector<MustEntry> must;

  friend bool operator==(const RoomEntry&, const RoomEntry&) = default;
};

class SocketTable {
 public:
  static constexpr std::uint32_t none = SocketEntry::none;

  std::uint32_t find(TextId sid) const {
    return sid.value < socket_of_text_.size() ? socket_of_text_[sid.value] - 1 : none;
  }
  std::uint32_t add(TextId sid);
  SocketEntry& operator[](std::uint32_t socket) { return sockets_[socket]; }
  const SocketEntry& operator[](std::uint32_t socket) const { return sockets_[socket]; }
  const std::vector<SocketEntry>& all() const { return sockets_; }

  // What the client says.
  void client_opened(std::uint32_t socket, EntityId client);
  void client_closed(std::uint32_t socket);
  // What the app says.
  void app_connected(std::uint32_t socket, EntityId instance, TextId name_space, TextId session);
  void app_disconnected(std::uint32_t socket);
  /// The first thing handed to a client that is not ours.
  void handed(std::uint32_t socket);

  void join_asked(std::uint32_t socket, TextId room);
  void join_done(std::uint32_t socket, TextId room, bool by_app);
  void leave_asked(std::uint32_t socket, TextId room);
  /// The app has taken it out, or the client saw that it is out.
  void left(std::uint32_t socket, TextId room, bool by_app);
  /// A join that came to nothing.
  void join_undone(std::uint32_t socket, TextId room);

  /// Calls take(must list, sorted by socket) for each room of that name that `sender` can mean: those of its namespace, or of all
  /// namespaces where it is unknown.
  template <class Take>
  void for_rooms(TextId name, std::uint32_t sender, Take take) {
    for (std::uint32_t at = first_room(name); at != none; at = rooms_[at].next_of_name) {
      if (sender != none && rooms_[at].name_space != sockets_[sender].name_space) continue;
      sort(rooms_[at]);
      take(rooms_[at].must);
    }
  }
  /// The same rooms, each must list in the order in which it happens to lie.
  template <class Take>
  void look_at_rooms(TextId name, std::uint32_t sender, Take take) const {
    for (std::uint32_t at = first_room(name); at != none; at = rooms_[at].next_of_name) {
      if (sender != none && rooms_[at].name_space != sockets_[sender].name_space) continue;
      take(rooms_[at].must);
    }
  }
  const std::vector<RoomEntry>& rooms() const { return rooms_; }
  const std::vector<MembershipEntry>& memberships() const { return memberships_; }
  std::uint64_t connected() const { return connected_; }
  /// About how much memory it takes.
  std::size_t bytes() const;

  friend bool operator==(const SocketTable&, const SocketTable&) = default;

 private:
  std::uint32_t first_room(TextId name) const {
    return name.value < room_of_text_.size() ? room_of_text_[name.value] - 1 : none;
  }
  std::uint32_t room(TextId name, TextId name_space);
  std::uint32_t find_membership(std::uint32_t socket, TextId room) const;
  std::uint32_t membership(std::uint32_t socket, TextId room);
  bool must(const MembershipEntry& membership) const;
  void refresh(std::uint32_t membership);
  void refresh_all(std::uint32_t socket);
  void remove(std::uint32_t socket, std::uint32_t membership);
  void sort(RoomEntry& room);

  std::vector<SocketEntry> sockets_;
  std::vector<std::uint32_t> socket_of_text_;  // by sid: place + 1
  std::vector<RoomEntry> rooms_;
  std::vector<std::uint32_t> room_of_text_;  // by name: place of the first + 1; further namespaces hang on it
  std::vector<MembershipEntry> memberships_;
  std::vector<std::uint32_t> free_memberships_;
  std::uint64_t connected_ = 0;
};

}  // namespace roundhouse
