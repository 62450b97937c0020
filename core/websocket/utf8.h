// Checks UTF-8 piece by piece, for text messages that come in several frames. RFC 3629; RFC 6455 §8.1.
#pragma once

#include <cstdint>
#include <cstring>

#include <roundhouse/bytes.h>

namespace roundhouse::websocket {

/// Feed pieces in order; a character may lie across two of them.
class Utf8Check {
 public:
  /// False as soon as the text cannot be UTF-8 any more.
  bool feed(ByteView bytes) {
    std::size_t i = 0;
    while (i < bytes.size()) {
      if (missing_ == 0) {
        while (i + 8 <= bytes.size() && plain(bytes.data() + i)) i += 8;
        if (i == bytes.size()) break;
      }
      if (!feed_one(static_cast<unsigned char>(bytes[i++]))) return false;
    }
    return true;
  }
  /// True where no character is unfinished.
  bool complete() const { return missing_ == 0; }
  void reset() { missing_ = 0; }

 private:
  static bool plain(const char* p) {
    std::uint64_t v = 0;
    std::memcpy(&v, p, 8);
    return (v & 0x8080808080808080u) == 0;
  }
  bool feed_one(unsigned char c) {
    if (missing_ > 0) {
      if (c < low_ || c > high_) return false;
      low_ = 0x80;
      high_ = 0xBF;
      --missing_;
      return true;
    }
    if (c < 0x80) return true;
    // The second byte's range shuts out overlong forms, surrogates, and what lies above U+10FFFF.
    low_ = c == 0xE0 ? 0xA0 : c == 0xF0 ? 0x90 : 0x80;
    high_ = c == 0xED ? 0x9F : c == 0xF4 ? 0x8F : 0xBF;
    if (c >= 0xC2 && c <= 0xDF) return missing_ = 1, true;
    if (c >= 0xE0 && c <= 0xEF) return missing_ = 2, true;
    if (c >= 0xF0 && c <= 0xF4) return missing_ = 3, true;
    return false;
  }

  std::uint8_t missing_ = 0;  // bytes of the character that are still to come
  std::uint8_t low_ = 0x80;   // range of the next of them
  std::uint8_t high_ = 0xBF;
};

inline bool is_utf8(ByteView bytes) {
  Utf8Check check;
  return check.feed(bytes) && check.complete();
}

}  // namespace roundhouse::websocket
