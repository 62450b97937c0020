// What a client is told. Many clients share one of these; what differs between them is the node's own address.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <roundhouse/address.h>
#include <roundhouse/instant.h>
#include <roundhouse/transport.h>
#include "core/client/backoff.h"
#include "core/http/message.h"

namespace roundhouse {

/// Defaults are those of socket.io-client 4.8.4.
struct ClientOptions {
  Address server = {};
  std::optional<Address> from = {};  ///< the local address; without it the world takes the node's
  /// The first is tried first; polling followed by websocket upgrades.
  std::vector<Transport> transports = {Transport::polling, Transport::websocket};
  std::string path = "/socket.io/";
  bool autoconnect = true;
  bool reconnection = true;
  Duration reconnection_delay = std::chrono::seconds(1);
  Duration reconnection_delay_max = std::chrono::seconds(5);
  std::uint32_t randomization_permille = 500;
  Duration timeout = std::chrono::seconds(20);  ///< for the Engine.IO handshake
  bool cookies =
      true;  ///< keeps cookies over all its sessions, as a browser does (Node: `withCredentials`, for one session)
  std::string auth_json = {};  ///< the payload of CONNECT: an object, or empty
  /// Waited before each HTTP request but the handshake: uniform in [think, think + think_jitter].
  Duration think{};
  Duration think_jitter{};
  std::string host_header = {};  ///< empty: the server's address
  std::vector<http::Field> extra_headers = {};
  bool deflate_offer =
      true;  ///< offer permessage-deflate as the original does; we cannot inflate, so not to a server that takes it
  std::size_t payload_bytes_max = 16 * 1024 * 1024;  ///< of one WebSocket message (Node's client: 100 MiB)
  std::uint32_t packets_max = 10'000;  ///< of each buffer: waiting to be sent, not acknowledged, too early
};

}  // namespace roundhouse
