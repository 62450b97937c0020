// A MessagePack value that owns its bytes: for tests and for what is kept. The hot paths go from text to bytes and back directly, see json.h.
// Source: the MessagePack specification.
#pragma once

#include <cstdint>
#include <vector>

#include <roundhouse/bytes.h>

namespace roundhouse::msgpack {

enum class Type : std::uint8_t {
  nil,
  boolean,
  integer,  ///< fits int64
  natural,  ///< above the range of int64
  number,   ///< a double (or a float32 read as one)
  text,
  binary,
  array,
  map,
  extension,
};

struct Value {
  Type type = Type::nil;
  bool boolean = false;
  std::int8_t extension = 0;  ///< type of an extension
  std::int64_t integer = 0;
  std::uint64_t natural = 0;
  double number = 0;
  Bytes bytes;               ///< text, binary, an extension's data
  std::vector<Value> items;  ///< of a map: key, value, key, value ...

  friend bool operator==(const Value&, const Value&) = default;

  static Value of_integer(std::int64_t integer);
  static Value of_number(double number);
  static Value of_text(Bytes text);
  static Value of_binary(Bytes bytes);
  static Value of_array(std::vector<Value> items);
  static Value of_map(std::vector<Value> items);
};

}  // namespace roundhouse::msgpack
