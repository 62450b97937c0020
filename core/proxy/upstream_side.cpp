// The proxy towards its upstreams: tries, failures, and the answer on its way back. See proxy.h.
#include <algorithm>
#include <utility>

#include "core/base/assertion.h"
#include "core/http/writer.h"
#include "core/proxy/forward.h"
#include "core/proxy/proxy_inside.h"

namespace roundhouse::proxy {

std::string_view timed_out_text(const Exchange& exchange) {
  switch (exchange.phase) {
    case Exchange::Phase::connecting:
      return "upstream timed out (110: Connection timed out) while connecting to upstream";
    case Exchange::Phase::sending:
      return "upstream timed out (110: Connection timed out) while sending request to upstream";
    case Exchange::Phase::head:
    case Exchange::Phase::body:
      break;
  }
  return "upstream timed out (110: Connection timed out) while reading response header from upstream";
}

namespace {

/// Of a field that an upstream sent several times nginx 1.22 takes the last, without a word in its log.
std::optional<std::string_view> last_of(const http::Fields& fields, std::string_view name) {
  const auto& all = fields.all();
  for (auto field = all.rbegin(); field != all.rend(); ++field) {
    if (http::equal_ignoring_case(field->name, name)) return field->value;
  }
  return std::nullopt;
}

/// nginx's $upstream_status: one number a try.
void note_status(Exchange& exchange, int status) {
  if (!exchange.upstream_status.empty()) exchange.upstream_status += ", ";
  exchange.upstream_status += std::to_string(status);
}

}  // namespace

void Proxy::try_next(ConnectionId client_connection, Slot& client_slot) {
  Exchange& exchange = *client_slot.client->exchange;
  Upstreams& upstream = upstreams_[exchange.upstream_index];
  exchange.selection.passed.clear();
  const auto choice = upstream.balancer->pick(upstream.books, exchange.selection, now_s(), upstream.draws);
  if (!choice) {
    if (!exchange.upstream_addr.empty()) exchange.upstream_addr += ", ";
    exchange.upstream_addr += upstream.books.config().name;
    note_status(exchange, 502);
    record_route(client_connection, exchange, std::nullopt);
    return answer_own(client_connection, client_slot, {.status = 502},
                      "no live upstreams while connecting to upstream", Cause::refused);
  }
  exchange.choice = *choice;
  ++exchange.attempts;
  const Peer& peer = upstream.books.peer(choice->peer);
  if (!exchange.upstream_addr.empty()) exchange.upstream_addr += ", ";
  exchange.upstream_addr += peer.config->address.text();
  if (const auto& sticky = upstream.books.config().sticky) {
    exchange.set_cookie = sticky_cookie_text(*sticky, sticky_id(*peer.config), now_s());
  }
  record_route(client_connection, exchange, choice);
  if (upstream.books.on_probation(choice->peer))
    record_peer(exchange.upstream_index, choice->peer, PeerPhase::probation);

  exchange.phase = Exchange::Phase::connecting;
  exchange.sent = false;
  exchange.input = {};
  exchange.head = http::ResponseHeadReader(exchange.location->head_bytes_max);
  const ConnectionId connection = host_.connect({.to = peer.config->address});
  exchange.upstream = connection;
  Slot& slot = new_slot(connection, Role::upstream);  // client_slot may have moved
  slot.other = client_connection;
  slot.upstream_index = exchange.upstream_index;
  slot.peer = choice->peer;
  set_deadline(connection, slot, host_.now() + exchange.location->connect_timeout);
}

void Proxy::send_request(ConnectionId connection, Slot& slot) {
  Slot& client_slot = *slot_of(slot.other);
  Exchange& exchange = *client_slot.client->exchange;
  MarkedBytes out;
  // nginx writes the request before it chooses a server, and once for all tries: it knows none of them.
  Scope scope = scope_of(*client_slot.client);
  scope.upstream_addr = {};
  scope.upstream_status = {};
  append_forwarded_head(out.bytes, scope);
  // A mark that lay on the client's head has offset 0 in the body: it comes to lie on the end of ours.
  out.append(exchange.request.body.bytes, exchange.request.body.marks);
  const std::size_t queued = host_.send(connection, ByteView(out.bytes), Marks(out.marks));
  exchange.sent = true;
  exchange.ever_sent = true;
  if (queued <= send_high_mark) return request_sent(connection, slot, exchange);
  exchange.phase = Exchange::Phase::sending;  // until on_drain
  exchange.unsent_bytes = queued;
  exchange.moved_at = host_.now();
  look_at_sending(connection, slot);
}

/// What is left of the request is no more than a kernel would have taken: nginx counts it as sent.
void Proxy::request_sent(ConnectionId connection, Slot& slot, Exchange& exchange) {
  exchange.phase = Exchange::Phase::head;
  set_deadline(connection, slot, host_.now() + exchange.location->read_timeout);
}

/// nginx's timer starts anew with each write that brings something out. Here the queue is looked at now and then, so a stall that
/// follows after some bytes may be seen late, by up to an eighth of the timeout.
void Proxy::look_at_sending(ConnectionId connection, Slot& slot) {
  Slot& client_slot = *slot_of(slot.other);
  Exchange& exchange = *client_slot.client->exchange;
  const std::size_t queued = host_.send(connection, ByteView());  // nothing: only asks
  if (queued < exchange.unsent_bytes) {
    exchange.unsent_bytes = queued;
    exchange.moved_at = host_.now();
  }
  const Duration timeout = exchange.location->send_timeout;
  const Instant due = exchange.moved_at + timeout;
  if (host_.now() >= due) {
    return fail_try(slot.other, client_slot, {next_timeout, timed_out_text(exchange)},
                    /*close_upstream=*/true);
  }
  const Instant look = host_.now() + std::max<Duration>(timeout / send_looks, Duration(1));
  set_deadline(connection, slot, look < due ? look : due);
}

void Proxy::read_answer(ConnectionId connection, Slot& slot, ByteView bytes, Marks marks) {
  const ConnectionId client_connection = slot.other;
  Slot& client_slot = *slot_of(client_connection);
  Exchange& exchange = *client_slot.client->exchange;
  exchange.input.append(bytes, marks);
  if (exchange.phase == Exchange::Phase::sending) exchange.phase = Exchange::Phase::head;
  set_deadline(connection, slot, host_.now() + exchange.location->read_timeout);
  if (exchange.phase != Exchange::Phase::body && !read_answer_head(client_connection, client_slot)) return;
  relay(client_connection, client_slot);
}

/// True where the answer's body is next; false where more must come, or the try is over, or a tunnel began.
bool Proxy::read_answer_head(ConnectionId client_connection, Slot& client_slot) {
  Exchange& exchange = *client_slot.client->exchange;
  switch (exchange.head.read(exchange.input.rest())) {
    case http::ResponseHeadReader::State::more:
      return false;
    case http::ResponseHeadReader::State::bad: {
      const std::string& line = exchange.head.bad_line();
      const std::string why =
          (line.empty() ? "upstream sent too big header" : "upstream sent invalid header: \"" + line + "\"") +
          " while reading response header from upstream";
      fail_try(client_connection, client_slot, {next_invalid_header, why}, /*close_upstream=*/true);
      return false;
    }
    case http::ResponseHeadReader::State::no_status_line:
      // nginx takes it for HTTP/0.9: the bytes go to the client as they are, without a head.
      exchange.phase = Exchange::Phase::body;
      exchange.body = http::BodyReader::until_close();
      exchange.keep_alive = false;
      record_answer(client_connection, &exchange, 200,
                    "upstream sent no valid HTTP/1.0 header while reading response header from upstream");
      return true;
    case http::ResponseHeadReader::State::done:
      break;
  }
  const int status = exchange.head.head().status;
  const std::uint32_t kind = kind_of_status(status);
  if (gives_up_answer(kind, try_state(exchange), *exchange.location)) {
    fail_try(client_connection, client_slot, {kind, "upstream answered with a status of proxy_next_upstream"},
             /*close_upstream=*/true);
    return false;
  }
  exchange.input.skip(exchange.head.size(), exchange.output);
  if (status == 101 && exchange.wants_upgrade) {
    become_tunnel(client_connection, client_slot);
    return false;
  }
  begin_relay(client_connection, client_slot);
  return true;
}

void Proxy::begin_relay(ConnectionId client_connection, Slot& client_slot) {
  Exchange& exchange = *client_slot.client->exchange;
  const http::ResponseHead& head = exchange.head.head();
  const bool client_1_0 = exchange.request.head.minor_version == 0;
  Relayed relayed{.status_text = exchange.head.status_text()};
  std::optional<std::uint64_t> length;
  if (const auto field = last_of(head.fields, "Content-Length")) length = http::read_content_length(*field);
  const bool no_body = exchange.request.head.method == "HEAD" || head.status == 204 || head.status == 304;
  if (head.fields.has_token("Transfer-Encoding", "chunked")) {
    exchange.body = http::BodyReader::chunked();
    length.reset();
  } else {
    exchange.body = length ? http::BodyReader::of_length(*length) : http::BodyReader::until_close();
  }
  if (no_body) exchange.body = http::BodyReader::none();
  relayed.length = length;
  const bool simple = exchange.request.head.simple;
  exchange.chunked = !length && !no_body && !client_1_0 && head.status >= 200;
  if (!length && !no_body && !exchange.chunked)
    exchange.keep_alive = false;  // only the end of the stream ends the body
  relayed.chunked = exchange.chunked;
  relayed.keep_alive = exchange.keep_alive;
  relayed.keep_alive_s = exchange.location->keepalive_shown_s;
  relayed.switched = head.status == 101;
  relayed.cookie = exchange.set_cookie;
  note_status(exchange, head.status);
  const std::string added = added_lines(*client_slot.client, head.status);
  relayed.added = added;
  if (!simple) append_relayed_head(exchange.output.bytes, head, relayed, date());
  exchange.phase = Exchange::Phase::body;
  exchange.head_held = true;
  record_answer(client_connection, &exchange, head.status, {});
}

void Proxy::relay(ConnectionId client_connection, Slot& client_slot) {
  Exchange& exchange = *client_slot.client->exchange;
  while (!exchange.body.done()) {
    const http::BodyReader::Piece piece = exchange.body.next(exchange.input.rest());
    if (piece.skip > 0) exchange.input.skip(piece.skip, exchange.output);
    if (exchange.body.bad()) {
      drop_upstream(exchange, /*failed=*/false, /*close=*/true);
      return end_answer(client_connection, client_slot, /*whole=*/false);
    }
    if (piece.skip == 0 && piece.bytes == 0) break;
    if (piece.bytes == 0) continue;
    exchange.head_held = false;
    if (exchange.chunked) {
      MarkedBytes data;
      exchange.input.move(piece.bytes, data);
      http::append_chunk(exchange.output, data.bytes, data.marks);
    } else {
      exchange.input.move(piece.bytes, exchange.output);
    }
  }
  if (exchange.body.done()) {
    drop_upstream(exchange, /*failed=*/false, /*close=*/true);
    return end_answer(client_connection, client_slot, /*whole=*/true);
  }
  if (!exchange.head_held) flush(client_connection, exchange);
}

void Proxy::flush(ConnectionId client_connection, Exchange& exchange) {
  if (exchange.output.bytes.empty()) return;
  const std::size_t queued =
      host_.send(client_connection, ByteView(exchange.output.bytes), Marks(exchange.output.marks));
  exchange.output = {};
  if (queued <= send_high_mark || !exchange.upstream || exchange.paused) return;
  exchange.paused = true;
  host_.pause_reading(exchange.upstream, true);
  slot_of(exchange.upstream)->deadline = Instant::never();  // it is we who make it wait
}

void Proxy::upstream_ended(ConnectionId, Slot& slot) {
  const ConnectionId client_connection = slot.other;
  Slot& client_slot = *slot_of(client_connection);
  Exchange& exchange = *client_slot.client->exchange;
  if (exchange.phase != Exchange::Phase::body) {
    return fail_try(
        client_connection, client_slot,
        {next_error, "upstream prematurely closed connection while reading response header from upstream"},
        /*close_upstream=*/true);
  }
  const bool whole = exchange.body.end_of_stream();
  drop_upstream(exchange, /*failed=*/false, /*close=*/true);
  end_answer(client_connection, client_slot, whole);
}

TryState Proxy::try_state(const Exchange& exchange) const {
  return {.tries_left = exchange.selection.tries,
          .request_sent = exchange.sent,
          .method = exchange.request.head.method,
          .since_start = host_.now() - exchange.started};
}

void Proxy::fail_try(ConnectionId client_connection, Slot& client_slot, TryEnd end, bool close_upstream) {
  Exchange& exchange = *client_slot.client->exchange;
  // What had come of a head that is not used: marks on it go no further.
  const MarkedBytes unread = exchange.input.take_all();
  lose(exchange.upstream, unread, Cause::closed);
  const bool single = upstreams_[exchange.upstream_index].books.list(exchange.choice.peer.backup).single;
  // The failure is booked before it is decided whether to go on: `proxy_next_upstream off` still marks servers.
  drop_upstream(exchange, counts_as_failure(end.kind), close_upstream);
  note_status(exchange, status_of(end));
  exchange.selection.tries = single ? 0 : std::max<std::int64_t>(0, exchange.selection.tries - 1);
  if (goes_on(end, try_state(exchange), *exchange.location)) return try_next(client_connection, client_slot);
  const int status = status_of(end);
  const Cause cause = end.kind == next_timeout ? Cause::timeout : Cause::refused;
  answer_own(client_connection, client_slot, {.status = status}, end.why, cause);
}

void Proxy::drop_upstream(Exchange& exchange, bool failed, bool close) {
  if (!exchange.upstream) return;
  const ConnectionId connection = std::exchange(exchange.upstream, ConnectionId());
  Slot& slot = *slot_of(connection);
  // What was not written is not sent after all.
  const bool unsent =
      exchange.phase == Exchange::Phase::connecting || exchange.phase == Exchange::Phase::sending;
  if (close) host_.close(connection, unsent ? Close::reset : Close::fin);
  free_slot(slot);
  exchange.paused = false;
  free_peer(exchange.upstream_index, exchange.choice.peer, failed);
}

/// The answer is over; cut short, the client must see it: its connection ends.
void Proxy::end_answer(ConnectionId client_connection, Slot& client_slot, bool whole) {
  Exchange& exchange = *client_slot.client->exchange;
  if (whole && exchange.chunked) exchange.output.append(http::last_chunk);
  if (!whole) exchange.keep_alive = false;
  flush(client_connection, exchange);
  const MarkedBytes unread = exchange.input.take_all();
  lose(client_connection, unread, Cause::closed);
  finish_exchange(client_connection, client_slot);
}

void Proxy::become_tunnel(ConnectionId client_connection, Slot& client_slot) {
  Client& client = *client_slot.client;
  Exchange& exchange = *client.exchange;
  const ConnectionId upstream_connection = exchange.upstream;
  Slot& upstream_slot = *slot_of(upstream_connection);
  record_answer(client_connection, &exchange, 101, {});
  note_status(exchange, 101);
  const std::string added = added_lines(client, 101);
  append_relayed_head(exchange.output.bytes, exchange.head.head(),
                      {.status_text = exchange.head.status_text(),
                       .switched = true,
                       .cookie = exchange.set_cookie,
                       .added = added},
                      date());
  exchange.input.move(exchange.input.rest().size(), exchange.output);
  host_.send(client_connection, ByteView(exchange.output.bytes), Marks(exchange.output.marks));
  const MarkedBytes early = client.reader.take_rest();
  if (!early.empty()) host_.send(upstream_connection, ByteView(early.bytes), Marks(early.marks));
  if (client.reading_paused) host_.pause_reading(client_connection, false);

  upstream_slot.role = Role::tunnel_upstream;
  upstream_slot.location = exchange.location;
  client_slot.role = Role::tunnel_client;
  client_slot.other = upstream_connection;
  client_slot.deadline = Instant::never();
  if (std::exchange(client_slot.timer_armed, false)) host_.cancel(client_slot.timer);
  client_slot.client.reset();  // an idle tunnel is its two slots
  set_deadline(upstream_connection, upstream_slot, host_.now() + upstream_slot.location->read_timeout);
}

}  // namespace roundhouse::proxy
