// Reads one MessagePack document item by item, without copies and with limits.
#pragma once

#include <cstdint>

#include <roundhouse/bytes.h>
#include <roundhouse/result.h>
#include "core/msgpack/value.h"

namespace roundhouse::msgpack {

struct Limits {
  std::size_t depth_max = 1024;         ///< notepack.io has none; each level costs some stack
  std::size_t items_max = 1024 * 1024;  ///< values of one document, all levels together
};

/// One value; an array is followed by `count` items, a map by `count` keys and values in turn (so `count` is even).
struct Item {
  Type type = Type::nil;
  bool boolean = false;
  std::int8_t extension = 0;
  std::uint32_t count = 0;
  std::int64_t integer = 0;
  std::uint64_t natural = 0;
  double number = 0;
  ByteView bytes;  ///< into the document
};

/// A cursor over whole documents: a Redis message has no pieces.
class Reader {
 public:
  explicit Reader(ByteView document, Limits limits = {}) : rest_(document), limits_(limits) {}

  /// Errors: the document ends too early, the byte 0xc1, more items than the limit, a count that the rest cannot hold.
  Result<Item> next();
  /// The next value with all its items. Error: also nested deeper than the limit.
  Result<Value> next_value();
  /// Steps over the next value with all its items and gives its bytes.
  Result<ByteView> skip();
  ByteView rest() const { return rest_; }
  bool at_end() const { return rest_.empty(); }
  const Limits& limits() const { return limits_; }

 private:
  Result<Value> value_at(std::size_t depth);
  Result<Item> sized(Type type, std::size_t size);
  Result<Item> counted(Type type, std::uint64_t count);
  bool take(int size, std::uint64_t& out);

  ByteView rest_;
  Limits limits_;
  std::size_t items_ = 0;
};

/// The one value of a document. Error: also bytes behind it.
Result<Value> read(ByteView document, Limits limits = {});

}  // namespace roundhouse::msgpack
