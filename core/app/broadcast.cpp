// What handlers send: to one socket, to rooms, to all. The fan-out to WebSockets is the hot path of the whole simulator: one encoded
// frame, one walk over the members, one send each.
#include <algorithm>

#include "core/app/socket_server.h"
#include "core/base/json_text.h"
#include "core/base/payload_hash.h"

namespace roundhouse::app {

using socketio::no_socket;
using socketio::PacketType;
using socketio::SocketIndex;

void SocketServer::send(SocketIndex index, PacketType type, std::optional<std::uint64_t> ack_id,
                        std::string json, const Attachments& attachments, Mark mark) {
  const socketio::Socket& socket = sockets_[index];
  socketio::Packet packet;
  packet.type = type;
  packet.name_space = name_spaces_[socket.name_space].handlers->name();
  packet.ack_id = ack_id;
  packet.json = std::move(json);
  packet.attachments = attachments;
  engine_->send(socket.session, socketio::encode(packet), packet.attachments, mark);
}

void SocketServer::emit_to_socket(SocketIndex index, std::string_view event, std::string_view arguments_json,
                                  const Attachments& attachments, AckHandler on_ack) {
  socketio::Socket& socket = sockets_[index];
  if (!socket.alive) return;
  std::optional<std::uint64_t> ack_id;
  if (on_ack) {
    if (pending_acks_.size() >= pending_acks_max) {
      throw UsageError(
          "more than pending_acks_max acknowledgements are waited for: clients do not answer; ask fewer");
    }
    ack_id = socket.next_ack++;
    pending_acks_.emplace(std::pair{index, *ack_id}, std::move(on_ack));
  }
  send(index, attachments.empty() ? PacketType::event : PacketType::binary_event, ack_id,
       socketio::make_event(event, arguments_json), attachments, {});
}

void SocketServer::ack(CallState& call, std::string_view arguments_json, const Attachments& attachments) {
  if (!call.ack_id || call.acked || !sockets_[call.socket].alive) return;
  call.acked = true;
  const Mark mark = call.message ? Mark{call.message, sockets_[call.socket].sid, What::reply} : Mark{};
  send(call.socket, attachments.empty() ? PacketType::ack : PacketType::binary_ack, call.ack_id,
       std::string(arguments_json), attachments, mark);
}

void SocketServer::emit_to_rooms(CallState& call, Broadcast broadcast) {
  const socketio::Socket* sender = call.socket == no_socket ? nullptr : &sockets_[call.socket];
  broadcast.message = call.message && !call.message_carried_on ? call.message : host_.new_message();
  call.message_carried_on = true;
  host_.record({.kind = RecordKind::accept,
                .message = broadcast.message,
                .subject = sender ? sender->sid : TextId{},
                .text = broadcast.rooms.empty() ? TextId{} : host_.text(broadcast.rooms.front())});
  for (std::size_t i = 1; i < broadcast.rooms.size(); ++i) {
    host_.record(
        {.kind = RecordKind::text, .message = broadcast.message, .text = host_.text(broadcast.rooms[i])});
  }
  if (!broadcast.flags.local && !adapter_.reaches_others() && options_.instances_in_cluster > 1) {
    host_.record({.kind = RecordKind::lost,
                  .how = static_cast<std::uint8_t>(What::publish),
                  .code = static_cast<std::uint16_t>(Cause::no_broker),
                  .message = broadcast.message});
  }
  adapter_.broadcast(broadcast);
}

/// One broadcast on its way to its members here.
struct SocketServer::Delivery {
  const Broadcast& broadcast;
  TextId room;
  std::string text;             // the Socket.IO packet
  SharedBytes frame = nullptr;  // the same for every WebSocket: a server masks nothing
  std::uint64_t hash = 0;
};

void SocketServer::deliver_local(const Broadcast& broadcast) {
  const std::uint32_t index = name_space_of(broadcast.name_space);
  if (index == no_name_space) return;
  socketio::NameSpace& name_space = name_spaces_[index].sockets;
  std::vector<TextId> rooms;
  std::vector<TextId> except;
  for (const std::string& room : broadcast.rooms) rooms.push_back(host_.text(room));
  for (const std::string& room : broadcast.except) except.push_back(host_.text(room));
  std::span<const SocketIndex> members;
  if (rooms.size() <= 1 && except.empty()) {
    members = name_space.members(rooms.empty() ? TextId{} : rooms.front());
  } else {
    members_.clear();
    left_out_.clear();
    name_space.collect(rooms, except, members_, left_out_);
    members = members_;
    for (const SocketIndex socket : left_out_) {
      host_.record({.kind = RecordKind::drop,
                    .how = static_cast<std::uint8_t>(DropReason::except),
                    .message = broadcast.message,
                    .subject = sockets_[socket].sid});
    }
  }
  if (members.empty()) return;

  socketio::Packet packet;
  packet.type = broadcast.attachments.empty() ? PacketType::event : PacketType::binary_event;
  packet.name_space = broadcast.name_space;
  packet.json = broadcast.event_json;
  packet.attachments = broadcast.attachments;
  Delivery delivery{broadcast, rooms.empty() ? TextId{} : rooms.front(), socketio::encode(packet)};
  if (options_.record_handed) delivery.hash = payload_hash(socketio::event_arguments(broadcast.event_json));
  Bytes frame;
  Engine::append_frames(frame, delivery.text, broadcast.attachments);
  delivery.frame = share(std::move(frame));

  slow_.clear();
  polling_.clear();
  for (std::size_t i = 0; i < members.size(); ++i) {
    const SocketIndex socket = members[i];
    if (i + 1 < members.size() && members[i + 1] != no_socket) __builtin_prefetch(&sockets_[members[i + 1]]);
    if (socket == no_socket) continue;
    const socketio::Socket& member = sockets_[socket];
    if (!member.websocket) {
      polling_.push_back(socket);
      continue;
    }
    const Mark mark{broadcast.message, member.sid, What::deliver};
    if (host_.send(member.websocket, delivery.frame, mark) > options_.queued_bytes_max)
      slow_.push_back(member.session);
    if (options_.record_handed) record_handed(mark, delivery);
  }
  // These may end a session, and with it its memberships, so not during the walk.
  for (const SocketIndex socket : polling_) deliver_to_polling(socket, delivery);
  for (const SessionIndex session : slow_) engine_->cut_off(session);
}

void SocketServer::deliver_to_polling(SocketIndex index, const Delivery& delivery) {
  const socketio::Socket& socket = sockets_[index];
  const Mark mark{delivery.broadcast.message, socket.sid, What::poll};
  if (!socket.alive) return;
  if (delivery.broadcast.flags.volatile_packet && !engine_->writable(socket.session)) {
    host_.record({.kind = RecordKind::drop,
                  .how = static_cast<std::uint8_t>(DropReason::volatile_packet),
                  .message = mark.message,
                  .subject = mark.to});
    return;
  }
  engine_->send(socket.session, delivery.text, delivery.broadcast.attachments, mark);
  if (options_.record_handed) record_handed(mark, delivery);
}

void SocketServer::record_handed(Mark mark, const Delivery& delivery) {
  host_.record({.kind = RecordKind::handed,
                .message = mark.message,
                .subject = mark.to,
                .text = delivery.room,
                .value = delivery.hash});
}

bool SocketServer::has_room(std::string_view name_space, std::string_view room) const {
  const std::uint32_t index = name_space_of(name_space);
  return index != no_name_space && name_spaces_[index].sockets.has_room(host_.text(room));
}

bool SocketServer::has_sockets() const {
  return std::any_of(name_spaces_.begin(), name_spaces_.end(),
                     [](const LiveNameSpace& name_space) { return name_space.sockets.socket_count() > 0; });
}

std::vector<std::string> SocketServer::name_spaces() const {
  std::vector<std::string> names;
  for (const LiveNameSpace& name_space : name_spaces_) names.push_back(name_space.handlers->name());
  return names;
}

std::string_view SocketServer::name_space(SocketIndex socket) const {
  return name_spaces_[sockets_[socket].name_space].handlers->name();
}

std::string_view SocketServer::auth_json(SocketIndex socket) const {
  const auto& auth = sockets_[socket].auth_json;
  return auth ? std::string_view(*auth) : std::string_view("{}");
}

std::string_view SocketServer::client_address(SocketIndex socket) const {
  return host_.text_of(engine_->address(sockets_[socket].session));
}

bool SocketServer::join(SocketIndex index, std::string_view room) {
  const socketio::Socket& socket = sockets_[index];
  if (!socket.alive) return false;
  socketio::NameSpace& name_space = name_spaces_[socket.name_space].sockets;
  if (name_space.room_count_of(index) >= rooms_per_socket_max) return false;
  const TextId name = host_.text(room);
  if (!name_space.join(index, name)) return false;
  record_member(RecordKind::join, index, name);
  return true;
}

bool SocketServer::leave(SocketIndex index, std::string_view room) {
  const socketio::Socket& socket = sockets_[index];
  const TextId name = host_.text(room);
  if (!socket.alive || !name_spaces_[socket.name_space].sockets.leave(index, name)) return false;
  record_member(RecordKind::leave, index, name);
  return true;
}

std::vector<std::string> SocketServer::rooms(SocketIndex index) const {
  const socketio::Socket& socket = sockets_[index];
  if (!socket.alive) return {};
  std::vector<std::string> names{std::string(host_.text_of(socket.sid))};
  for (const TextId room : name_spaces_[socket.name_space].sockets.rooms_of(index))
    names.emplace_back(host_.text_of(room));
  return names;
}

void SocketServer::disconnect(SocketIndex index, Disconnect what) {
  if (!sockets_[index].alive) return;
  const SessionIndex session = sockets_[index].session;
  const auto say_goodbye = [this](SocketIndex socket) {
    send(socket, PacketType::disconnect, {}, {}, {}, {});
    end_socket(socket, "server namespace disconnect");
  };
  if (what == Disconnect::name_space) return say_goodbye(index);
  while (clients_[session].first != no_socket) say_goodbye(clients_[session].first);
  engine_->close(session);
}

std::size_t SocketServer::socket_count() const {
  std::size_t count = 0;
  for (const LiveNameSpace& name_space : name_spaces_) count += name_space.sockets.socket_count();
  return count;
}

void SocketServer::record_member(RecordKind kind, SocketIndex socket, TextId room) {
  host_.record({.kind = kind,
                .how = static_cast<std::uint8_t>(MemberPhase::done),
                .subject = sockets_[socket].sid,
                .text = room});
}

}  // namespace roundhouse::app
