#include "core/resp/writer.h"

#include <charconv>

#include "core/base/assertion.h"

namespace roundhouse::resp {
namespace {

void append_line(Bytes& out, char type, std::int64_t number) {
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  out.push_back(type);
  out.append(digits, static_cast<std::size_t>(end - digits));
  out.append("\r\n", 2);
}

void append_blob(Bytes& out, char type, ByteView text) {
  append_line(out, type, static_cast<std::int64_t>(text.size()));
  out.append(text);
  out.append("\r\n", 2);
}

}  // namespace

void append_simple(Bytes& out, ByteView text) {
  ROUNDHOUSE_ASSERT(text.find_first_of("\r\n") == ByteView::npos);
  out.push_back('+');
  out.append(text);
  out.append("\r\n", 2);
}

void append_error(Bytes& out, ByteView text) {
  out.push_back('-');
  for (const char c : text) out.push_back(c == '\r' || c == '\n' ? ' ' : c);
  out.append("\r\n", 2);
}

void append_integer(Bytes& out, std::int64_t value) {
  append_line(out, ':', value);
}
void append_bulk(Bytes& out, ByteView text) {
  append_blob(out, '$', text);
}
void append_null_bulk(Bytes& out) {
  out.append("$-1\r\n", 5);
}
void append_array(Bytes& out, std::size_t count) {
  append_line(out, '*', static_cast<std::int64_t>(count));
}
void append_head(Bytes& out, Type type, std::size_t count) {
  ROUNDHOUSE_ASSERT(is_aggregate(type));
  append_line(out, static_cast<char>(type), static_cast<std::int64_t>(count));
}

void append_command(Bytes& out, std::initializer_list<ByteView> arguments) {
  append_command(out, std::span<const ByteView>(arguments.begin(), arguments.size()));
}
void append_command(Bytes& out, std::span<const ByteView> arguments) {
  append_array(out, arguments.size());
  for (const ByteView argument : arguments) append_bulk(out, argument);
}

void append_value(Bytes& out, const Value& value) {
  switch (value.type) {
    case Type::simple:
      return append_simple(out, value.text);
    case Type::error:
      return append_error(out, value.text);
    case Type::integer:
      return append_integer(out, value.integer);
    case Type::null:
      out.append("_\r\n", 3);
      return;
    case Type::boolean:
      out.append(value.integer != 0 ? "#t\r\n" : "#f\r\n", 4);
      return;
    case Type::number:
    case Type::big_number:
      out.push_back(static_cast<char>(value.type));
      out.append(value.text);
      out.append("\r\n", 2);
      return;
    case Type::bulk:
    case Type::bulk_error:
    case Type::verbatim:
      return append_blob(out, static_cast<char>(value.type), value.text);
    case Type::map:
    case Type::attribute:
      ROUNDHOUSE_ASSERT(value.items.size() % 2 == 0);
      append_head(out, value.type, value.items.size() / 2);
      break;
    case Type::array:
    case Type::set:
    case Type::push:
      append_head(out, value.type, value.items.size());
      break;
  }
  for (const Value& item : value.items) append_value(out, item);
}

}  // namespace roundhouse::resp
