// RESP values: what a Redis server says, in RESP2 and RESP3. Values only; reading and writing have files of their own.
// Source: the Redis serialization protocol specification, versions 2 and 3.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <roundhouse/bytes.h>

namespace roundhouse::resp {

/// The leading byte of each type.
enum class Type : char {
  simple = '+',
  error = '-',
  integer = ':',
  bulk = '$',
  array = '*',
  null = '_',  ///< RESP2 writes it as `$-1` or `*-1`; both are read as null
  boolean = '#',
  number = ',',      ///< a double, kept as its text
  big_number = '(',  ///< kept as its text
  bulk_error = '!',
  verbatim = '=',  ///< text includes the three letters and the colon
  map = '%',       ///< items: key, value, key, value ...
  set = '~',
  push = '>',
  attribute = '|',  ///< items as in a map; the value it describes is the next one
};

bool is_aggregate(Type type);

/// One value of a tree laid out flat: an aggregate is followed by its `count` items (a map's keys and values are two items).
/// `text` is valid until the reader is next called.
struct Item {
  Type type = Type::null;
  std::int64_t integer = 0;  ///< integer; boolean: 0 or 1
  std::uint32_t count = 0;   ///< items of an aggregate
  ByteView text;
};

/// A value that owns its bytes; for replies that are kept and for tests. The hot paths use Item.
struct Value {
  Type type = Type::null;
  std::int64_t integer = 0;
  Bytes text;
  std::vector<Value> items;

  friend bool operator==(const Value&, const Value&) = default;

  static Value bulk(Bytes text);
  static Value simple(Bytes text);
  static Value error(Bytes text);
  static Value number(std::int64_t integer);
  static Value array(std::vector<Value> items);
};

/// The tree that a flat layout describes. Precondition: `items` is one whole value.
Value to_value(std::span<const Item> items);

/// A strict decimal integer as Redis reads it: no plus sign, no leading zero, no spaces, "-0" is none.
/// Source: Redis 7.0, util.c, string2ll.
bool read_integer(ByteView text, std::int64_t& out);

}  // namespace roundhouse::resp
