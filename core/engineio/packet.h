// Engine.IO v4 packets and long-polling payloads. Encoding only.
// Source: engine.io-protocol, revision 4; engine.io-parser 5. Facts checked against tests/oracles/socketio.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <roundhouse/result.h>
#include "core/base/marked_bytes.h"

namespace roundhouse::engineio {

enum class PacketType : char {
  open = '0',
  close = '1',
  ping = '2',
  pong = '3',
  message = '4',
  upgrade = '5',
  noop = '6',
};

/// `data` is the text behind the type digit, or the raw bytes of a binary message (`binary`, type message).
struct Packet {
  PacketType type = PacketType::message;
  Bytes data;
  bool binary = false;
  Mark mark;
};

/// Packets as one long-polling body: joined by 0x1e, binary as `b` + base64. Marks lie at each packet's end.
MarkedBytes encode_payload(const std::vector<Packet>& packets);
/// The reverse; marks lie on the body and go to the packet they end in. Error: an unknown type, bad base64, an empty packet.
Result<std::vector<Packet>> decode_payload(ByteView body, Marks marks = {});
/// One packet from a WebSocket message. Error: empty, unknown type.
Result<Packet> decode_frame(ByteView payload, bool binary, Mark mark = {});

/// A packet without copies; `data` is valid until the reader's next call.
struct PacketView {
  PacketType type = PacketType::message;
  ByteView data;
  bool binary = false;
  Mark mark;
};
/// The packets of a long-polling body one by one, for those who act on each before the next is judged, as Node's client does.
/// After an error it is at its end. Body and marks must outlive it.
class PayloadReader {
 public:
  PayloadReader(ByteView body, Marks marks) : body_(body), marks_(marks) {}
  std::optional<Result<PacketView>> next();
  /// Marks on packets that were not read.
  Marks rest() const { return marks_; }

 private:
  ByteView body_;
  Marks marks_;
  std::size_t begin_ = 0;
  bool ended_ = false;
  Bytes decoded_;  // of a binary packet
};
/// One packet of a WebSocket message, without copies.
Result<PacketView> view_frame(ByteView payload, bool binary, Mark mark = {});

/// The body of an open packet (without the `0`), key order as in Node. `upgrades` is `["websocket"]` or `[]`.
struct Handshake {
  std::string sid;
  bool upgrade_to_websocket = true;
  std::int64_t ping_interval_ms = 25'000;
  std::int64_t ping_timeout_ms = 20'000;
  std::int64_t max_payload_bytes = 1'000'000;
};
std::string encode_handshake(const Handshake& handshake);
Result<Handshake> decode_handshake(std::string_view json);

}  // namespace roundhouse::engineio
