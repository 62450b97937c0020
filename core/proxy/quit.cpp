// How a proxy leaves in good order, as after `nginx -s quit`, and what worker_shutdown_timeout ends. See proxy.h.
#include <utility>

#include "core/proxy/proxy_inside.h"

namespace roundhouse::proxy {

void Proxy::quit() {
  if (std::exchange(quitting_, true)) return;
  for (const Listener& listener : config_->listeners) host_.stop_listening(listener.address);
  for (std::uint32_t i = 0; i < slots_.size(); ++i) {
    Slot& slot = slots_[i];
    // A connection that has not had its first request yet still gets it answered (nginx: not `idle`).
    if (slot.role != Role::client || !slot.client->kept_alive) continue;
    if (slot.client->exchange || slot.client->reader.in_request()) continue;
    close_client({i, slot.serial}, slot);
  }
  limit_shutdown(config_->shutdown_timeout, static_cast<std::uint32_t>(upstreams_.size()));
}

/// What uses the first `upstreams` of all configurations ends after `timeout`.
void Proxy::limit_shutdown(Duration timeout, std::uint32_t upstreams) {
  if (timeout.count() == 0) return;
  // No connection has the serial 0, so the tag is no connection's.
  host_.wake_at(host_.now() + timeout, upstreams);
}

void Proxy::end_leftovers(std::uint32_t upstreams) {
  for (std::uint32_t i = 0; i < slots_.size(); ++i) {
    Slot& slot = slots_[i];
    const ConnectionId connection{i, slot.serial};
    if (slot.role == Role::tunnel_upstream) {
      if (slot.upstream_index < upstreams) end_tunnel(connection, slot, /*gone=*/false);
    } else if (slot.role == Role::client) {
      const Exchange* exchange = slot.client->exchange.get();
      if (exchange != nullptr ? exchange->upstream_index >= upstreams : !quitting_) continue;
      client_gone(connection, slot, Cause::closed);
      close_client(connection, slots_[i]);
    } else if (slot.role == Role::lingering && quitting_) {
      close_client(connection, slot);
    }
  }
}

}  // namespace roundhouse::proxy
