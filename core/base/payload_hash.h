// A hash of a payload's bytes, the same on every compiler: what `send` and `deliver` compare. Not cryptographic.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

#include <roundhouse/bytes.h>

namespace roundhouse {

/// Eight bytes at a time: a byte-wise hash costs more than what it guards.
inline std::uint64_t payload_hash(ByteView bytes) {
  std::uint64_t h = 0x9e3779b97f4a7c15u ^ bytes.size();
  const auto mix = [&h](std::uint64_t v) {
    h = (h ^ v) * 0xbf58476d1ce4e5b9u;
    h ^= h >> 29;
  };
  std::size_t i = 0;
  for (; i + 8 <= bytes.size(); i += 8) {
    std::uint64_t v = 0;  // little-endian by definition
    if constexpr (std::endian::native == std::endian::little) {
      std::memcpy(&v, bytes.data() + i, 8);
    } else {
      for (std::size_t k = 0; k < 8; ++k) {
        v |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[i + k])) << (8 * k);
      }
    }
    mix(v);
  }
  std::uint64_t tail = 0;
  for (std::size_t k = 0; i + k < bytes.size(); ++k) {
    tail |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[i + k])) << (8 * k);
  }
  mix(tail);
  return h ^ (h >> 32);
}

}  // namespace roundhouse
