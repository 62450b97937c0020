#include "core/websocket/handshake.h"

#include <boost/uuid/detail/sha1.hpp>

#include "core/base/base64.h"

namespace roundhouse::websocket {

std::string accept_value(std::string_view key) {
  constexpr std::string_view guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  boost::uuids::detail::sha1 hash;
  hash.process_bytes(key.data(), key.size());
  hash.process_bytes(guid.data(), guid.size());
  boost::uuids::detail::sha1::digest_type words{};
  hash.get_digest(words);
  Bytes digest;
  for (const unsigned int word : words) {
    for (int shift = 24; shift >= 0; shift -= 8) digest += static_cast<char>(word >> shift & 255);
  }
  return base64::encode(digest);
}

std::string make_key(Random draws) {
  Bytes bytes;
  for (int half = 0; half < 2; ++half) {
    const std::uint64_t bits = draws.bits();
    for (int shift = 56; shift >= 0; shift -= 8) bytes += static_cast<char>(bits >> shift & 255);
  }
  return base64::encode(bytes);
}

bool is_key(std::string_view key) {
  const auto bytes = base64::decode(key);
  return bytes && bytes->size() == 16;
}

std::vector<HeadField> client_fields(const Offer& offer) {
  std::vector<HeadField> fields = {{"Sec-WebSocket-Version", "13"},
                                   {"Sec-WebSocket-Key", offer.key},
                                   {"Connection", "Upgrade"},
                                   {"Upgrade", "websocket"}};
  if (offer.deflate) {
    fields.emplace_back("Sec-WebSocket-Extensions", "permessage-deflate; client_max_window_bits");
  }
  return fields;
}

std::vector<HeadField> server_fields(std::string_view key) {
  return {{"Upgrade", "websocket"}, {"Connection", "Upgrade"}, {"Sec-WebSocket-Accept", accept_value(key)}};
}

}  // namespace roundhouse::websocket
