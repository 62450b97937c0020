// The proxy towards its clients: requests in, its own answers out. See proxy.h.
#include <utility>

#include "core/base/assertion.h"
#include "core/http/writer.h"
#include "core/proxy/content_type.h"
#include "core/proxy/proxy_inside.h"
#include "core/proxy/routes.h"

namespace roundhouse::proxy {

namespace {

/// ngx_http_headers_filter's list.
bool takes_added_headers(int status) {
  return status == 200 || status == 201 || status == 204 || status == 206 ||
         (status >= 301 && status <= 304) || status == 307 || status == 308;
}

/// After these nginx does not go on with the connection: what follows cannot be trusted to be a request.
bool ends_connection(int status) {
  return status == 400 || status == 413 || status == 414 || status == 500 || status == 501;
}

/// nginx's words, with what it was doing: it takes itself to be sending until something comes back.
std::string_view client_left_text(const Exchange& exchange) {
  if (exchange.phase == Exchange::Phase::connecting)
    return "epoll_wait() reported that client prematurely closed connection, so upstream connection is "
           "closed too while connecting to upstream";
  if (exchange.phase == Exchange::Phase::sending || exchange.input.rest().empty())
    return "epoll_wait() reported that client prematurely closed connection, so upstream connection is "
           "closed too while sending request to upstream";
  return "epoll_wait() reported that client prematurely closed connection, so upstream connection is "
         "closed too while reading response header from upstream";
}

/// nginx serves files where nothing is proxied; here there are none, and its log would say so.
std::string no_file_text(const Exchange& exchange) {
  const std::string file = "\"" + exchange.location->root + exchange.target.path;
  if (file.ends_with('/')) return file + "index.html\" is not found (2: No such file or directory)";
  return "open() " + file + "\" failed (2: No such file or directory)";
}

}  // namespace

void Proxy::advance(ConnectionId connection) {
  // An own answer ends its exchange before start_exchange() returns: the loop goes on with the next request, not a recursion.
  if (std::exchange(advancing_, true)) return;
  const struct Reset {
    bool& flag;
    ~Reset() { flag = false; }
  } reset{advancing_};
  while (true) {
    Slot* slot = slot_of(connection);
    if (slot == nullptr || slot->role != Role::client || slot->client->exchange) return;
    Client& client = *slot->client;
    switch (client.reader.next()) {
      case http::RequestReader::Step::more:
        // A head has client_header_timeout in all, from the connection or from its first byte; a body so long between two readings.
        if (!client.reader.in_request()) return;
        if (!client.reader.in_head()) {
          set_deadline(connection, *slot, host_.now() + client.body_timeout);
        } else if (client.kept_alive && !client.head_timed) {
          set_deadline(connection, *slot, host_.now() + default_server(client).header_timeout);
        }
        client.head_timed = true;
        return;
      case http::RequestReader::Step::head:
        client.head_timed = false;
        announce_head(connection, client);
        break;
      case http::RequestReader::Step::request:
        start_exchange(connection, *slot);
        break;
      case http::RequestReader::Step::refused:
        return refuse(connection, *slot);
    }
  }
}

/// The head came: the location says how long the body may be, and a client that asked is told to send it.
void Proxy::announce_head(ConnectionId connection, Client& client) {
  if (config_->rewrites) {
    place_request(client);
    client.body_timeout = client.exchange->location->body_timeout;
    client.reader.set_body_limit(client.exchange->body_bytes_max);
    client.exchange.reset();
  } else if (const auto target = read_target(client.reader.head().target)) {
    const Listener& listener = config_->listeners[client.listener];
    RequestValues values;
    const VirtualServer& server =
        find_server(*config_, listener, host_of(client.reader.head(), *target, {}), values);
    const Location* location = find_location(server, target->path, values).location;
    const Location& applies = location != nullptr ? *location : server.fallback;
    client.body_timeout = applies.body_timeout;
    // A server's own `return` comes before any location is asked.
    client.reader.set_body_limit(server.fallback.script.empty() ? applies.body_bytes_max : 0);
  } else {
    client.body_timeout = default_server(client).fallback.body_timeout;
  }
  if (client.reader.expects_continue() && !client.reader.over_limit()) {
    host_.send(connection, ByteView("HTTP/1.1 100 Continue\r\n\r\n"));
  }
}

void Proxy::refuse(ConnectionId connection, Slot& slot) {
  Client& client = *slot.client;
  const http::Refusal refusal = client.reader.refusal();
  record_marks(RecordKind::lost, connection, client.reader.waiting(),
               refusal.status == 413 ? Cause::overflow : Cause::closed);
  place_request(client);
  Bytes out;
  append_own_answer(out,
                    {.status = refusal.status,
                     .header_too_large = refusal.header_too_large,
                     .added = added_lines(client, refusal.status),
                     .keep_alive = false,
                     .head_only = client.reader.head().method == "HEAD",
                     .body_only = client.reader.head().simple},
                    date());
  client.exchange.reset();
  host_.send(connection, ByteView(out));
  record_answer(connection, nullptr, refusal.status, refusal.why);
  if (!client.reader.over_limit() || client.reader.has_announced()) return close_client(connection, slot);
  // The client may be sending a body: read it away for a while, so that the answer is not lost in a reset.
  slot.role = Role::lingering;
  client.reader = http::RequestReader();
  client.linger_until = host_.now() + lingering_time;
  set_deadline(connection, slot, host_.now() + lingering_timeout);
}

/// Which server and location a request has that is refused, or has come only in part: as far as nginx has come with it.
void Proxy::place_request(Client& client) {
  client.exchange = std::make_unique<Exchange>();
  Exchange& exchange = *client.exchange;
  exchange.config = config_.get();
  exchange.request.head = client.reader.head();
  exchange.server = &default_server(client);
  exchange.location = &exchange.server->fallback;
  const http::RequestHead& head = exchange.request.head;
  if (!client.reader.has_line()) return exchange.request.head.method.clear();
  auto target = read_target(head.target);
  if (!target) return;
  exchange.target = std::move(*target);
  const auto given = exchange.target.host.empty() ? head.fields.find("Host") : exchange.target.host;
  if (!given || !http::valid_host(*given)) return;
  exchange.host = plain_host(*given);
  exchange.server =
      &find_server(*config_, config_->listeners[client.listener], exchange.host, exchange.values);
  exchange.location = &exchange.server->fallback;
  if (client.reader.has_head()) locate(client);
}

/// A connection has so many requests and so much time: nginx looks when it has found the location.
void Proxy::keep_within_limits(const Client& client) const {
  Exchange& exchange = *client.exchange;
  const Location& location = *exchange.location;
  if (location.keepalive_timeout.count() == 0 || client.requests >= location.keepalive_requests ||
      host_.now() - client.accepted > location.keepalive_time)
    exchange.keep_alive = false;
}

void Proxy::start_exchange(ConnectionId connection, Slot& slot) {
  Client& client = *slot.client;
  slot.deadline = Instant::never();
  client.exchange = std::make_unique<Exchange>();
  Exchange& exchange = *client.exchange;
  exchange.number = ++requests_;
  ++client.requests;
  exchange.config = config_.get();
  exchange.keep_alive = client.reader.keep_alive();
  exchange.has_body_length = client.reader.has_body_length();
  exchange.request = client.reader.take();
  exchange.started = host_.now();
  exchange.wants_upgrade = exchange.request.head.fields.find("Upgrade").has_value();
  exchange.server = &config_->servers[config_->listeners[client.listener].default_server];
  exchange.location = &exchange.server->fallback;
  auto target = read_target(exchange.request.head.target);
  if (!target) {
    return answer_own(connection, slot, {.status = 400},
                      "client sent invalid request while reading client request line", Cause::closed);
  }
  exchange.target = std::move(*target);
  exchange.host = host_of(exchange.request.head, exchange.target, {});
  exchange.server =
      &find_server(*config_, config_->listeners[client.listener], exchange.host, exchange.values);
  exchange.location = &exchange.server->fallback;
  use_real_address(client, exchange.server->fallback);
  if (exchange.host.empty()) exchange.host = exchange.server->names[0];
  route_request(connection, slot);
}

void Proxy::route_request(ConnectionId connection, Slot& slot) {
  Client& client = *slot.client;
  Exchange& exchange = *client.exchange;
  if (auto own = locate(client)) {
    if (!own->silence)
      return answer_own(connection, slot, std::move(own->answer), own->why,
                        own->overflow ? Cause::overflow : Cause::closed);
    lose(connection, exchange.request.body, Cause::closed);
    record_answer(connection, &exchange, own->answer.status, own->why);
    exchange.keep_alive = false;
    return finish_exchange(connection, slot);
  }
  if (!exchange.location->proxied())
    return answer_own(connection, slot, {.status = 404}, no_file_text(exchange), Cause::closed);

  // nginx: a location's own realip rules come after its `return`, and only where the server's have found nothing.
  use_real_address(client, *exchange.location);
  if (exchange.location->upstream) {
    exchange.upstream_index = books_of(*exchange.location->upstream, client.worker);
  } else if (const auto unpassed = pass_to(client)) {
    return answer_own(connection, slot, {.status = unpassed->status}, unpassed->why, Cause::refused);
  }
  const Upstreams& upstream = upstreams_[exchange.upstream_index];
  const UpstreamConfig& config = upstream.books.config();
  exchange.selection.address = exchange.real_client ? exchange.real_client->bytes : client.ip_bytes;
  if (!config.key.parts.empty()) exchange.selection.key = value_of(config.key, scope_of(client));
  if (config.sticky) exchange.selection.sticky = cookie(exchange.request.head.fields, config.sticky->name);
  upstream.books.begin(exchange.selection, exchange.location->next_upstream_tries);
  try_next(connection, slot);
}

/// `http://host:port`, for a redirect to a path: absolute_redirect is on.
std::string Proxy::origin_of(const Client& client) {
  const std::uint16_t port = client.local.port;
  return "http://" + client.exchange->host + (port != 80 && port != 0 ? ":" + std::to_string(port) : "");
}

void Proxy::use_real_address(Client& client, const Location& location) {
  Exchange& exchange = *client.exchange;
  if (location.real_ip == nullptr || exchange.real_client) return;
  auto found = real_address(*location.real_ip, {client.peer, client.ip_bytes}, exchange.request.head.fields);
  if (found) exchange.real_client = std::make_unique<const ClientAddress>(std::move(*found));
}

Scope Proxy::scope_of(const Client& client) const {
  Exchange& exchange = *client.exchange;
  const ClientAddress* real = exchange.real_client.get();
  const Address& from = real != nullptr ? real->address : client.peer;
  const std::string& name = exchange.server->names[0];
  return {.config = *exchange.config,
          .head = exchange.request.head,
          .target = exchange.target,
          .client_ip = from.host,
          .client_port = from.port,
          .peer = client.peer,
          .client_bytes = real != nullptr ? real->bytes : client.ip_bytes,
          .host = exchange.host,
          .server_name = std::string_view(name).substr(name.starts_with('.') ? 1 : 0),
          .local = client.local,
          .location = exchange.location,
          .passed = exchange.passed.get(),
          .upstream_addr = exchange.upstream_addr,
          .upstream_status = exchange.upstream_status,
          .body_bytes =
              exchange.has_body_length ? std::optional(exchange.request.body.bytes.size()) : std::nullopt,
          .values = exchange.values};
}

/// add_header: without `always`, only to answers that nginx takes for a success. An empty value is left out.
std::string Proxy::added_lines(const Client& client, int status) const {
  Bytes lines;
  for (const AddedHeader& added : client.exchange->location->added_headers) {
    if (!added.always && !takes_added_headers(status)) continue;
    const std::string value = value_of(added.line.value, scope_of(client));
    if (!value.empty()) http::append_field(lines, added.line.name, value);
  }
  return std::string(lines);
}

void Proxy::answer_own(ConnectionId connection, Slot& slot, OwnAnswer answer, std::string_view reason,
                       Cause cause) {
  Exchange& exchange = *slot.client->exchange;
  if (!exchange.ever_sent) lose(connection, exchange.request.body, cause);
  if (ends_connection(answer.status)) exchange.keep_alive = false;
  answer.keep_alive = exchange.keep_alive;
  answer.keep_alive_s = exchange.location->keepalive_shown_s;
  answer.head_only = exchange.request.head.method == "HEAD";
  answer.body_only = exchange.request.head.simple;
  answer.cookie = exchange.set_cookie;
  answer.added = added_lines(*slot.client, answer.status);
  Bytes out;
  append_own_answer(out, answer, date());
  host_.send(connection, ByteView(out));
  record_answer(connection, &exchange, answer.status, reason);
  finish_exchange(connection, slot);
}

/// The answer is out: the connection waits for the next request, or ends.
void Proxy::finish_exchange(ConnectionId connection, Slot& slot) {
  Client& client = *slot.client;
  const bool keep_alive = client.exchange->keep_alive;
  const Duration idle = client.exchange->location->keepalive_timeout;
  ROUNDHOUSE_ASSERT(!client.exchange->upstream);
  client.exchange.reset();
  if (!keep_alive || idle.count() == 0 || quitting_) {
    record_marks(RecordKind::lost, connection, client.reader.waiting(), Cause::closed);
    return close_client(connection, slot);
  }
  client.kept_alive = true;
  set_deadline(connection, slot, host_.now() + idle);
  if (std::exchange(client.reading_paused, false)) host_.pause_reading(connection, false);
  advance(connection);
}

void Proxy::close_client(ConnectionId connection, Slot& slot) {
  host_.close(connection, Close::fin);
  free_slot(slot);
}

/// The client is gone or has given up: nginx drops the upstream at once (499), whatever it was doing.
void Proxy::client_gone(ConnectionId connection, Slot& slot, Cause cause) {
  Client& client = *slot.client;
  record_marks(RecordKind::lost, connection, client.reader.waiting(), cause);
  if (!client.exchange) return;
  Exchange& exchange = *client.exchange;
  if (!exchange.ever_sent) lose(connection, exchange.request.body, cause);
  lose(connection, exchange.output, cause);
  const std::string_view why = client_left_text(exchange);
  lose(connection, exchange.input.take_all(), cause);
  if (exchange.phase != Exchange::Phase::body) {
    record_answer(connection, &exchange, 499, why);
  }
  drop_upstream(exchange, /*failed=*/false, /*close=*/true);
  client.exchange.reset();
}

}  // namespace roundhouse::proxy
