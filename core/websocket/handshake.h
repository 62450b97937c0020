// The opening handshake: keys, accept values and the head fields of both sides. RFC 6455 §4. HTTP itself is elsewhere.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <roundhouse/random.h>

namespace roundhouse::websocket {

/// A field of an HTTP head: name and value.
using HeadField = std::pair<std::string, std::string>;

/// `Sec-WebSocket-Accept` for a key: base64 of the SHA-1 of the key and the GUID of RFC 6455 §1.3.
std::string accept_value(std::string_view key);
/// 16 drawn bytes as base64.
std::string make_key(Random draws);
/// 16 bytes in base64: 22 digits and `==`.
bool is_key(std::string_view key);

struct Offer {
  std::string key;
  /// Node's client offers permessage-deflate and Socket.IO servers ignore it, unless told otherwise. We cannot inflate:
  /// a peer that accepts the offer fails the handshake, so leave it out for such a server.
  bool deflate = true;
};
/// The fields of Node's `ws` client, in its order; Host comes after them.
std::vector<HeadField> client_fields(const Offer& offer);
/// The fields of the 101 answer, in the order of Node's `ws` server.
std::vector<HeadField> server_fields(std::string_view key);

}  // namespace roundhouse::websocket
