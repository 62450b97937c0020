#include "core/websocket/frame.h"

#include <cstring>

namespace roundhouse::websocket {

void append_frame(Bytes& out, Opcode opcode, ByteView payload, std::optional<MaskKey> mask, bool fin) {
  std::array<char, 14> head;  // NOLINT: filled below as far as it is used
  std::size_t size = 0;
  const auto put = [&](std::uint64_t value) { head[size++] = static_cast<char>(value & 255); };
  put((fin ? 0x80u : 0u) | static_cast<unsigned>(opcode));
  const std::uint64_t mask_bit = mask ? 0x80 : 0;
  if (payload.size() < 126) {
    put(mask_bit | payload.size());
  } else if (payload.size() < 65'536) {
    put(mask_bit | 126);
    put(payload.size() >> 8);
    put(payload.size());
  } else {
    put(mask_bit | 127);
    for (int shift = 56; shift >= 0; shift -= 8) put(payload.size() >> shift);
  }
  if (mask) {
    for (const std::uint8_t byte : *mask) put(byte);
  }
  out.append(head.data(), size);
  out.append(payload);
  if (mask) apply_mask(out.data() + out.size() - payload.size(), payload.size(), *mask);
}

std::optional<FrameHead> read_frame_head(ByteView bytes) {
  if (bytes.size() < 2) return std::nullopt;
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(bytes[i]); };
  FrameHead head;
  head.fin = (byte(0) & 0x80) != 0;
  head.reserved_bits = (byte(0) & 0x70) != 0;
  head.opcode = static_cast<Opcode>(byte(0) & 15);
  head.masked = (byte(1) & 0x80) != 0;
  head.payload_bytes = byte(1) & 127;
  const std::size_t length_bytes = head.payload_bytes == 126 ? 2 : head.payload_bytes == 127 ? 8 : 0;
  const std::size_t size = 2 + length_bytes + (head.masked ? 4 : 0);
  if (bytes.size() < size) return std::nullopt;
  if (length_bytes > 0) {
    head.payload_bytes = 0;
    for (std::size_t i = 0; i < length_bytes; ++i) head.payload_bytes = head.payload_bytes << 8 | byte(2 + i);
  }
  if (head.masked) {
    for (std::size_t i = 0; i < 4; ++i) head.mask[i] = byte(size - 4 + i);
  }
  head.head_bytes = static_cast<std::uint8_t>(size);
  return head;
}

void apply_mask(char* data, std::size_t size, MaskKey mask, std::uint64_t offset) {
  MaskKey turned{};
  for (std::size_t i = 0; i < 4; ++i) turned[i] = mask[(offset + i) % 4];
  std::uint64_t eight = 0;
  std::memcpy(&eight, turned.data(), 4);
  std::memcpy(reinterpret_cast<char*>(&eight) + 4, turned.data(), 4);
  std::size_t i = 0;
  for (; i + 8 <= size; i += 8) {
    std::uint64_t v = 0;
    std::memcpy(&v, data + i, 8);
    v ^= eight;
    std::memcpy(data + i, &v, 8);
  }
  for (; i < size; ++i) data[i] = static_cast<char>(data[i] ^ static_cast<char>(turned[i % 4]));
}

}  // namespace roundhouse::websocket
