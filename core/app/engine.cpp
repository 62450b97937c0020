// Sessions of an app instance: how they begin, what they ask for, how they end. Requests and frames are in the two files beside this one.
#include "core/app/engine.h"

#include <algorithm>

#include "core/base/assertion.h"
#include "core/base/base64.h"
#include "core/websocket/frame.h"

namespace roundhouse::app {

Engine::Engine(Host& host, const Options& options, EngineUser& user, Pages pages)
    : host_(host), options_(options), user_(user), pages_(std::move(pages)) {
  session_options_.ping_interval = options.ping_interval;
  session_options_.ping_timeout = options.ping_timeout;
  session_options_.upgrade_timeout = options.upgrade_timeout;
  session_options_.buffered_bytes_max = options.buffered_bytes_max;
}

Engine::~Engine() = default;

bool Engine::owns(ConnectionId connection) const {
  return connection.slot < wires_.size() && wires_[connection.slot].serial == connection.serial;
}

Wire* Engine::wire_of(ConnectionId connection) {
  return connection && owns(connection) ? &wires_[connection.slot] : nullptr;
}

void Engine::on_accept(ConnectionId connection, const Accepted& accepted) {
  if (connection.slot >= wires_.size()) wires_.resize(connection.slot + 1);
  Wire& wire = wires_[connection.slot];
  wire = Wire{};
  wire.serial = connection.serial;
  wire.role = Wire::Role::http;
  wire.http =
      std::make_unique<HttpConversation>(http::ParserLimits{.body_bytes_max = options_.payload_bytes_max});
  wire.http->peer = host_.text(accepted.peer.host);
}

void Engine::on_data(ConnectionId connection, ByteView bytes, Marks marks) {
  Wire& wire = wires_[connection.slot];
  switch (wire.role) {
    case Wire::Role::http:
      wire.http->parser.receive(bytes, marks);
      return serve(connection);
    case Wire::Role::websocket:
    case Wire::Role::probe:
    case Wire::Role::closing:
      return on_websocket_data(connection, bytes, marks);
    case Wire::Role::ignored:
    case Wire::Role::none:
      for (const PlacedMark& m : marks) record_lost(m.mark, connection, Cause::gone);
  }
}

void Engine::on_end(ConnectionId connection) {
  // As in Node, half a connection is none: a request whose client sent FIN is aborted, a WebSocket is over.
  on_close(connection);
  host_.close(connection, Close::fin);
}

void Engine::on_close(ConnectionId connection) {
  Wire wire = std::move(wires_[connection.slot]);
  wires_[connection.slot] = Wire{};
  if (wire.role == Wire::Role::http) {
    for (const Mark mark : wire.http->parser.waiting()) record_lost(mark, connection, Cause::closed);
    return abort_request(wire);
  }
  websocket_gone(wire, engineio::EndReason::transport_close);
}

void Engine::on_timer(std::uint64_t tag) {
  const std::uint32_t index = index_of(tag);
  if (kind_of(tag) == TimerKind::session) {
    LiveSession& session = sessions_[index];
    if (!session.engine || (session.generation & 0xffffff) != generation_of(tag)) return;
    session.timer = {};
    session.engine->on_time(host_.now());
    return run(index);
  }
  ROUNDHOUSE_ASSERT(kind_of(tag) == TimerKind::wire);
  Wire& wire = wires_[index];
  if ((wire.serial & 0xffffff) != generation_of(tag)) return;
  if (wire.role == Wire::Role::closing || wire.role == Wire::Role::ignored) {
    drop_wire({index, wire.serial}, Close::fin);
  }
}

void Engine::on_stop() {
  host_.stop_listening(options_.listen);
  for (SessionIndex index = 0; index < sessions_.used(); ++index) {
    if (!sessions_[index].engine) continue;
    sessions_[index].engine->discard();
    run(index);
  }
  for (std::uint32_t slot = 0; slot < wires_.size(); ++slot) {
    if (wires_[slot].role == Wire::Role::http) drop_wire({slot, wires_[slot].serial}, Close::fin);
  }
}

void Engine::on_run_end() {
  const auto held = [this](Mark mark, std::uint32_t connection) {
    host_.record({.kind = RecordKind::held,
                  .how = static_cast<std::uint8_t>(mark.what),
                  .message = mark.message,
                  .connection = connection,
                  .subject = mark.to});
  };
  for (SessionIndex index = 0; index < sessions_.used(); ++index) {
    if (!sessions_[index].engine) continue;
    for (const engineio::Packet& packet : sessions_[index].engine->buffered()) {
      if (packet.mark) held(packet.mark, 0);
    }
  }
  for (const Wire& wire : wires_) {
    if (!wire.http) continue;
    for (const Mark mark : wire.http->parser.waiting()) held(mark, wire.serial);
  }
}

void Engine::sweep() {
  for (const SessionIndex index : dead_) sessions_.remove(index);
  dead_.clear();
}

void Engine::send(SessionIndex index, ByteView text, const std::vector<Bytes>& attachments, Mark mark) {
  LiveSession& session = sessions_[index];
  const bool open = session.engine && session.engine->open();
  if (open && session.websocket) {
    scratch_.clear();
    append_frames(scratch_, text, attachments);
    if (host_.send(session.websocket, ByteView(scratch_), mark) > options_.queued_bytes_max) cut_off(index);
    return;
  }
  if (mark.what == What::deliver) mark.what = What::poll;
  if (!open) {
    if (mark) record_lost(mark, {}, Cause::gone);
    return;
  }
  engineio::Packet packet;
  packet.data = text;
  if (attachments.empty()) packet.mark = mark;
  session.engine->send(host_.now(), std::move(packet));
  for (std::size_t i = 0; i < attachments.size(); ++i) {
    engineio::Packet binary;
    binary.data = attachments[i];
    binary.binary = true;
    if (i + 1 == attachments.size()) binary.mark = mark;
    session.engine->send(host_.now(), std::move(binary));
  }
  run(index);
}

void Engine::append_frames(Bytes& out, ByteView text, const std::vector<Bytes>& attachments) {
  // The head of a server's frame is 2 to 10 bytes; the type digit goes between it and the text without a copy of the text.
  Bytes payload;
  payload.reserve(text.size() + 1);
  payload += static_cast<char>(engineio::PacketType::message);
  payload += text;
  websocket::append_frame(out, websocket::Opcode::text, payload);
  for (const Bytes& attachment : attachments)
    websocket::append_frame(out, websocket::Opcode::binary, attachment);
}

void Engine::close(SessionIndex index) {
  if (!alive(index)) return;
  sessions_[index].engine->close(host_.now());
  run(index);
}

void Engine::cut_off(SessionIndex index) {
  LiveSession& session = sessions_[index];
  if (!alive(index) || !session.websocket) return;
  const ConnectionId websocket = session.websocket;
  session.engine->on_websocket_gone(engineio::EndReason::overflow);
  drop_wire(websocket, Close::reset);
  run(index);
}

bool Engine::alive(SessionIndex index) const {
  return sessions_[index].engine && !sessions_[index].engine->closed();
}

bool Engine::writable(SessionIndex index) const {
  return alive(index) && sessions_[index].engine->writable();
}

SessionIndex Engine::open_session(Transport transport, const http::RequestHead& head, TextId peer,
                                  ConnectionId connection) {
  const auto forwarded = head.fields.find("X-Forwarded-For");
  const auto real = head.fields.find("X-Real-IP");
  std::string address(forwarded ? forwarded->substr(0, forwarded->find(','))
                      : real    ? *real
                                : host_.text_of(peer));
  const std::string sid = make_sid(head, address);
  const SessionIndex index = sessions_.add();
  LiveSession& session = sessions_[index];
  session.sid = host_.text(sid);
  session.address = host_.text(address);
  session.generation = ++sessions_made_;
  const engineio::Handshake handshake{
      .sid = sid,
      .upgrade_to_websocket = transport == Transport::polling,
      .ping_interval_ms = options_.ping_interval / std::chrono::milliseconds(1),
      .ping_timeout_ms = options_.ping_timeout / std::chrono::milliseconds(1),
      .max_payload_bytes = options_.payload_bytes_max,
  };
  session.engine.emplace(session_options_, host_.now(), transport, engineio::encode_handshake(handshake));
  if (transport == Transport::polling) {
    session.requests = std::make_unique<Requests>();
  } else {
    session.websocket = connection;
  }
  sids_.emplace(host_.text_of(session.sid), index);
  record_session(index, SessionPhase::opened, {}, connection);
  user_.on_session_open(index);
  if (transport == Transport::websocket) user_.on_session_websocket(index, connection);
  return index;
}

// Node draws 15 bytes, the last ones from a counter of the whole server. Ours are drawn by what the client brings (its address, its cache
// buster, its WebSocket key) and a counter for that alone, so that a client less leaves all others' sids as they were, behind a proxy too.
std::string Engine::make_sid(const http::RequestHead& head, std::string_view address) {
  std::string key(address);
  key += ' ';
  key += head.target;
  if (const auto websocket_key = head.fields.find("Sec-WebSocket-Key")) key += *websocket_key;
  const Name name(key);
  if (sids_of_key_.size() == sid_keys_max) {
    sids_of_key_.clear();
    ++sid_key_rounds_;
  }
  std::string sid;
  do {
    const std::uint64_t n = sid_key_rounds_ << 48 ^ static_cast<std::uint64_t>(host_.incarnation()) << 32 ^
                            sids_of_key_[name.hash]++;
    Random draws = host_.random(Purpose::session_id, name, n);
    const std::uint64_t high = draws.bits();
    const std::uint64_t low = draws.bits();
    Bytes bytes;
    for (int shift = 0; shift < 64; shift += 8) bytes += static_cast<char>(high >> shift & 255);
    for (int shift = 0; shift < 56; shift += 8) bytes += static_cast<char>(low >> shift & 255);
    sid = base64::encode_url(bytes);
  } while (sids_.contains(sid));
  return sid;
}

void Engine::run(SessionIndex index) {
  LiveSession& session = sessions_[index];
  if (session.running || !session.engine) return;  // the run further up the stack does the rest
  session.running = true;
  while (auto event = session.engine->next_event()) perform(index, *event);
  session.running = false;
  set_timer(index);
}

void Engine::perform(SessionIndex index, engineio::Event& event) {
  LiveSession& session = sessions_[index];
  if (auto* poll = std::get_if<engineio::AnswerPoll>(&event)) {
    const ConnectionId connection = std::exchange(session.requests->poll, {});
    answer(connection,
           {.content_type = "text/plain; charset=UTF-8", .no_store = true, .body = poll->body.bytes},
           poll->body.marks);
  } else if (std::get_if<engineio::AnswerPost>(&event)) {
    if (!session.requests) return;
    const ConnectionId connection = std::exchange(session.requests->post, {});
    answer(connection, {.content_type = "text/html", .no_store = true, .body = "ok"});
  } else if (std::get_if<engineio::DropPost>(&event)) {
    const ConnectionId connection = std::exchange(session.requests->post, {});
    if (Wire* wire = wire_of(connection)) {
      for (const Mark mark : wire->http->parser.waiting()) record_lost(mark, connection, Cause::gone);
      drop_wire(connection, Close::fin);
    }
  } else if (auto* received = std::get_if<engineio::MessageReceived>(&event)) {
    user_.on_session_message(index, received->packet.data, received->packet.binary, received->packet.mark);
  } else if (auto* frame = std::get_if<engineio::SendFrame>(&event)) {
    send_packet(session.websocket, frame->packet);
  } else if (auto* probe = std::get_if<engineio::SendProbe>(&event)) {
    send_packet(session.requests->probe, probe->packet);
  } else if (std::get_if<engineio::Upgraded>(&event)) {
    session.websocket = session.requests->probe;
    if (Wire* wire = wire_of(session.websocket)) wire->role = Wire::Role::websocket;
    session.requests.reset();
    record_session(index, SessionPhase::upgraded, {}, session.websocket);
    user_.on_session_websocket(index, session.websocket);
  } else if (std::get_if<engineio::CloseProbe>(&event)) {
    send_close_frame(std::exchange(session.requests->probe, {}));
  } else if (std::get_if<engineio::CloseWebSocket>(&event)) {
    send_close_frame(std::exchange(session.websocket, {}));
  } else if (auto* dropped = std::get_if<engineio::MessageDropped>(&event)) {
    record_lost(dropped->mark, session.websocket, Cause::gone);
  } else if (auto* closed = std::get_if<engineio::Closed>(&event)) {
    session_closed(index, closed->reason);
  }
}

void Engine::session_closed(SessionIndex index, engineio::EndReason reason) {
  LiveSession& session = sessions_[index];
  record_session(index, SessionPhase::closed, engineio::text(reason), session.websocket);
  const Cause cause =
      reason == engineio::EndReason::overflow ? Cause::overflow
      : reason == engineio::EndReason::ping_timeout || reason == engineio::EndReason::transport_error
          ? Cause::away
          : Cause::gone;
  for (const engineio::Packet& packet : session.engine->take_unsent()) {
    if (packet.mark) record_lost(packet.mark, {}, cause);
  }
  sids_.erase(host_.text_of(session.sid));
  if (session.timer) host_.cancel(std::exchange(session.timer, {}));
  dead_.push_back(index);
  user_.on_session_closed(index, engineio::text(reason));
}

void Engine::set_timer(SessionIndex index) {
  LiveSession& session = sessions_[index];
  const auto due = session.engine->deadline();
  if (!due) return;
  // A timer that comes too early looks again: cheaper than to move it with each pong.
  if (session.timer && session.timer_at <= *due) return;
  if (session.timer) host_.cancel(session.timer);
  session.timer = host_.wake_at(*due, timer_tag(TimerKind::session, index, session.generation));
  session.timer_at = *due;
}

void Engine::record_session(SessionIndex index, SessionPhase phase, std::string_view reason,
                            ConnectionId connection) {
  const LiveSession& session = sessions_[index];
  host_.record({.kind = RecordKind::session,
                .how = static_cast<std::uint8_t>(phase),
                .connection = connection.serial,
                .subject = session.sid,
                .text = reason.empty() ? TextId{} : host_.text(reason),
                .extra = session.address.value});
}

void Engine::record_lost(Mark mark, ConnectionId connection, Cause cause) {
  host_.record({.kind = RecordKind::lost,
                .how = static_cast<std::uint8_t>(mark.what),
                .code = static_cast<std::uint16_t>(cause),
                .message = mark.message,
                .connection = connection.serial,
                .subject = mark.to});
}

void Engine::drop_wire(ConnectionId connection, Close how) {
  forget_wire(connection);
  host_.close(connection, how);
}

void Engine::forget_wire(ConnectionId connection) {
  ROUNDHOUSE_ASSERT(owns(connection));
  wires_[connection.slot] = Wire{};
}

}  // namespace roundhouse::app
