#include "core/socketio/packet.h"

#include <algorithm>
#include <charconv>

#include "core/base/json_text.h"

namespace roundhouse::socketio {
namespace {

constexpr std::uint64_t attachments_max = 10;  // socket.io-parser, maxAttachments

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_binary(PacketType type) {
  return type == PacketType::binary_event || type == PacketType::binary_ack;
}

std::string_view string_inside(std::string_view literal) {
  return literal.substr(1, literal.size() - 2);
}

bool is_event(std::string_view json) {
  if (json.front() != '[') return false;
  const auto name = json_text::Elements(json).next();
  if (!name) return false;
  if (name->front() != '"') return is_digit(name->front()) || name->front() == '-';
  if (name->find('\\') == std::string_view::npos) return !is_reserved_event(string_inside(*name));
  return !is_reserved_event(json_text::unquote(*name));
}

bool fits(PacketType type, std::string_view json) {
  switch (type) {
    case PacketType::connect:
      return json.front() == '{';
    case PacketType::disconnect:
      return false;  // it has no payload
    case PacketType::connect_error:
      return json.front() == '{' || json.front() == '"';
    case PacketType::event:
    case PacketType::binary_event:
      return is_event(json);
    case PacketType::ack:
    case PacketType::binary_ack:
      return json.front() == '[';
  }
  return false;
}

std::optional<std::uint64_t> read_number(std::string_view text, std::size_t& at) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data() + at, text.data() + text.size(), number);
  if (error != std::errc{}) return std::nullopt;
  at = static_cast<std::size_t>(end - text.data());
  return number;
}

}  // namespace

bool is_reserved_event(std::string_view name) {
  constexpr std::string_view names[] = {"connect",       "connect_error", "disconnect",
                                        "disconnecting", "newListener",   "removeListener"};
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

std::string encode(const Packet& packet) {
  std::string text;
  text.reserve(packet.json.size() + packet.name_space.size() + 24);
  text += static_cast<char>(packet.type);
  if (is_binary(packet.type)) text += std::to_string(packet.attachments.size()) + "-";
  if (packet.name_space != "/") {
    text += packet.name_space;
    text += ',';
  }
  if (packet.ack_id) text += std::to_string(*packet.ack_id);
  text += packet.json;
  return text;
}

Result<PacketView> decode(std::string_view text) {
  if (text.empty() || text[0] < '0' || text[0] > '6') return Error("an unknown packet type");
  PacketView packet;
  packet.type = static_cast<PacketType>(text[0]);
  std::size_t at = 1;
  if (is_binary(packet.type)) {
    const auto count = read_number(text, at);
    if (!count || at >= text.size() || text[at] != '-') return Error("a bad number of attachments");
    if (*count > attachments_max) return Error("too many attachments");
    packet.attachment_count = static_cast<std::uint32_t>(*count);
    ++at;
  }
  if (at < text.size() && text[at] == '/') {
    const std::size_t end = std::min(text.find(',', at), text.size());
    packet.name_space = text.substr(at, end - at);
    at = std::min(end + 1, text.size());
  }
  if (at < text.size() && is_digit(text[at])) {
    packet.ack_id = read_number(text, at);
    if (!packet.ack_id) return Error("a bad acknowledgement id");
  }
  const std::size_t begin = json_text::skip_space(text, at);
  if (at == text.size()) return packet;
  const std::size_t end = json_text::value_end(text, begin);
  if (end == json_text::npos || json_text::skip_space(text, end) != text.size()) {
    return Error("a payload that is not JSON");
  }
  packet.json = text.substr(begin, end - begin);
  if (!fits(packet.type, packet.json)) return Error("a payload that does not fit the packet's type");
  return packet;
}

std::string event_name(std::string_view event_json) {
  const auto name = json_text::Elements(event_json).next();
  if (!name || name->front() != '"') return {};
  if (name->find('\\') == std::string_view::npos) return std::string(string_inside(*name));
  return json_text::unquote(*name);
}

std::string event_arguments(std::string_view event_json) {
  json_text::Elements elements(event_json);
  if (!elements.next()) return "[]";
  std::string arguments = "[";
  arguments.append(event_json.substr(elements.position()));
  return arguments;
}

std::string make_event(std::string_view name, std::string_view arguments_json) {
  std::string json;
  json.reserve(name.size() + arguments_json.size() + 8);
  json += '[';
  json_text::append_quoted(json, name);
  const std::size_t begin = json_text::skip_space(arguments_json, 0);
  const std::size_t first = json_text::skip_space(arguments_json, begin + 1);
  if (first < arguments_json.size() && arguments_json[first] != ']') {
    json += ',';
    json.append(arguments_json.substr(first));
  } else {
    json += ']';
  }
  return json;
}

std::optional<std::string_view> find_member(std::string_view event_json, std::string_view key) {
  json_text::Elements elements(event_json);
  for (;;) {
    const std::size_t at = elements.position();
    if (at < event_json.size() && event_json[at] == '{') break;
    if (!elements.next()) return std::nullopt;
  }
  auto value = json_text::member(event_json.substr(elements.position()), key);
  if (!value || value->front() == '{' || value->front() == '[') return std::nullopt;
  return value->front() == '"' && value->find('\\') == std::string_view::npos ? string_inside(*value) : value;
}

}  // namespace roundhouse::socketio
