// The settings of one app instance. Defaults are those of Socket.IO 4.8 and Node 20.
#pragma once

#include <cstdint>
#include <string>

#include <roundhouse/address.h>
#include <roundhouse/instant.h>

namespace roundhouse::app {

struct Options {
  Address listen{"*", 5000};
  std::string path = "/socket.io/";
  /// What users see; empty: the node's name.
  std::string instance = {};
  /// Above 1, an adapter that reaches no other instance loses messages, and the app says so.
  std::uint32_t instances_in_cluster = 1;

  Duration ping_interval = std::chrono::seconds(25);
  Duration ping_timeout = std::chrono::seconds(20);
  Duration upgrade_timeout = std::chrono::seconds(10);
  /// A session that joined no namespace until then is closed.
  Duration connect_timeout = std::chrono::seconds(45);
  /// A longer POST is a 413, a longer WebSocket message a 1009. Announced as maxPayload.
  std::uint32_t payload_bytes_max = 1'000'000;

  /// Packets that wait for a client's next poll; one more ends the session (Node has no such limit).
  std::size_t buffered_bytes_max = 16u << 20;
  /// Bytes queued behind one WebSocket; a slower reader is cut off (Node has no such limit).
  std::size_t queued_bytes_max = 16u << 20;
  /// Foreign clients write no `deliver` records: write `handed` for them.
  bool record_handed = false;
};

/// An upgrade that is not for us is ended after this time, without a word. Source: engine.io, destroyUpgradeTimeout.
inline constexpr Duration destroy_upgrade_timeout = std::chrono::milliseconds(1000);
/// How long a WebSocket that we closed may wait with its own close frame. Source: ws, closeTimeout.
inline constexpr Duration websocket_close_timeout = std::chrono::seconds(30);
/// A longer sid is unknown without a look.
inline constexpr std::size_t sid_bytes_max = 64;
/// So many sids that no session has are written down as they came; further ones only as unknown.
inline constexpr std::uint32_t unknown_sids_noted_max = 4096;
/// Handshakes by that many clients and cache busters are told apart by a counter each; then the counting begins anew.
inline constexpr std::size_t sid_keys_max = 65'536;

}  // namespace roundhouse::app
