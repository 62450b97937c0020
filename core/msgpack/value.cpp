#include "core/msgpack/value.h"

namespace roundhouse::msgpack {

Value Value::of_integer(std::int64_t integer) {
  Value value;
  value.type = Type::integer;
  value.integer = integer;
  return value;
}
Value Value::of_number(double number) {
  Value value;
  value.type = Type::number;
  value.number = number;
  return value;
}
Value Value::of_text(Bytes text) {
  Value value;
  value.type = Type::text;
  value.bytes = std::move(text);
  return value;
}
Value Value::of_binary(Bytes bytes) {
  Value value;
  value.type = Type::binary;
  value.bytes = std::move(bytes);
  return value;
}
Value Value::of_array(std::vector<Value> items) {
  Value value;
  value.type = Type::array;
  value.items = std::move(items);
  return value;
}
Value Value::of_map(std::vector<Value> items) {
  Value value;
  value.type = Type::map;
  value.items = std::move(items);
  return value;
}

}  // namespace roundhouse::msgpack
