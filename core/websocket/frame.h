// WebSocket frames, encoding only: RFC 6455 §5. No extensions: permessage-deflate is never negotiated.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include <roundhouse/bytes.h>

namespace roundhouse::websocket {

enum class Opcode : std::uint8_t {
  continuation = 0,
  text = 1,
  binary = 2,
  close = 8,
  ping = 9,
  pong = 10,
};

using MaskKey = std::array<std::uint8_t, 4>;

/// Appends one whole frame to `out`. A client passes a mask key, a server does not (RFC 6455 §5.3).
void append_frame(Bytes& out, Opcode opcode, ByteView payload, std::optional<MaskKey> mask = {},
                  bool fin = true);

/// The head of a frame, read from the start of `bytes`.
struct FrameHead {
  Opcode opcode = Opcode::text;
  bool fin = true;
  bool masked = false;
  bool reserved_bits = false;
  std::uint64_t payload_bytes = 0;
  MaskKey mask{};
  std::uint8_t head_bytes = 0;  ///< 2 to 14
};
/// Empty where more bytes are needed. Does not judge: the connection does.
std::optional<FrameHead> read_frame_head(ByteView bytes);

/// XORs `data` in place, beginning at `offset` within the payload.
void apply_mask(char* data, std::size_t size, MaskKey mask, std::uint64_t offset = 0);

}  // namespace roundhouse::websocket
