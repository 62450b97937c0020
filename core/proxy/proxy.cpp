// The proxy's connections and timers: which callback concerns whom. See proxy.h.
#include "core/proxy/proxy.h"

#include <utility>

#include "core/base/assertion.h"
#include "core/http/date.h"
#include "core/proxy/nginx_config/values.h"
#include "core/proxy/proxy_inside.h"
#include "core/proxy/routes.h"

namespace roundhouse::proxy {

Proxy::Proxy(Host& host, std::shared_ptr<const Config> config) : host_(host), config_(std::move(config)) {
  if (config_ == nullptr) throw UsageError("a proxy needs a configuration; read_config() makes one");
  for (std::uint32_t i = 0; i < config_->listeners.size(); ++i) head_rules_.emplace_back(*this, i);
}

Proxy::~Proxy() = default;

void Proxy::on_start() {
  open_upstreams(nullptr);
  for (const Listener& listener : config_->listeners) host_.listen(listener.address);
}

void Proxy::on_stop() {
  // As `nginx -s stop`: connections end at once; what is queued is still flushed.
  for (const Listener& listener : config_->listeners) host_.stop_listening(listener.address);
  for (std::uint32_t i = 0; i < slots_.size(); ++i) {  // clients first: they take their upstreams with them
    if (slots_[i].role == Role::client) client_gone({i, slots_[i].serial}, slots_[i], Cause::closed);
  }
  for (std::uint32_t i = 0; i < slots_.size(); ++i) {
    if (slots_[i].role == Role::none) continue;
    host_.close({i, slots_[i].serial}, Close::fin);
    free_slot(slots_[i]);
  }
}

void Proxy::foresee(ConnectionId connection) const {
  if (connection.slot < slots_.size()) __builtin_prefetch(&slots_[connection.slot]);
}

Proxy::Slot* Proxy::slot_of(ConnectionId connection) {
  if (connection.slot >= slots_.size()) return nullptr;
  Slot& slot = slots_[connection.slot];
  return slot.serial == connection.serial && slot.role != Role::none ? &slot : nullptr;
}

Proxy::Slot& Proxy::new_slot(ConnectionId connection, Role role) {
  if (connection.slot >= slots_.size()) slots_.resize(connection.slot + 1);
  Slot& slot = slots_[connection.slot];
  ROUNDHOUSE_ASSERT(slot.role == Role::none);
  slot = Slot();
  slot.serial = connection.serial;
  slot.role = role;
  return slot;
}

void Proxy::free_slot(Slot& slot) {
  if (slot.timer_armed) host_.cancel(slot.timer);
  slot = Slot();
}

void Proxy::set_deadline(ConnectionId connection, Slot& slot, Instant at) {
  slot.deadline = at;
  if (at == Instant::never()) return;  // a timer that fires finds nothing due
  // Moved later: the timer that is set will look again. So a busy connection costs no timers.
  if (slot.timer_armed && slot.armed_at <= at) return;
  if (slot.timer_armed) host_.cancel(slot.timer);
  slot.timer = host_.wake_at(at, (std::uint64_t{connection.serial} << 32) | connection.slot);
  slot.timer_armed = true;
  slot.armed_at = at;
}

void Proxy::on_accept(ConnectionId connection, const Accepted& accepted) {
  Slot& slot = new_slot(connection, Role::unserved);
  slot.client = std::make_unique<Client>();
  Client& client = *slot.client;
  client.peer = accepted.peer;
  client.local = accepted.local;
  client.ip_bytes = address_bytes(accepted.peer.host);
  for (std::uint32_t i = 0; i < config_->listeners.size(); ++i) {
    if (config_->listeners[i].address == accepted.listener) client.listener = i;
  }
  if (workers_ > 0) return serve(connection, slot);
  host_.pause_reading(connection, true);  // `worker_processes 0`: it waits in the kernel for a worker
}

/// A worker takes the connection.
void Proxy::serve(ConnectionId connection, Slot& slot) {
  slot.role = Role::client;
  Client& client = *slot.client;
  client.worker = accepting_worker(config_->listeners[client.listener]);
  client.accepted = host_.now();
  client.reader = http::RequestReader(&head_rules_[client.listener]);
  set_deadline(connection, slot, host_.now() + default_server(client).header_timeout);
}

const VirtualServer& Proxy::default_server(const Client& client) const {
  return config_->servers[config_->listeners[client.listener].default_server];
}

http::HeadLimits Proxy::ListenerRules::at_first() const {
  const Config& config = *proxy_->config_;
  return config.servers[config.listeners[listener_].default_server].head_limits;
}

http::HeadLimits Proxy::ListenerRules::of_host(std::string_view host) const {
  const Config& config = *proxy_->config_;
  const Listener& listener = config.listeners[listener_];
  if (listener.servers.size() == 1) return at_first();
  RequestValues values;
  return find_server(config, listener, plain_host(host), values).head_limits;
}

void Proxy::on_open(ConnectionId connection) {
  Slot* slot = slot_of(connection);
  if (slot != nullptr && slot->role == Role::upstream) send_request(connection, *slot);
}

void Proxy::on_data(ConnectionId connection, ByteView bytes, Marks marks) {
  Slot* slot = slot_of(connection);
  if (slot == nullptr) return;
  switch (slot->role) {
    case Role::tunnel_client:
    case Role::tunnel_upstream:
      forward_tunnel(connection, *slot, bytes, marks);
      return;
    case Role::upstream:
      read_answer(connection, *slot, bytes, marks);
      return;
    case Role::client: {
      Client& client = *slot->client;
      client.reader.receive(bytes, marks);
      if (client.exchange && client.reader.waiting_bytes() > pipelined_bytes_max && !client.reading_paused) {
        client.reading_paused = true;
        host_.pause_reading(connection, true);
      }
      advance(connection);
      return;
    }
    case Role::lingering: {
      std::vector<Mark> dropped;
      for (const PlacedMark& mark : marks) dropped.push_back(mark.mark);
      record_marks(RecordKind::lost, connection, dropped, Cause::overflow);
      const Instant at = host_.now() + lingering_timeout;
      set_deadline(connection, *slot, at < slot->client->linger_until ? at : slot->client->linger_until);
      return;
    }
    case Role::unserved:
    case Role::none:
      return;
  }
}

void Proxy::forward_tunnel(ConnectionId connection, Slot& slot, ByteView bytes, Marks marks) {
  const std::size_t queued = host_.send(slot.other, bytes, marks);
  Slot& other = slots_[slot.other.slot];
  if (queued > send_high_mark) host_.pause_reading(connection, true);
  Slot& timed = slot.role == Role::tunnel_upstream ? slot : other;
  const Instant due = host_.now() + timed.location->read_timeout;
  if (due - timed.deadline >= timer_slack) timed.deadline = due;  // the timer looks again when it fires
}

void Proxy::on_end(ConnectionId connection) {
  Slot* slot = slot_of(connection);
  if (slot == nullptr) return;
  switch (slot->role) {
    case Role::tunnel_client:
    case Role::tunnel_upstream:
      end_tunnel(connection, *slot, /*gone=*/false);
      return;
    case Role::upstream:
      upstream_ended(connection, *slot);
      return;
    case Role::client:
      client_gone(connection, *slot, Cause::closed);
      close_client(connection, *slot);
      return;
    case Role::unserved:
    case Role::lingering:
      close_client(connection, *slot);
      return;
    case Role::none:
      return;
  }
}

void Proxy::on_drain(ConnectionId connection) {
  Slot* slot = slot_of(connection);
  if (slot == nullptr) return;
  if (slot->role == Role::tunnel_client || slot->role == Role::tunnel_upstream) {
    host_.pause_reading(slot->other, false);
  } else if (slot->role == Role::upstream) {
    Exchange& exchange = *slot_of(slot->other)->client->exchange;
    if (exchange.phase == Exchange::Phase::sending) request_sent(connection, *slot, exchange);
  } else if (slot->role == Role::client && slot->client->exchange && slot->client->exchange->paused) {
    Exchange& exchange = *slot->client->exchange;
    exchange.paused = false;
    host_.pause_reading(exchange.upstream, false);
    set_deadline(exchange.upstream, *slot_of(exchange.upstream),
                 host_.now() + exchange.location->read_timeout);
  }
}

void Proxy::on_close(ConnectionId connection, CloseReason reason) {
  Slot* slot = slot_of(connection);
  if (slot == nullptr) return;
  switch (slot->role) {
    case Role::tunnel_client:
    case Role::tunnel_upstream:
      end_tunnel(connection, *slot, /*gone=*/true);
      return;
    case Role::client:
      client_gone(connection, *slot, reason == CloseReason::reset ? Cause::reset : Cause::closed);
      free_slot(*slot);
      return;
    case Role::unserved:
    case Role::lingering:
      free_slot(*slot);
      return;
    case Role::upstream: {
      const ConnectionId client = slot->other;
      Slot& client_slot = *slot_of(client);
      if (client_slot.client->exchange->phase == Exchange::Phase::body) {
        drop_upstream(*client_slot.client->exchange, /*failed=*/false, /*close=*/false);
        end_answer(client, client_slot, /*whole=*/false);
        return;
      }
      const bool timed_out = reason == CloseReason::timed_out;
      const bool refused = reason == CloseReason::refused || reason == CloseReason::unknown_host;
      fail_try(client, client_slot,
               {timed_out ? std::uint32_t{next_timeout} : std::uint32_t{next_error},
                timed_out ? timed_out_text(*client_slot.client->exchange)
                : refused ? "connect() failed (111: Connection refused) while connecting to upstream"
                          : "recv() failed (104: Connection reset by peer) while reading response header "
                            "from upstream"},
               /*close_upstream=*/false);
      return;
    }
    case Role::none:
      return;
  }
}

void Proxy::on_timer(std::uint64_t tag) {
  const ConnectionId connection{static_cast<std::uint32_t>(tag), static_cast<std::uint32_t>(tag >> 32)};
  if (connection.serial == 0) return end_leftovers(connection.slot);
  Slot* slot = slot_of(connection);
  if (slot == nullptr) return;
  slot->timer_armed = false;
  if (slot->deadline == Instant::never()) return;
  if (host_.now() < slot->deadline) return set_deadline(connection, *slot, slot->deadline);
  switch (slot->role) {
    case Role::tunnel_upstream:
    case Role::tunnel_client:
      end_tunnel(connection, *slot, /*gone=*/false);
      return;
    case Role::client:  // idle, or too slow with a request: nginx closes without a word
      client_gone(connection, *slot, Cause::timeout);
      close_client(connection, *slot);
      return;
    case Role::unserved:
    case Role::lingering:
      close_client(connection, *slot);
      return;
    case Role::upstream: {
      const ConnectionId client = slot->other;
      Slot& client_slot = *slot_of(client);
      Exchange& exchange = *client_slot.client->exchange;
      if (exchange.phase == Exchange::Phase::sending) {
        look_at_sending(connection, *slot);
      } else if (exchange.phase == Exchange::Phase::body) {
        drop_upstream(exchange, /*failed=*/false, /*close=*/true);
        end_answer(client, client_slot, /*whole=*/false);
      } else {
        fail_try(client, client_slot, {next_timeout, timed_out_text(exchange)}, /*close_upstream=*/true);
      }
      return;
    }
    case Role::none:
      return;
  }
}

void Proxy::end_tunnel(ConnectionId connection, Slot& slot, bool gone) {
  // Either side's end, also a half-close, ends both; what was received before is flushed.
  const ConnectionId other = slot.other;
  Slot& other_slot = slots_[other.slot];
  const Slot& booked = slot.role == Role::tunnel_upstream ? slot : other_slot;
  const std::uint32_t upstream_index = booked.upstream_index;
  const PeerRef peer = booked.peer;
  if (!gone) host_.close(connection, Close::fin);
  host_.close(other, Close::fin);
  free_slot(slot);
  free_slot(other_slot);
  free_peer(upstream_index, peer, /*failed=*/false);
}

void Proxy::free_peer(std::uint32_t upstream_index, PeerRef peer, bool failed) {
  switch (upstreams_[upstream_index].books.freed(peer, now_s(), failed)) {
    case BookChange::none:
      return;
    case BookChange::failed:
      return record_peer(upstream_index, peer, PeerPhase::failed);
    case BookChange::out:
      return record_peer(upstream_index, peer, PeerPhase::out);
    case BookChange::back:
      return record_peer(upstream_index, peer, PeerPhase::back);
  }
}

std::int64_t Proxy::now_s() const {
  return host_.epoch_seconds_at_start() + host_.now().ns / 1'000'000'000;
}

std::string_view Proxy::date() {
  const std::int64_t seconds = now_s();
  if (seconds != date_s_) {
    date_s_ = seconds;
    date_ = http::http_date(seconds);
  }
  return date_;
}

}  // namespace roundhouse::proxy
