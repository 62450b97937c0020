#include "core/resp/value.h"

#include <charconv>
#include <system_error>

#include "core/base/assertion.h"

namespace roundhouse::resp {

bool is_aggregate(Type type) {
  switch (type) {
    case Type::array:
    case Type::map:
    case Type::set:
    case Type::push:
    case Type::attribute:
      return true;
    default:
      return false;
  }
}

Value Value::bulk(Bytes text) {
  return {Type::bulk, 0, std::move(text), {}};
}
Value Value::simple(Bytes text) {
  return {Type::simple, 0, std::move(text), {}};
}
Value Value::error(Bytes text) {
  return {Type::error, 0, std::move(text), {}};
}
Value Value::number(std::int64_t integer) {
  return {Type::integer, integer, {}, {}};
}
Value Value::array(std::vector<Value> items) {
  return {Type::array, 0, {}, std::move(items)};
}

namespace {

// The depth is bounded by the reader's depth_max, so recursion is safe here.
Value take_value(std::span<const Item>& rest) {
  ROUNDHOUSE_ASSERT(!rest.empty());
  const Item& item = rest.front();
  rest = rest.subspan(1);
  Value value{item.type, item.integer, Bytes(item.text), {}};
  value.items.reserve(item.count);
  for (std::uint32_t i = 0; i < item.count; ++i) value.items.push_back(take_value(rest));
  return value;
}

}  // namespace

Value to_value(std::span<const Item> items) {
  Value value = take_value(items);
  ROUNDHOUSE_ASSERT(items.empty());
  return value;
}

bool read_integer(ByteView text, std::int64_t& out) {
  if (text.empty()) return false;
  const bool negative = text.front() == '-';
  const ByteView digits = negative ? text.substr(1) : text;
  if (digits.empty()) return false;
  if (digits.front() < '0' || digits.front() > '9') return false;
  if (digits.front() == '0' && text.size() > 1) return false;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc() && end == text.data() + text.size();
}

}  // namespace roundhouse::resp
