// How nodes of the loopback world listen, and how what comes in finds the end that dialled it.
#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

#include "core/base/assertion.h"
#include "sim/world/loopback_world.h"

namespace roundhouse::loopback {
namespace {

constexpr std::uint64_t door_tag = std::uint64_t{1} << 63;

Descriptor bound_or_throw(const Endpoint& at, bool shared) {
  Result<Descriptor> bound = bind_stream(at, shared);
  if (!bound) throw UsageError(bound.error().text());
  return std::move(*bound);
}

}  // namespace

void LoopbackWorld::bind_node(NodeId id, std::string_view ip, std::uint16_t port) {
  Node& node = node_at(id);
  const std::string host = std::string(ip.empty() ? table_.own_ip(*node.entry) : ip);
  const auto at = Endpoint::of(host, port);
  if (!at) throw UsageError("bind_node: " + host + " is no address; give one such as 127.0.0.1");
  // Nodes of ours may share a port, as nginx workers do, and the kernel chooses among them. Nobody else may be there.
  const bool shared = port != 0;
  const bool ours = std::any_of(nodes_.begin(), nodes_.end(), [&](const Node& other) {
    return other.bound && other.bound->key() == at->key();
  });
  if (shared && !ours) {
    Descriptor probe = bound_or_throw(*at, false);
    if (const auto free = start_listening(probe.get(), *at); !free) throw UsageError(free.error().text());
  }
  node.reserved = bound_or_throw(*at, shared);
  node.bound = Endpoint::of_socket(node.reserved.get());
}

std::optional<Address> LoopbackWorld::endpoint(NodeId id, std::uint16_t logical_port) const {
  table_.at(id);
  for (const Door& door : doors_) {
    if (door.node->id == id && door.logical.port == logical_port && door.fd) {
      return Address{door.real.ip(), door.real.port()};
    }
  }
  return std::nullopt;
}

Door* LoopbackWorld::door_of(Node& node, const Address& address) {
  for (Door& door : doors_) {
    if (door.node == &node && door.logical == address) return &door;
  }
  return nullptr;
}

void LoopbackWorld::listen(Node& node, const Address& address) {
  Door* door = door_of(node, address);
  if (door != nullptr && door->fd) return;
  listeners_.add(node.id, address);
  if (door == nullptr) {
    door = &doors_.emplace_back();
    door->handle = {static_cast<std::uint32_t>(doors_.size() - 1), 0};
    door->node = &node;
    door->logical = address;
  }
  open_door(*door);
}

void LoopbackWorld::stop_listening(Node& node, const Address& address) {
  listeners_.remove(node.id, address);
  if (Door* door = door_of(node, address); door != nullptr && door->fd) close_door(*door);
}

void LoopbackWorld::open_door(Door& door) {
  Node& node = *door.node;
  if (node.reserved) {
    door.fd = std::move(node.reserved);
  } else if (door.real.family() != 0) {  // a restart: the same port again
    const bool named = node.bound && node.bound->key() == door.real.key();
    Result<Descriptor> bound = bind_stream(door.real, named);
    if (!bound && !named) bound = bind_stream(*Endpoint::of(door.real.ip(), 0), false);
    if (!bound) throw UsageError(bound.error().text());
    door.fd = std::move(*bound);
  } else {
    std::string ip = node.bound ? node.bound->ip() : std::string(table_.own_ip(*node.entry));
    if (!node.bound && !is_wildcard(door.logical.host)) {
      // A further address of the node, as in `listen 127.4.0.9:80`.
      const std::string own = table_.ip_of(door.logical.host).value_or(ip);
      if (const auto at = Endpoint::of(own, 0); at && at->is_loopback_v4()) ip = own;
    }
    const auto at = Endpoint::of(ip, 0);
    door.fd = bound_or_throw(at ? *at : *Endpoint::of("127.0.0.1", 0), false);
  }
  door.real = Endpoint::of_socket(door.fd.get());
  if (const auto listening = start_listening(door.fd.get(), door.real); !listening) {
    door.fd.reset();
    throw UsageError(listening.error().text());
  }
  ++door.handle.generation;
  door.listed = door.ready = false;
  epoll_event event{};
  event.events = EPOLLIN | EPOLLET;
  event.data.u64 = door_tag | std::uint64_t{door.handle.generation} << 32 | door.handle.index;
  const int failed = ::epoll_ctl(set_.native_handle(), EPOLL_CTL_ADD, door.fd.get(), &event);
  ROUNDHOUSE_ASSERT(failed == 0);
}

void LoopbackWorld::close_door(Door& door) {
  door.fd.reset();
  ++door.handle.generation;
  const Endpoint::Key at = door.real.key();
  const bool shared = std::any_of(doors_.begin(), doors_.end(),
                                  [&](const Door& other) { return other.fd && other.real.key() == at; });
  if (shared) return;
  // Whoever waited in the kernel's queue is reset by it; those that have left already learn nothing.
  for (auto it = unaccepted_.lower_bound({at, {}}); it != unaccepted_.end() && it->first.to == at;) {
    Wire& wire = *it->second;
    it = unaccepted_.erase(it);
    wire.unaccepted = false;
    if (wire.end[0] != nullptr) continue;
    records_.lost(wire, 0, 0, Cause::dead, now_);
    end_if_over(wire);
  }
}

void LoopbackWorld::accept(Door& door) {
  const std::uint32_t generation = door.handle.generation;
  for (int taken = 0; taken < accepts_per_turn; ++taken) {
    if (!door.node->runs(now_)) {
      if (!door.listed) door.node->held.push_back({.kind = Ready::Kind::door, .handle = door.handle});
      door.listed = true;
      return;
    }
    Endpoint peer;
    socklen_t size = Endpoint::capacity();
    Descriptor fd(::accept4(door.fd.get(), peer.data(), &size, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!fd) {
      if (errno == EINTR || errno == ECONNABORTED) continue;
      door.ready = false;
      if (errno == EAGAIN) return;
      starved_doors_.push_back(door.handle);
      return out_of_descriptors(*door.node);
    }
    accepted(door, std::move(fd), peer);
    if (!door.fd || door.handle.generation != generation) return;
  }
  make_ready(door);
}

void LoopbackWorld::accepted(Door& door, Descriptor fd, const Endpoint& peer) {
  Node& node = *door.node;
  const Endpoint local = door.real.is_any() ? Endpoint::of_socket(fd.get()) : door.real;
  const std::string peer_ip = peer.ip();
  Wire* wire = nullptr;
  if (const auto dialled = unaccepted_.find({local.key(), peer.key()}); dialled != unaccepted_.end()) {
    wire = dialled->second;
    unaccepted_.erase(dialled);
    wire->unaccepted = false;
  } else {
    wire = &add_wire();
    wire->foreign = true;
    wire->entity[0] = foreign_entity(peer_ip);
    wire->opened = true;
  }
  wire->node[1] = node.id;
  wire->entity[1] = node.entry->entity;
  if (wire->foreign) records_.open(*wire, now_);
  Connection& c = add_connection(node, *wire, 1);
  c.state = Connection::State::open;
  c.fd = fd.release();
  if (wire->node[0]) {
    c.link_out = links_.between(node.id, wire->node[0]);
    c.link_in = links_.between(wire->node[0], node.id);
  }
  watch(c);
  Accepted how{door.logical, {local.ip(), door.logical.port}, {peer_ip, peer.port()}};
  if (door.logical.host.starts_with("unix:")) how.local = how.peer = {"unix:", 0};
  node.party->on_accept(c.id(), how);
}

EntityId LoopbackWorld::foreign_entity(const std::string& ip) {
  if (const auto known = foreigners_.find(ip); known != foreigners_.end()) return known->second;
  if (foreigners_.size() >= foreign_entities_max) {
    const EntityId others = trace_.entity_named("foreign-others");
    return others ? others : trace_.add_entity(EntityKind::foreign, "foreign-others", {}, "", now_);
  }
  const std::string name = "foreign-" + std::to_string(foreigners_.size() + 1);
  const EntityId entity = trace_.add_entity(EntityKind::foreign, name, {}, ip, now_);
  foreigners_[ip] = entity;
  return entity;
}

}  // namespace roundhouse::loopback
