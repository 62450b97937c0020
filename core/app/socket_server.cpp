// Clients and their packets: see socket_server.h. Source: socket.io 4.8.4 (client.js, namespace.js, socket.js).
#include "core/app/socket_server.h"

#include "core/base/assertion.h"
#include "core/base/base64.h"
#include "core/base/json_text.h"

namespace roundhouse::app {

using socketio::no_socket;
using socketio::PacketType;
using socketio::SocketIndex;

SocketServer::SocketServer(Host& host, const Options& options, std::shared_ptr<const Application> application,
                           Adapter& adapter)
    : host_(host), options_(options), application_(std::move(application)), adapter_(adapter) {
  for (const auto& name_space : application_->name_spaces()) {
    name_spaces_.push_back({name_space.get(), socketio::NameSpace(sockets_)});
  }
}

std::uint32_t SocketServer::name_space_of(std::string_view name) const {
  for (std::uint32_t i = 0; i < name_spaces_.size(); ++i) {
    if (name_spaces_[i].handlers->name() == name) return i;
  }
  return no_name_space;
}

SocketIndex SocketServer::socket_of(SessionIndex session, std::uint32_t name_space) const {
  for (SocketIndex i = clients_[session].first; i != no_socket; i = sockets_[i].next_of_session) {
    if (sockets_[i].name_space == name_space) return i;
  }
  return no_socket;
}

void SocketServer::on_session_open(SessionIndex session) {
  Client& client = clients_.at_or_new(session);
  client = Client{};
  client.connect_timer = host_.wake_at(host_.now() + options_.connect_timeout,
                                       timer_tag(TimerKind::connect, session, engine_->generation(session)));
}

void SocketServer::on_connect_timer(std::uint64_t tag) {
  const SessionIndex session = index_of(tag);
  if (!engine_->alive(session) || (engine_->generation(session) & 0xffffff) != generation_of(tag)) return;
  clients_[session].connect_timer = {};
  if (clients_[session].first == no_socket) engine_->close(session);
}

void SocketServer::on_session_websocket(SessionIndex session, ConnectionId websocket) {
  for (SocketIndex i = clients_[session].first; i != no_socket; i = sockets_[i].next_of_session) {
    sockets_[i].websocket = websocket;
  }
}

void SocketServer::on_session_closed(SessionIndex session, std::string_view reason) {
  Client& client = clients_[session];
  if (client.connect_timer) host_.cancel(std::exchange(client.connect_timer, {}));
  if (client.unfinished && client.unfinished->packet.mark)
    protocol_violation(session, client.unfinished->packet.mark);
  client.unfinished.reset();
  while (client.first != no_socket) end_socket(client.first, reason);
}

void SocketServer::on_session_message(SessionIndex session, ByteView data, bool binary, Mark mark) {
  Client& client = clients_[session];
  if (binary) {
    if (!client.unfinished)
      return protocol_violation(session, mark);  // "got binary data when not reconstructing a packet"
    socketio::Packet& packet = client.unfinished->packet;
    packet.attachments.emplace_back(data);
    if (mark) packet.mark = mark;
    if (packet.attachments.size() < client.unfinished->attachments) return;
    const std::unique_ptr<Unfinished> whole = std::move(client.unfinished);
    const socketio::PacketView view{packet.type, whole->attachments, packet.name_space, packet.ack_id,
                                    packet.json};
    return on_packet(session, view, packet.attachments, packet.mark);
  }
  if (client.unfinished)
    return protocol_violation(session, mark);  // "got plaintext data when reconstructing a packet"
  const auto packet = socketio::decode(data);
  if (!packet) return protocol_violation(session, mark);
  if (packet->attachment_count == 0) return on_packet(session, *packet, {}, mark);
  client.unfinished = std::make_unique<Unfinished>();
  client.unfinished->attachments = packet->attachment_count;
  client.unfinished->packet = {.type = packet->type,
                               .name_space = std::string(packet->name_space),
                               .ack_id = packet->ack_id,
                               .json = std::string(packet->json),
                               .attachments = {},
                               .mark = mark};
}

void SocketServer::protocol_violation(SessionIndex session, Mark mark) {
  if (mark) {
    host_.record({.kind = RecordKind::lost,
                  .how = static_cast<std::uint8_t>(mark.what),
                  .code = static_cast<std::uint16_t>(Cause::gone),
                  .message = mark.message,
                  .subject = mark.to});
  }
  engine_->close(session);
}

void SocketServer::on_packet(SessionIndex session, const socketio::PacketView& packet,
                             const Attachments& attachments, Mark mark) {
  const std::uint32_t name_space = name_space_of(packet.name_space);
  const SocketIndex socket = name_space == no_name_space ? no_socket : socket_of(session, name_space);
  if (packet.type == PacketType::connect) {
    return socket == no_socket ? on_connect(session, packet) : protocol_violation(session, mark);
  }
  if (socket == no_socket) return protocol_violation(session, mark);
  switch (packet.type) {
    case PacketType::event:
    case PacketType::binary_event:
      return on_event(socket, packet, attachments, mark);
    case PacketType::ack:
    case PacketType::binary_ack:
      return on_ack(socket, packet, attachments);
    case PacketType::disconnect:
      return end_socket(socket, "client namespace disconnect");
    default:
      return protocol_violation(session, mark);  // a client has nothing to refuse
  }
}

void SocketServer::on_connect(SessionIndex session, const socketio::PacketView& packet) {
  const std::uint32_t name_space = name_space_of(packet.name_space);
  if (name_space == no_name_space) return refuse(session, packet.name_space, {"Invalid namespace"});
  const NameSpace& handlers = *name_spaces_[name_space].handlers;
  const std::string_view auth = packet.json.empty() ? std::string_view("{}") : packet.json;
  const Handshake handshake{handlers.name(), auth, host_.text_of(engine_->address(session))};
  for (const Middleware& middleware : handlers.middlewares()) {
    if (const auto refusal = middleware(handshake)) return refuse(session, packet.name_space, *refusal);
  }

  Client& client = clients_[session];
  Random draws =
      host_.random(Purpose::socket_id, Name(host_.text_of(engine_->sid(session))), ++client.sockets_made);
  Bytes bytes;
  for (int i = 0; i < 15; ++i) bytes += static_cast<char>(draws.bits() >> 56);
  const std::string sid = base64::encode_url(bytes);

  const SocketIndex index = sockets_.add();
  socketio::Socket& socket = sockets_[index];
  socket.sid = host_.text(sid);
  socket.alive = true;
  socket.session = session;
  socket.name_space = name_space;
  socket.websocket = engine_->websocket(session);
  if (auth != "{}") socket.auth_json = std::make_unique<std::string>(auth);
  socket.next_of_session = client.first;
  client.first = index;
  name_spaces_[name_space].sockets.add(index);
  if (client.connect_timer) host_.cancel(std::exchange(client.connect_timer, {}));
  record_socket(index, SocketPhase::connected, handlers.name());
  send(index, PacketType::connect, {}, "{\"sid\":\"" + sid + "\"}", {}, {});

  CallState state{.server = *this, .socket = index};
  Socket handle(state);
  for (const ConnectHandler& handler : handlers.connect_handlers()) handler(handle);
}

void SocketServer::refuse(SessionIndex session, std::string_view name_space, const Refusal& refusal) {
  socketio::Packet packet;
  packet.type = PacketType::connect_error;
  packet.name_space = name_space;
  packet.json = "{\"message\":" + json_text::quote(refusal.message);
  if (!refusal.data_json.empty()) packet.json += ",\"data\":" + refusal.data_json;
  packet.json += '}';
  host_.record({.kind = RecordKind::socket,
                .how = static_cast<std::uint8_t>(SocketPhase::refused),
                .text = host_.text(refusal.message),
                .value = engine_->sid(session).value});
  engine_->send(session, socketio::encode(packet), {}, {});
}

MessageId SocketServer::message_of(std::string_view event_json, Mark mark) const {
  if (mark) return mark.message;
  const auto id = socketio::find_member(event_json, "id");
  return {id ? json_text::unsigned_integer(*id).value_or(0) : 0};
}

void SocketServer::on_event(SocketIndex socket, const socketio::PacketView& packet,
                            const Attachments& attachments, Mark mark) {
  if (packet.json.empty()) return;  // `42` alone: taken silently, as in Node
  CallState state{.server = *this, .socket = socket};
  state.event = socketio::event_name(packet.json);
  state.event_json = packet.json;
  state.attachments = &attachments;
  state.ack_id = packet.ack_id;
  state.message = message_of(packet.json, mark);
  const EventHandler* handler = name_spaces_[sockets_[socket].name_space].handlers->handler(state.event);
  if (!handler) return;
  Call call(state);
  (*handler)(call);
}

void SocketServer::on_ack(SocketIndex socket, const socketio::PacketView& packet,
                          const Attachments& attachments) {
  if (!packet.ack_id) return;
  const auto pending = pending_acks_.find({socket, *packet.ack_id});
  if (pending == pending_acks_.end()) return;  // "bad ack": an answer to nothing
  const AckHandler handler = std::move(pending->second);
  pending_acks_.erase(pending);
  CallState state{.server = *this, .socket = socket};
  Socket handle(state);
  handler(handle, packet.json, attachments);
}

void SocketServer::end_socket(SocketIndex index, std::string_view reason) {
  socketio::Socket& socket = sockets_[index];
  ROUNDHOUSE_ASSERT(socket.alive);
  socket.alive = false;
  socket.websocket = {};
  SocketIndex* link = &clients_[socket.session].first;
  while (*link != index) link = &sockets_[*link].next_of_session;
  *link = socket.next_of_session;
  name_spaces_[socket.name_space].sockets.remove(index);
  pending_acks_.erase(pending_acks_.lower_bound({index, 0}), pending_acks_.lower_bound({index + 1, 0}));
  record_socket(index, SocketPhase::disconnected, reason);
  dead_.push_back(index);
  CallState state{.server = *this, .socket = index};
  Socket handle(state);
  for (const auto& handler : name_spaces_[socket.name_space].handlers->disconnect_handlers())
    handler(handle, reason);
}

void SocketServer::on_stop() {
  for (SocketIndex i = 0; i < sockets_.used(); ++i) {
    if (sockets_[i].alive) end_socket(i, "server shutting down");
  }
}

void SocketServer::sweep() {
  for (const SocketIndex socket : dead_) sockets_.remove(socket);
  dead_.clear();
}

void SocketServer::record_socket(SocketIndex index, SocketPhase phase, std::string_view text) {
  const socketio::Socket& socket = sockets_[index];
  host_.record({.kind = RecordKind::socket,
                .how = static_cast<std::uint8_t>(phase),
                .subject = socket.sid,
                .text = host_.text(text),
                .value = engine_->sid(socket.session).value});
}

}  // namespace roundhouse::app
