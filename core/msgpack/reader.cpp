#include "core/msgpack/reader.h"

#include <bit>

namespace roundhouse::msgpack {
namespace {

Error fail(const char* what) {
  return Error(std::string("MessagePack: ") + what);
}
constexpr const char* too_short = "the document ends too early";

}  // namespace

bool Reader::take(int size, std::uint64_t& out) {
  if (rest_.size() < static_cast<std::size_t>(size)) return false;
  out = 0;
  for (int i = 0; i < size; ++i)
    out = out << 8 | static_cast<unsigned char>(rest_[static_cast<std::size_t>(i)]);
  rest_.remove_prefix(static_cast<std::size_t>(size));
  return true;
}

Result<Item> Reader::sized(Type type, std::size_t size) {
  if (rest_.size() < size) return fail(too_short);
  Item item;
  item.type = type;
  item.bytes = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return item;
}

Result<Item> Reader::counted(Type type, std::uint64_t count) {
  if (type == Type::map) count *= 2;
  // Each item takes a byte at least, so a lying count cannot make anyone reserve memory.
  if (count > rest_.size()) return fail(too_short);
  if (count > limits_.items_max) return fail("more items than the limit");
  Item item;
  item.type = type;
  item.count = static_cast<std::uint32_t>(count);
  return item;
}

Result<Item> Reader::next() {
  if (++items_ > limits_.items_max) return fail("more items than the limit");
  std::uint64_t first = 0;
  if (!take(1, first)) return fail(too_short);
  Item item;
  std::uint64_t bits = 0;
  if (first < 0x80) {
    item.type = Type::integer;
    item.integer = static_cast<std::int64_t>(first);
    return item;
  }
  if (first < 0x90) return counted(Type::map, first & 0x0f);
  if (first < 0xa0) return counted(Type::array, first & 0x0f);
  if (first < 0xc0) return sized(Type::text, first & 0x1f);
  if (first >= 0xe0) {
    item.type = Type::integer;
    item.integer = static_cast<std::int64_t>(first) - 256;
    return item;
  }
  const auto extension = [&](std::size_t size) -> Result<Item> {
    std::uint64_t type = 0;
    if (!take(1, type)) return fail(too_short);
    auto read = sized(Type::extension, size);
    if (read) read->extension = static_cast<std::int8_t>(type);
    return read;
  };
  switch (first) {
    case 0xc0:
      return item;
    case 0xc2:
    case 0xc3:
      item.type = Type::boolean;
      item.boolean = first == 0xc3;
      return item;
    case 0xc4:
    case 0xc5:
    case 0xc6:
      if (!take(1 << (first - 0xc4), bits)) return fail(too_short);
      return sized(Type::binary, bits);
    case 0xc7:
    case 0xc8:
    case 0xc9:
      if (!take(1 << (first - 0xc7), bits)) return fail(too_short);
      return extension(bits);
    case 0xca:
      if (!take(4, bits)) return fail(too_short);
      item.type = Type::number;
      item.number = static_cast<double>(std::bit_cast<float>(static_cast<std::uint32_t>(bits)));
      return item;
    case 0xcb:
      if (!take(8, bits)) return fail(too_short);
      item.type = Type::number;
      item.number = std::bit_cast<double>(bits);
      return item;
    case 0xcc:
    case 0xcd:
    case 0xce:
    case 0xcf:
      if (!take(1 << (first - 0xcc), bits)) return fail(too_short);
      if (bits > 0x7fffffffffffffffu) {
        item.type = Type::natural;
        item.natural = bits;
      } else {
        item.type = Type::integer;
        item.integer = static_cast<std::int64_t>(bits);
      }
      return item;
    case 0xd0:
    case 0xd1:
    case 0xd2:
    case 0xd3: {
      const int size = 1 << (first - 0xd0);
      if (!take(size, bits)) return fail(too_short);
      const int unused = 64 - 8 * size;
      item.type = Type::integer;
      item.integer = static_cast<std::int64_t>(bits << unused) >> unused;
      return item;
    }
    case 0xd4:
    case 0xd5:
    case 0xd6:
    case 0xd7:
    case 0xd8:
      return extension(std::size_t{1} << (first - 0xd4));
    case 0xd9:
    case 0xda:
    case 0xdb:
      if (!take(1 << (first - 0xd9), bits)) return fail(too_short);
      return sized(Type::text, bits);
    case 0xdc:
    case 0xdd:
      if (!take(2 << (first - 0xdc), bits)) return fail(too_short);
      return counted(Type::array, bits);
    case 0xde:
    case 0xdf:
      if (!take(2 << (first - 0xde), bits)) return fail(too_short);
      return counted(Type::map, bits);
    default:
      return fail("a byte that begins no value");
  }
}

Result<Value> Reader::next_value() {
  return value_at(0);
}

Result<Value> Reader::value_at(std::size_t depth) {
  const auto item = next();
  if (!item) return item.error();
  Value value;
  value.type = item->type;
  value.boolean = item->boolean;
  value.extension = item->extension;
  value.integer = item->integer;
  value.natural = item->natural;
  value.number = item->number;
  value.bytes = Bytes(item->bytes);
  if (item->count > 0 && depth == limits_.depth_max) return fail("nested deeper than the limit");
  for (std::uint32_t i = 0; i < item->count; ++i) {
    auto inner = value_at(depth + 1);
    if (!inner) return inner.error();
    value.items.push_back(std::move(*inner));
  }
  return value;
}

Result<ByteView> Reader::skip() {
  const ByteView from = rest_;
  for (std::uint64_t missing = 1; missing > 0; --missing) {
    const auto item = next();
    if (!item) return item.error();
    missing += item->count;
  }
  return from.substr(0, from.size() - rest_.size());
}

Result<Value> read(ByteView document, Limits limits) {
  Reader reader(document, limits);
  auto value = reader.next_value();
  if (value && !reader.at_end()) return fail("bytes behind the value");
  return value;
}

}  // namespace roundhouse::msgpack
