// Requests and answers of an app instance: which session a request belongs to, and what is wrong with it.
// Source of the checks and their order: engine.io 6.6.12, build/server.js (verify, handleUpgrade, onWebSocket).
#include <algorithm>
#include <array>

#include "core/app/engine.h"
#include "core/base/assertion.h"
#include "core/websocket/handshake.h"

namespace roundhouse::app {

void Engine::serve(ConnectionId connection) {
  Wire* wire = wire_of(connection);
  if (!wire || !wire->http || wire->http->serving) return;
  wire->http->serving = true;
  while ((wire = wire_of(connection)) && wire->role == Wire::Role::http) {
    HttpConversation& http = *wire->http;
    if (http.stage == HttpConversation::Stage::polling) break;
    const auto step = http.parser.next();
    if (step == http::RequestParser::Step::more) break;
    if (step == http::RequestParser::Step::head) {
      on_head(connection);
    } else if (step == http::RequestParser::Step::request) {
      http.body_too_large = http.parser.body_too_large();
      on_request(connection, http.parser.take());
    } else {
      for (const Mark mark : http.parser.waiting()) record_lost(mark, connection, Cause::gone);
      http.keep_alive = false;
      const auto status = http.parser.error_status();
      abort_request(*wire);
      answer(connection, {.status = status});
    }
  }
  wire = wire_of(connection);
  if (!wire || !wire->http) return;
  wire->http->serving = false;
  const bool too_much = wire->http->parser.too_much_waiting();
  if (too_much != wire->http->reading_paused) {
    wire->http->reading_paused = too_much;
    host_.pause_reading(connection, too_much);
  }
}

// What strangers write is kept for the trace, but not without end: the table of texts lives as long as the run.
TextId Engine::sid_text(std::string_view sid) {
  if (const auto known = sids_.find(sid); known != sids_.end()) return sessions_[known->second].sid;
  if (unknown_sids_ == unknown_sids_noted_max) return host_.text("(one more unknown sid)");
  ++unknown_sids_;
  return host_.text(sid);
}

TextId Engine::method_text(std::string_view method) {
  constexpr std::array known = {"GET", "POST", "OPTIONS", "HEAD", "PUT", "DELETE", "PATCH"};
  const bool is_known = std::find(known.begin(), known.end(), method) != known.end();
  return host_.text(is_known ? method : "(another method)");
}

void Engine::on_head(ConnectionId connection) {
  HttpConversation& http = *wires_[connection.slot].http;
  const http::RequestHead& head = http.parser.head();
  http.keep_alive = http.parser.keep_alive();
  http.method = method_text(head.method);
  const Target target(head.target);
  const auto sid = target.query("sid");
  http.sid = is_engine_path(target) && sid ? sid_text(sid->substr(0, sid_bytes_max)) : TextId{};
  http.transport = target.query("transport") == "websocket" ? Transport::websocket : Transport::polling;
  if (const auto expect = head.fields.find("Expect");
      expect && http::equal_ignoring_case(*expect, "100-continue")) {
    host_.send(connection, ByteView("HTTP/1.1 100 Continue\r\n\r\n"));
  }
  if (head.method != "POST" || !is_engine_path(target) || http.parser.wants_upgrade()) return;

  // A POST counts from its head on: a second one while its body comes is an overlap.
  SessionIndex index = no_session;
  if (verify(head, target, false, index) || index == no_session) return;
  LiveSession& session = sessions_[index];
  if (session.engine->on_post_begin()) {
    http.stage = HttpConversation::Stage::posting;
    wires_[connection.slot].session = index;
    session.requests->post = connection;
  } else {
    http.stage = HttpConversation::Stage::overlapping;
    run(index);
  }
}

void Engine::on_request(ConnectionId connection, http::Request request) {
  HttpConversation& http = *wires_[connection.slot].http;
  const Target target(request.head.target);
  if (http.stage == HttpConversation::Stage::posting) return on_post(connection, request);
  const bool upgrade =
      request.head.fields.find("Upgrade") && request.head.fields.has_token("Connection", "upgrade");
  if (upgrade) return on_upgrade_request(connection, request, target);
  if (is_engine_path(target)) return on_engine_request(connection, request, target);
  for (const PlacedMark& m : request.body.marks) record_lost(m.mark, connection, Cause::gone);
  Bytes storage;
  answer(connection, pages_(request.head, storage).value_or(Answer{.status = 404}));
}

void Engine::on_engine_request(ConnectionId connection, const http::Request& request, const Target& target) {
  Wire& wire = wires_[connection.slot];
  if (wire.http->stage == HttpConversation::Stage::overlapping) {
    for (const PlacedMark& m : request.body.marks) record_lost(m.mark, connection, Cause::gone);
    return answer(connection, {.status = 400});
  }
  SessionIndex index = no_session;
  if (const auto error = verify(request.head, target, false, index)) {
    return refuse(connection, *error, request.body.marks);
  }
  if (index == no_session) {
    if (target.query("EIO") != "4")
      return refuse(connection, EngineError::unsupported_version, request.body.marks);
    index = open_session(Transport::polling, request.head, wire.http->peer, connection);
  }
  if (request.head.method != "GET") return answer(connection, {.status = 500});  // Polling.onRequest
  LiveSession& session = sessions_[index];
  if (session.engine->poll_pending()) {  // an overlap: the first poll is answered, then the second
    session.engine->on_poll(host_.now());
    run(index);
    return answer(connection, {.status = 400});
  }
  wire.session = index;
  wire.http->stage = HttpConversation::Stage::polling;
  session.requests->poll = connection;
  session.engine->on_poll(host_.now());
  run(index);
}

void Engine::on_post(ConnectionId connection, const http::Request& request) {
  const SessionIndex index = wires_[connection.slot].session;
  LiveSession& session = sessions_[index];
  const bool too_large = wires_[connection.slot].http->body_too_large;
  const bool binary = request.head.fields.find("Content-Type") == "application/octet-stream";
  if (!too_large && !binary) {
    session.engine->on_post(host_.now(), request.body.bytes, request.body.marks);
    return run(index);
  }
  for (const PlacedMark& m : request.body.marks) {
    record_lost(m.mark, connection, too_large ? Cause::overflow : Cause::gone);
  }
  session.requests->post = {};
  if (too_large) {
    session.engine->on_post_too_large();
  } else {
    session.engine->on_post_binary();
  }
  run(index);
  answer(connection, {.status = too_large ? 413 : 400});
}

std::optional<EngineError> Engine::verify(const http::RequestHead& head, const Target& target, bool upgrade,
                                          SessionIndex& index) {
  const auto transport = target.query("transport");
  if (transport != "polling" && transport != "websocket") return EngineError::transport_unknown;
  const auto sid = target.query("sid");
  if (sid && !sid->empty()) {
    const auto found = sids_.find(*sid);
    if (found == sids_.end()) return EngineError::session_unknown;
    const bool polls = sessions_[found->second].engine->transport() == Transport::polling;
    if (!upgrade && polls != (transport == "polling")) return EngineError::bad_request;
    // A WebSocket session has no further requests, whatever they call themselves.
    if (!upgrade && !polls) return EngineError::bad_request;
    index = found->second;
    return std::nullopt;
  }
  if (head.method != "GET") return EngineError::bad_handshake_method;
  if (transport == "websocket" && !upgrade) return EngineError::bad_request;
  return std::nullopt;
}

void Engine::on_upgrade_request(ConnectionId connection, const http::Request& request, const Target& target) {
  const http::RequestHead& head = request.head;
  if (!is_engine_path(target)) {
    wires_[connection.slot].role = Wire::Role::ignored;
    wires_[connection.slot].http.reset();
    host_.wake_at(host_.now() + destroy_upgrade_timeout,
                  timer_tag(TimerKind::wire, connection.slot, connection.serial));
    return;
  }
  SessionIndex index = no_session;
  if (const auto error = verify(head, target, true, index)) return refuse_upgrade(connection, *error);
  const auto key = head.fields.find("Sec-WebSocket-Key");
  if (head.method != "GET" || !key || !websocket::is_key(*key) ||
      !head.fields.has_token("Upgrade", "websocket")) {
    return refuse_upgrade(connection, EngineError::bad_request);
  }
  const bool version_fits = index != no_session || target.query("EIO") == "4";
  const bool transport_fits = target.query("transport") == "websocket";
  record_request(connection, 101,
                 version_fits ? 0 : static_cast<std::uint64_t>(EngineError::unsupported_version) + 1);
  Bytes out;
  append_switching_protocols(out, *key);
  if (!version_fits) {
    // As in Node: the version is looked at when the WebSocket is there, and the refusal is written into its stream.
    append_upgrade_refusal(out, text(EngineError::unsupported_version));
    host_.send(connection, ByteView(out));
    return drop_wire(connection, Close::fin);
  }
  host_.send(connection, ByteView(out));

  Wire& wire = wires_[connection.slot];
  const TextId peer = wire.http->peer;
  const MarkedBytes rest = wire.http->parser.take_rest();
  wire.http.reset();
  wire.role = Wire::Role::websocket;
  if (index == no_session && transport_fits) {
    wire.session = open_session(Transport::websocket, head, peer, connection);
    run(wire.session);
  } else if (index != no_session && transport_fits && sessions_[index].engine->on_probe(host_.now())) {
    wire.session = index;
    wire.role = Wire::Role::probe;
    sessions_[index].requests->probe = connection;
    run(index);  // for its timer
  } else {
    send_close_frame(connection);
  }
  if (!rest.empty() && wire_of(connection)) on_websocket_data(connection, rest.bytes, rest.marks);
}

void Engine::refuse(ConnectionId connection, EngineError error, Marks marks) {
  for (const PlacedMark& m : marks) record_lost(m.mark, connection, Cause::gone);
  const std::string body = error_json(error);
  answer(connection,
         {.status = error == EngineError::forbidden ? 403 : 400,
          .content_type = "application/json",
          .body = body},
         {}, static_cast<std::uint64_t>(error) + 1);
}

void Engine::refuse_upgrade(ConnectionId connection, EngineError error) {
  record_request(connection, 400, static_cast<std::uint64_t>(error) + 1);
  Bytes out;
  append_upgrade_refusal(out, text(error));
  host_.send(connection, ByteView(out));
  drop_wire(connection, Close::fin);
}

void Engine::answer(ConnectionId connection, const Answer& answer, Marks body_marks, std::uint64_t error) {
  Wire* wire = wire_of(connection);
  if (!wire || !wire->http) {
    for (const PlacedMark& m : body_marks) record_lost(m.mark, connection, Cause::away);
    return;
  }
  HttpConversation& http = *wire->http;
  record_request(connection, answer.status, error);
  MarkedBytes out;
  append_answer(out.bytes, answer, http.keep_alive, epoch_now());
  const auto head_bytes = static_cast<std::uint32_t>(out.bytes.size() - answer.body.size());
  for (PlacedMark m : body_marks) {
    m.end += head_bytes;
    out.marks.push_back(m);
  }
  host_.send(connection, ByteView(out.bytes), Marks(out.marks));
  if (!http.keep_alive) {
    for (const Mark mark : http.parser.waiting()) record_lost(mark, connection, Cause::gone);
    return drop_wire(connection, Close::fin);
  }
  http.stage = HttpConversation::Stage::idle;
  wire->session = no_session;
  serve(connection);
}

void Engine::record_request(ConnectionId connection, int status, std::uint64_t error) {
  const HttpConversation& http = *wires_[connection.slot].http;
  host_.record({.kind = RecordKind::request,
                .how = static_cast<std::uint8_t>(http.transport),
                .code = static_cast<std::uint16_t>(status),
                .connection = connection.serial,
                .subject = http.sid,
                .text = http.method,
                .value = error});
}

void Engine::abort_request(Wire& wire) {
  if (wire.session == no_session || !wire.http) return;
  const SessionIndex index = std::exchange(wire.session, no_session);
  LiveSession& session = sessions_[index];
  if (!session.engine || session.engine->closed() || !session.requests) return;
  const auto stage = std::exchange(wire.http->stage, HttpConversation::Stage::idle);
  if (stage == HttpConversation::Stage::polling) {
    session.requests->poll = {};
    session.engine->on_poll_aborted();
  } else if (stage == HttpConversation::Stage::posting) {
    session.requests->post = {};
    session.engine->on_post_aborted();
  }
  run(index);
}

}  // namespace roundhouse::app
