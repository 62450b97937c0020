#include "core/msgpack/writer.h"

#include <bit>

#include "core/base/assertion.h"
#include "core/msgpack/number.h"

namespace roundhouse::msgpack {
namespace {

constexpr std::uint64_t four_bytes = 0xffffffffu;

void append_big_endian(Bytes& out, std::uint64_t value, int size) {
  for (int shift = 8 * (size - 1); shift >= 0; shift -= 8) out.push_back(static_cast<char>(value >> shift));
}
void append_head(Bytes& out, unsigned char first, std::uint64_t value, int size) {
  out.push_back(static_cast<char>(first));
  append_big_endian(out, value, size);
}

struct Head {
  char bytes[5];
  std::size_t size = 0;
};
// `fix` is the first byte of the short form for up to 15 items, `wide` that of the form with two bytes of length.
Head container_head(unsigned char fix, unsigned char wide, std::size_t count) {
  ROUNDHOUSE_ASSERT(count <= four_bytes);
  Head head;
  const auto put = [&head](std::uint64_t byte) { head.bytes[head.size++] = static_cast<char>(byte); };
  if (count < 16) {
    put(fix | count);
  } else if (count < 0x10000) {
    put(wide);
    put(count >> 8);
    put(count);
  } else {
    put(wide + 1u);
    for (int shift = 24; shift >= 0; shift -= 8) put(count >> shift);
  }
  return head;
}

}  // namespace

void append_nil(Bytes& out) {
  out.push_back(static_cast<char>(0xc0));
}
void append_boolean(Bytes& out, bool value) {
  out.push_back(static_cast<char>(value ? 0xc3 : 0xc2));
}

void append_integer(Bytes& out, std::int64_t value) {
  if (value >= 0) return append_natural(out, static_cast<std::uint64_t>(value));
  const auto bits = static_cast<std::uint64_t>(value);
  if (value >= -0x20) return append_big_endian(out, bits, 1);
  if (value >= -0x80) return append_head(out, 0xd0, bits, 1);
  if (value >= -0x8000) return append_head(out, 0xd1, bits, 2);
  if (value >= -0x80000000ll) return append_head(out, 0xd2, bits, 4);
  append_head(out, 0xd3, bits, 8);
}

void append_natural(Bytes& out, std::uint64_t value) {
  if (value < 0x80) return append_big_endian(out, value, 1);
  if (value < 0x100) return append_head(out, 0xcc, value, 1);
  if (value < 0x10000) return append_head(out, 0xcd, value, 2);
  if (value <= four_bytes) return append_head(out, 0xce, value, 4);
  append_head(out, 0xcf, value, 8);
}

void append_double(Bytes& out, double value) {
  append_head(out, 0xcb, std::bit_cast<std::uint64_t>(value), 8);
}

void append_number(Bytes& out, double value) {
  if (!is_whole(value)) return append_double(out, value);
  const std::uint64_t bits = modulo_2_64(value);
  if (value >= 0) {
    // Beyond 2^64 the first byte still says eight bytes, however few are left after the modulo.
    if (value > 4294967295.0) return append_head(out, 0xcf, bits, 8);
    return append_natural(out, bits);
  }
  if (value < -2147483648.0) return append_head(out, 0xd3, bits, 8);
  append_integer(out, static_cast<std::int64_t>(bits));
}

void append_text(Bytes& out, ByteView text) {
  const std::size_t size = text.size();
  ROUNDHOUSE_ASSERT(size <= four_bytes);
  if (size < 0x20) {
    out.push_back(static_cast<char>(0xa0 | size));
  } else if (size < 0x100) {
    append_head(out, 0xd9, size, 1);
  } else if (size < 0x10000) {
    append_head(out, 0xda, size, 2);
  } else {
    append_head(out, 0xdb, size, 4);
  }
  out.append(text);
}

void append_binary(Bytes& out, ByteView bytes) {
  const std::size_t size = bytes.size();
  ROUNDHOUSE_ASSERT(size <= four_bytes);
  if (size < 0x100) {
    append_head(out, 0xc4, size, 1);
  } else if (size < 0x10000) {
    append_head(out, 0xc5, size, 2);
  } else {
    append_head(out, 0xc6, size, 4);
  }
  out.append(bytes);
}

void append_extension(Bytes& out, std::int8_t type, ByteView data) {
  const std::size_t size = data.size();
  ROUNDHOUSE_ASSERT(size <= four_bytes);
  switch (size) {
    case 1:
      out.push_back(static_cast<char>(0xd4));
      break;
    case 2:
      out.push_back(static_cast<char>(0xd5));
      break;
    case 4:
      out.push_back(static_cast<char>(0xd6));
      break;
    case 8:
      out.push_back(static_cast<char>(0xd7));
      break;
    case 16:
      out.push_back(static_cast<char>(0xd8));
      break;
    default:
      if (size < 0x100) {
        append_head(out, 0xc7, size, 1);
      } else if (size < 0x10000) {
        append_head(out, 0xc8, size, 2);
      } else {
        append_head(out, 0xc9, size, 4);
      }
  }
  out.push_back(static_cast<char>(type));
  out.append(data);
}

void append_array(Bytes& out, std::size_t items) {
  const Head head = container_head(0x90, 0xdc, items);
  out.append(head.bytes, head.size);
}
void append_map(Bytes& out, std::size_t pairs) {
  const Head head = container_head(0x80, 0xde, pairs);
  out.append(head.bytes, head.size);
}
void insert_array(Bytes& out, std::size_t begin, std::size_t items) {
  const Head head = container_head(0x90, 0xdc, items);
  out.insert(begin, head.bytes, head.size);
}
void insert_map(Bytes& out, std::size_t begin, std::size_t pairs) {
  const Head head = container_head(0x80, 0xde, pairs);
  out.insert(begin, head.bytes, head.size);
}

void append_value(Bytes& out, const Value& value) {
  switch (value.type) {
    case Type::nil:
      return append_nil(out);
    case Type::boolean:
      return append_boolean(out, value.boolean);
    case Type::integer:
      return append_integer(out, value.integer);
    case Type::natural:
      return append_natural(out, value.natural);
    case Type::number:
      return append_double(out, value.number);
    case Type::text:
      return append_text(out, value.bytes);
    case Type::binary:
      return append_binary(out, value.bytes);
    case Type::extension:
      return append_extension(out, value.extension, value.bytes);
    case Type::array:
      append_array(out, value.items.size());
      break;
    case Type::map:
      ROUNDHOUSE_ASSERT(value.items.size() % 2 == 0);
      append_map(out, value.items.size() / 2);
      break;
  }
  for (const Value& item : value.items) append_value(out, item);
}

}  // namespace roundhouse::msgpack
