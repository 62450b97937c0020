// Frames of an app instance: sessions' WebSockets, probing ones, and closing ones that wait for their peer.
#include "core/app/engine.h"
#include "core/base/assertion.h"
#include "core/websocket/frame.h"

namespace roundhouse::app {

void Engine::on_websocket_data(ConnectionId connection, ByteView bytes, Marks marks) {
  // A reader at rest knows nothing of its connection, so one serves all idle WebSockets in turn.
  std::unique_ptr<websocket::Connection> reader = std::move(wires_[connection.slot].reader);
  if (!reader) reader = std::move(spare_reader_);
  if (!reader) {
    reader = std::make_unique<websocket::Connection>(
        websocket::Options{.client = false, .payload_bytes_max = options_.payload_bytes_max});
  }
  reader->receive(bytes, marks);
  while (auto event = reader->next_event()) {
    if (!on_websocket_event(connection, *reader, *event)) break;
  }
  Wire* wire = wire_of(connection);
  if (wire && (wire->role == Wire::Role::closing || !reader->at_rest())) {
    wire->reader = std::move(reader);
  } else if (reader->at_rest()) {
    spare_reader_ = std::move(reader);
  }
}

bool Engine::on_websocket_event(ConnectionId connection, websocket::Connection& reader,
                                websocket::Event& event) {
  Wire* wire = wire_of(connection);
  if (!wire) {  // dropped by what the frame before it did
    if (const auto* late = std::get_if<websocket::Message>(&event); late && late->mark) {
      record_lost(late->mark, connection, Cause::gone);
    }
    return true;
  }
  const bool closing = wire->role == Wire::Role::closing;
  const SessionIndex index = wire->session;
  if (auto* message = std::get_if<websocket::Message>(&event)) {
    if (closing) {
      if (message->mark) record_lost(message->mark, connection, Cause::gone);
      return true;
    }
    engineio::Session& session = *sessions_[index].engine;
    if (wire->role == Wire::Role::probe) {
      session.on_probe_frame(host_.now(), message->payload, message->binary, message->mark);
    } else if (const auto view =
                   session.on_frame(host_.now(), message->payload, message->binary, message->mark)) {
      return user_.on_session_message(index, view->data, view->binary, message->mark), true;
    }
    run(index);
    return true;
  }
  if (!closing && reader.has_output()) {
    const MarkedBytes output = reader.take_output();
    host_.send(connection, ByteView(output.bytes));
  }
  if (std::get_if<websocket::Closed>(&event)) {
    Wire was = std::move(*wire);
    drop_wire(connection, Close::fin);
    websocket_gone(was, engineio::EndReason::transport_close);
    return false;
  }
  if (std::get_if<websocket::ProtocolError>(&event)) {
    // As in Node's ws: the close frame with the code, and the end of the stream right behind it.
    Wire was = std::move(*wire);
    drop_wire(connection, Close::fin);
    websocket_gone(was, engineio::EndReason::transport_error);
    return false;
  }
  return true;
}

void Engine::send_packet(ConnectionId connection, const engineio::Packet& packet) {
  if (!wire_of(connection)) {
    if (packet.mark) record_lost(packet.mark, connection, Cause::gone);
    return;
  }
  Bytes frame;
  if (packet.binary) {
    websocket::append_frame(frame, websocket::Opcode::binary, packet.data);
  } else {
    websocket::append_frame(frame, websocket::Opcode::text, static_cast<char>(packet.type) + packet.data);
  }
  Mark mark = packet.mark;
  if (mark.what == What::poll)
    mark.what = What::deliver;  // it waited for a poll, and the session was upgraded
  host_.send(connection, ByteView(frame), mark);
}

void Engine::send_close_frame(ConnectionId connection) {
  Wire* wire = wire_of(connection);
  if (!wire) return;
  Bytes frame;
  websocket::append_frame(frame, websocket::Opcode::close, {});
  host_.send(connection, ByteView(frame));
  wire->role = Wire::Role::closing;
  wire->session = no_session;
  host_.wake_at(host_.now() + websocket_close_timeout,
                timer_tag(TimerKind::wire, connection.slot, connection.serial));
}

void Engine::websocket_gone(Wire& wire, engineio::EndReason reason) {
  if (wire.session == no_session) return;
  const SessionIndex index = wire.session;
  LiveSession& session = sessions_[index];
  if (!session.engine || session.engine->closed()) return;
  if (wire.role == Wire::Role::probe) {
    session.requests->probe = {};
    session.engine->on_probe_gone();
  } else {
    session.websocket = {};
    session.engine->on_websocket_gone(reason);
  }
  run(index);
}

}  // namespace roundhouse::app
