// Marks: how a message is followed through bytes. A mark lies beside the stream, on an offset; it is never in the bytes.
#pragma once

#include <cstdint>
#include <span>

#include <roundhouse/ids.h>

namespace roundhouse {

/// What the marked bytes are for the message: the kind of hop in records `hop`, `lost` and `held`.
enum class What : std::uint8_t {
  none,
  poll,     ///< inside the answer to a long poll, server to client
  post,     ///< inside a POST, client to server
  frame,    ///< a WebSocket frame, client to server
  publish,  ///< app to broker
  copy,     ///< broker to an app instance
  deliver,  ///< app to client, over WebSocket
  reply,    ///< an acknowledgement
  join,     ///< a request to join or leave a room
  foreign,  ///< across a program that is not ours
};

/// `to` is the receiver where one copy has one receiver: the text id of a Socket.IO socket id (poll, deliver, reply).
/// For publish and copy it is 0: the connection tells.
struct Mark {
  MessageId message;
  TextId to;
  What what = What::none;

  constexpr explicit operator bool() const { return static_cast<bool>(message); }
  friend constexpr bool operator==(const Mark&, const Mark&) = default;
};

/// A mark and where it lies: behind the byte `end - 1` of the bytes it came with (1 <= end <= size), so a message has
/// arrived when its last byte has. A span of them is sorted by `end`.
struct PlacedMark {
  std::uint32_t end = 0;
  Mark mark;

  friend constexpr bool operator==(const PlacedMark&, const PlacedMark&) = default;
};

using Marks = std::span<const PlacedMark>;

}  // namespace roundhouse
