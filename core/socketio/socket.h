// A server's Socket.IO socket: one client in one namespace, as data. Rooms and handlers are elsewhere.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <roundhouse/ids.h>
#include "core/socketio/slots.h"

namespace roundhouse::socketio {

using SocketIndex = std::uint32_t;
inline constexpr SocketIndex no_socket = UINT32_MAX;
using RoomIndex = std::uint32_t;

/// That a socket is in a room, and where in the room's list.
struct Membership {
  RoomIndex room = 0;
  std::uint32_t place = 0;
};

struct Socket {
  /// Where its packets go without a detour: the session's WebSocket, empty while it polls. First, because fan-out reads it and `sid` only.
  ConnectionId websocket;
  TextId sid;
  bool alive = false;
  std::uint32_t session = 0;
  std::uint32_t name_space = 0;
  SocketIndex next_of_session = no_socket;
  std::uint32_t next_ack = 0;
  std::uint32_t seen = 0;  ///< the last union of rooms that counted it
  std::vector<Membership> rooms;
  std::unique_ptr<std::string> auth_json;  ///< null: `{}`
};

using Sockets = Slots<Socket>;

}  // namespace roundhouse::socketio
