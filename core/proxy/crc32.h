// CRC-32 as zlib has it, in steps: nginx hashes keys and ring points with it.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace roundhouse::proxy {

namespace detail {
constexpr std::array<std::uint32_t, 256> make_crc32_table() {
  std::array<std::uint32_t, 256> made{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t c = i;
    for (int bit = 0; bit < 8; ++bit) c = (c & 1) != 0 ? 0xedb88320u ^ (c >> 1) : c >> 1;
    made[i] = c;
  }
  return made;
}
inline constexpr std::array<std::uint32_t, 256> crc32_table = make_crc32_table();
}  // namespace detail

class Crc32 {
 public:
  constexpr Crc32& add(std::string_view bytes) {
    for (const char byte : bytes)
      state_ = detail::crc32_table[(state_ ^ static_cast<unsigned char>(byte)) & 0xff] ^ (state_ >> 8);
    return *this;
  }
  constexpr std::uint32_t value() const { return state_ ^ 0xffffffffu; }

 private:
  std::uint32_t state_ = 0xffffffffu;
};

}  // namespace roundhouse::proxy
