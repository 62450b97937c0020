// What every entry shares: the input as bytes, and a reader fed in two pieces, cut where the first byte says.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include <roundhouse/bytes.h>

inline roundhouse::ByteView bytes_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

/// Calls `feed` with the bytes behind the first one, in two pieces.
template <class Feed>
void feed_in_two(const std::uint8_t* data, std::size_t size, Feed feed) {
  if (size == 0) return;
  const roundhouse::ByteView bytes = bytes_of(data + 1, size - 1);
  const std::size_t cut = bytes.empty() ? 0 : data[0] % (bytes.size() + 1);
  feed(bytes.substr(0, cut));
  feed(bytes.substr(cut));
}
