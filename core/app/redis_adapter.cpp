#include "core/app/redis_adapter.h"

#include <algorithm>

#include "core/base/assertion.h"
#include "core/base/json_text.h"
#include "core/msgpack/json.h"
#include "core/msgpack/writer.h"
#include "core/socketio/packet.h"

namespace roundhouse::app {
namespace {

constexpr std::int64_t event_type = 2;         // of a Socket.IO packet; binary data does not change it here
constexpr std::int64_t broadcast_request = 7;  // RequestType.BROADCAST: with acknowledgements

// The original draws with uid2, whose alphabet this is.
std::string draw_uid(Host& host) {
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  Random random = host.random(Purpose::instance_id, {}, host.incarnation());
  std::string uid;
  while (uid.size() < 6) uid.push_back(alphabet[random.below(alphabet.size())]);
  return uid;
}

// Rooms are a set in JavaScript: the first of two equal names stays.
void append_names(Bytes& out, const std::vector<std::string>& names) {
  const std::size_t begin = out.size();
  std::size_t count = 0;
  for (auto name = names.begin(); name != names.end(); ++name) {
    if (std::find(names.begin(), name, *name) != name) continue;
    msgpack::append_text(out, *name);
    ++count;
  }
  msgpack::insert_array(out, begin, count);
}

bool one_room(const std::vector<std::string>& rooms) {
  return !rooms.empty() &&
         std::all_of(rooms.begin(), rooms.end(), [&](const std::string& room) { return room == rooms[0]; });
}

// Calls member(key, bytes of the value) for each member of a MessagePack map. False: no map of texts.
template <class Member>
bool for_each_member(ByteView map, const msgpack::Limits& limits, Member member) {
  msgpack::Reader reader(map, limits);
  const auto head = reader.next();
  if (!head || head->type != msgpack::Type::map) return false;
  for (std::uint32_t i = 0; i < head->count; i += 2) {
    const auto key = reader.next();
    if (!key || key->type != msgpack::Type::text) return false;
    const auto value = reader.skip();
    if (!value) return false;
    member(key->bytes, *value);
  }
  return true;
}

Result<msgpack::Item> only(ByteView bytes) {
  return msgpack::Reader(bytes).next();
}

// An array of texts; numbers become their text, as room names do when JavaScript prints them. Anything else gives false.
bool read_names(ByteView array, const msgpack::Limits& limits, std::vector<std::string>& names) {
  msgpack::Reader reader(array, limits);
  const auto head = reader.next();
  if (!head) return false;
  if (head->type == msgpack::Type::nil) return true;
  if (head->type != msgpack::Type::array) return false;
  for (std::uint32_t i = 0; i < head->count; ++i) {
    const auto name = reader.next();
    if (!name) return false;
    if (name->type == msgpack::Type::text) {
      names.emplace_back(name->bytes);
    } else if (name->type == msgpack::Type::integer) {
      names.push_back(std::to_string(name->integer));
    } else {
      return false;
    }
  }
  return true;
}

}  // namespace

Result<void> append_broadcast(Bytes& out, std::string_view uid, const Broadcast& broadcast,
                              msgpack::Limits limits) {
  msgpack::append_array(out, 3);
  msgpack::append_text(out, uid);
  msgpack::append_map(out, 3);
  msgpack::append_text(out, "type");
  msgpack::append_integer(out, event_type);
  msgpack::append_text(out, "data");
  if (auto written = msgpack::append_json(out, broadcast.event_json, broadcast.attachments, limits); !written)
    return written;
  msgpack::append_text(out, "nsp");
  msgpack::append_text(out, broadcast.name_space);
  msgpack::append_map(out, 3);
  msgpack::append_text(out, "rooms");
  append_names(out, broadcast.rooms);
  msgpack::append_text(out, "except");
  append_names(out, broadcast.except);
  msgpack::append_text(out, "flags");
  msgpack::append_map(out, broadcast.flags.volatile_packet ? 1 : 0);
  if (broadcast.flags.volatile_packet) {
    msgpack::append_text(out, "volatile");
    msgpack::append_boolean(out, true);
  }
  return {};
}

void RedisAdapter::start(Host& host, LocalSockets& sockets) {
  host_ = &host;
  sockets_ = &sockets;
  uid_ = draw_uid(host);
  BackplaneOptions backplane = options_.backplane;
  backplane.broker = options_.broker;
  backplane_ =
      std::make_unique<Backplane>(host, backplane, static_cast<Backplane::Listener&>(*this), adapter_timer);
  for (const std::string& name : sockets.name_spaces()) {
    NameSpace name_space{name, options_.prefix + "#" + name + "#",
                         options_.prefix + "-request#" + name + "#"};
    const std::string responses = options_.prefix + "-response#" + name + "#";
    backplane_->psubscribe(name_space.channel + "*");
    backplane_->subscribe({name_space.requests, responses, responses + uid_ + "#"});
    name_spaces_.push_back(std::move(name_space));
  }
  backplane_->start();
}

const RedisAdapter::NameSpace& RedisAdapter::name_space_named(std::string_view name) const {
  const auto found = std::find_if(name_spaces_.begin(), name_spaces_.end(),
                                  [&](const NameSpace& known) { return known.name == name; });
  ROUNDHOUSE_ASSERT(found != name_spaces_.end());
  return *found;
}

void RedisAdapter::broadcast(const Broadcast& broadcast) {
  sockets_->deliver_local(broadcast);
  if (broadcast.flags.local) return;
  payload_.clear();
  if (!append_broadcast(payload_, uid_, broadcast, options_.payload)) {
    // Only nesting beyond the limit comes here: the event was read as JSON before.
    if (!broadcast.message) return;
    Record record;
    record.kind = RecordKind::lost;
    record.message = broadcast.message;
    record.how = static_cast<std::uint8_t>(What::publish);
    record.code = static_cast<std::uint16_t>(Cause::overflow);
    host_->record(record);
    return;
  }
  channel_ = name_space_named(broadcast.name_space).channel;
  if (one_room(broadcast.rooms)) channel_.append(broadcast.rooms.front()).append("#");
  backplane_->publish(channel_, payload_, broadcast.message);
}

void RedisAdapter::on_message(const BackplaneMessage& message) {
  for (const NameSpace& name_space : name_spaces_) {
    if (message.pattern.empty()) {
      if (message.channel == name_space.requests) return on_request(name_space, message);
    } else if (message.channel.starts_with(name_space.channel)) {
      return on_broadcast(name_space, message);
    }
  }
}

void RedisAdapter::on_broadcast(const NameSpace& name_space, const BackplaneMessage& message) {
  // `socket.io#/#room1#` is for room1, `socket.io#/#` for all that the payload says. Rooms that have nobody here are most of what comes.
  ByteView room = message.channel.substr(name_space.channel.size());
  if (!room.empty()) room.remove_suffix(1);
  if (!room.empty() && !sockets_->has_room(name_space.name, room)) return;
  msgpack::Reader reader(message.payload, options_.payload);
  const auto head = reader.next();
  if (!head || head->type != msgpack::Type::array || head->count < 3) return;
  const auto sender = reader.next();
  if (!sender) return;
  if (sender->type == msgpack::Type::text && sender->bytes == uid_) return;
  const auto packet = reader.skip();
  if (!packet) return;
  const auto options = reader.skip();
  if (!options) return;
  deliver(name_space, *packet, *options, message.mark);
}

void RedisAdapter::on_request(const NameSpace& name_space, const BackplaneMessage& message) {
  // Requests in JSON (a `{` first) ask for answers that need more than this adapter knows of its sockets.
  if (message.payload.empty() || message.payload.front() == '{') return;
  bool own = false;
  std::int64_t type = -1;
  ByteView packet;
  ByteView options;
  const bool read = for_each_member(message.payload, options_.payload, [&](ByteView key, ByteView value) {
    if (key == "uid") {
      const auto uid = only(value);
      own = uid && uid->type == msgpack::Type::text && uid->bytes == uid_;
    } else if (key == "type") {
      const auto number = only(value);
      if (number && number->type == msgpack::Type::integer) type = number->integer;
    } else if (key == "packet") {
      packet = value;
    } else if (key == "opts") {
      options = value;
    }
  });
  if (!read || own || type != broadcast_request || packet.empty() || options.empty()) return;
  deliver(name_space, packet, options, message.mark);
}

void RedisAdapter::deliver(const NameSpace& name_space, ByteView packet, ByteView options, Mark mark) {
  Broadcast broadcast;
  broadcast.name_space = name_space.name;
  bool good = true;
  std::string_view said_name_space = "/";  // a packet without one means the root
  ByteView data;
  const bool read_packet = for_each_member(packet, options_.payload, [&](ByteView key, ByteView value) {
    if (key == "type") {
      const auto type = only(value);
      good = good && type && type->type == msgpack::Type::integer && type->integer == event_type;
    } else if (key == "data") {
      data = value;
    } else if (key == "nsp") {
      const auto name = only(value);
      good = good && name && name->type == msgpack::Type::text;
      if (good) said_name_space = name->bytes;
    }
  });
  if (!read_packet || !good || data.empty() || said_name_space != name_space.name) return;
  const bool read_options = for_each_member(options, options_.payload, [&](ByteView key, ByteView value) {
    if (key == "rooms") {
      good = good && read_names(value, options_.payload, broadcast.rooms);
    } else if (key == "except") {
      good = good && read_names(value, options_.payload, broadcast.except);
    } else if (key == "flags") {
      for_each_member(value, options_.payload, [&](ByteView flag, ByteView set) {
        const auto is_set = only(set);
        if (flag == "volatile" && is_set) broadcast.flags.volatile_packet = is_set->boolean;
      });
    }
  });
  if (!read_options || !good) return;
  msgpack::Reader reader(data, options_.payload);
  if (!msgpack::append_as_json(broadcast.event_json, reader, broadcast.attachments)) return;
  if (broadcast.event_json.front() != '[') return;
  broadcast.message = mark.message;
  if (!mark) {
    const auto id = socketio::find_member(broadcast.event_json, "id");
    if (id) broadcast.message = {json_text::unsigned_integer(*id).value_or(0)};
  }
  sockets_->deliver_local(broadcast);
}

}  // namespace roundhouse::app
