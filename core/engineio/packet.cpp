#include "core/engineio/packet.h"

#include <algorithm>

#include "core/base/base64.h"
#include "core/base/json_text.h"

namespace roundhouse::engineio {
namespace {

constexpr char separator = '\x1e';

bool is_type(char c) {
  return c >= '0' && c <= '6';
}

std::int64_t number_member(std::string_view object, std::string_view key, std::int64_t otherwise) {
  const auto text = json_text::member(object, key);
  const auto number = text ? json_text::unsigned_integer(*text) : std::nullopt;
  constexpr std::uint64_t number_max = std::uint64_t{1} << 53;  // JavaScript's safe integers
  return number && *number < number_max ? static_cast<std::int64_t>(*number) : otherwise;
}

}  // namespace

MarkedBytes encode_payload(const std::vector<Packet>& packets) {
  MarkedBytes body;
  for (const Packet& packet : packets) {
    if (!body.empty()) body.bytes += separator;
    if (packet.binary) {
      body.bytes += 'b';
      body.append(base64::encode(packet.data));
    } else {
      body.bytes += static_cast<char>(packet.type);
      body.append(packet.data);
    }
    body.mark_end(packet.mark);
  }
  return body;
}

Result<std::vector<Packet>> decode_payload(ByteView body, Marks marks) {
  std::vector<Packet> packets;
  PayloadReader reader(body, marks);
  while (const auto packet = reader.next()) {
    if (packet->has_error()) return packet->error();
    packets.push_back({(*packet)->type, Bytes((*packet)->data), (*packet)->binary, (*packet)->mark});
  }
  return packets;
}

Result<Packet> decode_frame(ByteView payload, bool binary, Mark mark) {
  const auto view = view_frame(payload, binary, mark);
  if (view.has_error()) return view.error();
  return Packet{view->type, Bytes(view->data), binary, mark};
}

Result<PacketView> view_frame(ByteView payload, bool binary, Mark mark) {
  if (binary) return PacketView{PacketType::message, payload, true, mark};
  if (payload.empty()) return Error("an empty packet");
  if (!is_type(payload[0])) return Error("an unknown packet type");
  return PacketView{static_cast<PacketType>(payload[0]), payload.substr(1), false, mark};
}

std::optional<Result<PacketView>> PayloadReader::next() {
  if (ended_) return std::nullopt;
  const std::size_t end = std::min(body_.find(separator, begin_), body_.size());
  const ByteView text = body_.substr(begin_, end - begin_);
  Mark mark;
  while (!marks_.empty() && marks_.front().end <= end) {
    mark = marks_.front().mark;
    marks_ = marks_.subspan(1);
  }
  begin_ = end + 1;
  ended_ = begin_ > body_.size();
  if (!text.empty() && text[0] == 'b') {
    auto bytes = base64::decode(text.substr(1));
    ended_ = ended_ || !bytes;
    if (!bytes) return Error("a binary packet that is not base64");
    decoded_ = std::move(*bytes);
    return PacketView{PacketType::message, decoded_, true, mark};
  }
  auto packet = view_frame(text, false, mark);
  ended_ = ended_ || packet.has_error();
  return packet;
}

std::string encode_handshake(const Handshake& handshake) {
  std::string json = "{\"sid\":";
  json_text::append_quoted(json, handshake.sid);
  json += ",\"upgrades\":";
  json += handshake.upgrade_to_websocket ? "[\"websocket\"]" : "[]";
  json += ",\"pingInterval\":" + std::to_string(handshake.ping_interval_ms);
  json += ",\"pingTimeout\":" + std::to_string(handshake.ping_timeout_ms);
  json += ",\"maxPayload\":" + std::to_string(handshake.max_payload_bytes) + "}";
  return json;
}

Result<Handshake> decode_handshake(std::string_view json) {
  if (!json_text::is_value(json)) return Error("a handshake that is not JSON");
  const auto sid = json_text::member(json, "sid");
  if (!sid || sid->front() != '"') return Error("a handshake without a sid");
  Handshake handshake;
  handshake.sid = json_text::unquote(*sid);
  handshake.upgrade_to_websocket = false;
  if (const auto upgrades = json_text::member(json, "upgrades"); upgrades && upgrades->front() == '[') {
    json_text::Elements elements(*upgrades);
    while (const auto element = elements.next()) {
      if (*element == "\"websocket\"") handshake.upgrade_to_websocket = true;
    }
  }
  handshake.ping_interval_ms = number_member(json, "pingInterval", -1);
  handshake.ping_timeout_ms = number_member(json, "pingTimeout", -1);
  // Python's server of 2022 says none: then the client sends what it has.
  handshake.max_payload_bytes = number_member(json, "maxPayload", 0);
  if (handshake.ping_interval_ms < 0 || handshake.ping_timeout_ms < 0)
    return Error("a handshake without a heartbeat");
  return handshake;
}

}  // namespace roundhouse::engineio
