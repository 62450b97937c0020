// Socket.IO v5 packets. Encoding only; JSON stays text, so that `[1,"2",{"3":[true]}]` comes back byte for byte.
// Source: socket.io-protocol, revision 5; socket.io-parser 4. Facts checked against tests/oracles/socketio.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <roundhouse/bytes.h>
#include <roundhouse/mark.h>
#include <roundhouse/result.h>

namespace roundhouse::socketio {

enum class PacketType : char {
  connect = '0',
  disconnect = '1',
  event = '2',
  ack = '3',
  connect_error = '4',
  binary_event = '5',
  binary_ack = '6',
};

/// `json` is the payload as text: an object for connect, an array for events and acks, empty where there is none.
/// A binary packet's `json` holds `{"_placeholder":true,"num":N}`; the bytes follow in `attachments`.
struct Packet {
  PacketType type = PacketType::event;
  std::string name_space = "/";
  std::optional<std::uint64_t> ack_id;
  std::string json;
  std::vector<Bytes> attachments;
  Mark mark;
};

/// A packet's head, without copies: what a receiver needs to route it.
struct PacketView {
  PacketType type = PacketType::event;
  std::uint32_t attachment_count = 0;
  std::string_view name_space = "/";
  std::optional<std::uint64_t> ack_id;
  std::string_view json;
};

/// The text of the packet (what follows the Engine.IO `4`); attachments go in frames of their own, in order.
std::string encode(const Packet& packet);

/// Reads head and payload of one packet text. Errors are those for which the real server closes the connection with
/// `parse error`: unknown type, bad attachment count (more than 10 too), bad ack id, invalid JSON, an event that is not a non-empty
/// array that begins with a string or number, a reserved event name. `42` without payload is accepted, with empty json.
Result<PacketView> decode(std::string_view text);

/// Names that no event may have: they belong to the library and to Node's EventEmitter.
bool is_reserved_event(std::string_view name);
/// The event's name: the first element of the array. Empty for a number or where there is none. A name with escapes is unescaped.
std::string event_name(std::string_view event_json);
/// The elements behind the name, still an array: `["ev",1,2]` gives `[1,2]`.
std::string event_arguments(std::string_view event_json);
/// `["name",` + the elements of the array `arguments_json`.
std::string make_event(std::string_view name, std::string_view arguments_json);
/// The string or number at key `key` of the first object argument, as text, found without building a tree; used for `id` in payloads.
std::optional<std::string_view> find_member(std::string_view event_json, std::string_view key);

}  // namespace roundhouse::socketio
