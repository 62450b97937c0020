// How connections come into the pools of the loopback world and leave them, and what becomes of their marks.
#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "core/base/assertion.h"
#include "core/base/close_cause.h"
#include "sim/world/last_words.h"
#include "sim/world/loopback_world.h"

namespace roundhouse::loopback {
Connection& LoopbackWorld::add_connection(Node& node, Wire& wire, int side) {
  std::uint32_t index = 0;
  if (free_connections_.empty()) {
    index = static_cast<std::uint32_t>(connections_.size());
    connections_.emplace_back().handle = {index, 1};
  } else {
    index = free_connections_.back();
    free_connections_.pop_back();
  }
  Connection& c = connections_[index];
  c.node = &node;
  c.wire = &wire;
  c.side = side;
  wire.end[static_cast<std::size_t>(side)] = &c;
  if (node.free_slots.empty()) {
    c.slot = static_cast<std::uint32_t>(node.connections.size());
    node.connections.push_back(&c);
  } else {
    c.slot = node.free_slots.back();
    node.free_slots.pop_back();
    node.connections[c.slot] = &c;
  }
  ++node.open;
  return c;
}

Wire& LoopbackWorld::add_wire() {
  if (free_wires_.empty()) {
    free_wires_.push_back(static_cast<std::uint32_t>(wires_.size()));
    wires_.emplace_back();
  }
  const std::uint32_t index = free_wires_.back();
  free_wires_.pop_back();
  Wire& wire = wires_[index];
  wire = Wire();
  wire.index = index;
  wire.serial = ++serial_;
  wire.used = true;
  ++open_wires_;
  return wire;
}

void LoopbackWorld::watch(Connection& c) {
  epoll_event event{};
  event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
  event.data.u64 = std::uint64_t{c.handle.generation} << 32 | c.handle.index;
  const int failed = ::epoll_ctl(set_.native_handle(), EPOLL_CTL_ADD, c.fd, &event);
  ROUNDHOUSE_ASSERT(failed == 0);
}

bool LoopbackWorld::alive(const Handle& handle) const {
  const Connection& c = connections_[handle.index];
  return c.state != Connection::State::unused && c.handle.generation == handle.generation;
}

void LoopbackWorld::broke(Connection& c, CloseReason reason) {
  if (c.state == Connection::State::gone) return;
  Wire& wire = *c.wire;
  if (!wire.opened) {
    if (wire.unaccepted) unaccepted_.erase({wire.to, wire.from});
    wire.unaccepted = false;
    records_.refused(wire,
                     reason == CloseReason::timed_out      ? How::timeout
                     : reason == CloseReason::unknown_host ? How::none
                                                           : How::reset,
                     now_);
  } else {
    wire.how = reason == CloseReason::timed_out ? How::timeout : How::reset;
    if (wire.ended_by < 0) wire.ended_by = reason == CloseReason::timed_out ? c.side : 1 - c.side;
  }
  const Cause cause = cause_of(reason);
  if (c.node == nullptr) return end(c, c.end_cause, cause);
  let_go(c, cause, cause);
  c.state = Connection::State::gone;
  c.reason = reason;
  make_ready(c);
}

void LoopbackWorld::detach(Connection& c) {
  Node& node = *c.node;
  node.connections[c.slot] = nullptr;
  node.free_slots.push_back(c.slot);
  --node.open;
  c.node = nullptr;
  c.closing = true;
  c.open_due = c.drain_due = false;
}

void LoopbackWorld::finish(Connection& c, Cause cause) {
  using State = Connection::State;
  c.end_cause = cause;
  if (c.state == State::gone) return end(c, cause_of(c.reason), cause_of(c.reason));
  if (c.state != State::open) {
    if (c.queued() == 0) end(c, cause, cause);
    return;  // what is queued goes out once it is open
  }
  if (c.link_out != nullptr && c.link_out->delays()) {
    c.last_release = std::max(c.last_release, now_ + c.link_out->crossing());
  }
  if (c.queued() == 0 && !c.cut_out() && c.last_release <= now_ && !c.silenced) return end(c, cause, cause);
  make_dirty(c);
}

void LoopbackWorld::let_go(Connection& c, Cause coming, Cause unwritten) {
  if (c.state == Connection::State::connecting) --connecting_;
  if (c.timer != 0) timers_.cancel(std::exchange(c.timer, 0));
  if (c.dial != nullptr && c.dial->give_up != 0) timers_.cancel(c.dial->give_up);
  c.dial.reset();
  if (c.fd >= 0) ::close(std::exchange(c.fd, -1));
  Wire& wire = *c.wire;
  records_.lost(wire, 1 - c.side, 0, coming, now_);
  const bool somebody_reads = wire.end[static_cast<std::size_t>(1 - c.side)] != nullptr || wire.unaccepted;
  records_.lost(wire, c.side, somebody_reads ? c.flow_out().sent() - c.queued() : 0, unwritten, now_);
  drop_output(c);
}

void LoopbackWorld::end(Connection& c, Cause coming, Cause unwritten) {
  let_go(c, coming, unwritten);
  if (c.node != nullptr) detach(c);
  Wire& wire = *c.wire;
  wire.end[static_cast<std::size_t>(c.side)] = nullptr;
  end_if_over(wire);
  const Handle handle{c.handle.index, (c.handle.generation + 1) & 0x7fffffffu};
  c = Connection();
  c.handle = handle;
  free_connections_.push_back(handle.index);
}

void LoopbackWorld::end_if_over(Wire& wire) {
  if (wire.end[0] != nullptr || wire.end[1] != nullptr || wire.unaccepted) return;
  if (wire.opened) records_.end(wire, now_);
  wire.used = false;
  free_wires_.push_back(wire.index);
  --open_wires_;
}

void LoopbackWorld::drop_output(Connection& c) {
  if (c.output == nullptr) return;
  c.output->clear();
  if (spare_outputs_.size() < spare_outputs_max) spare_outputs_.push_back(std::move(c.output));
  c.output.reset();
}

void LoopbackWorld::close(Node& node, ConnectionId id, Close how) {
  Connection* c = node.find(id);
  if (c == nullptr) return;
  if (c->wire->ended_by < 0) c->wire->ended_by = c->side;
  detach(*c);
  if (how == Close::fin) return finish(*c, Cause::closed);
  c->wire->how = How::reset;
  records_.lost(*c->wire, c->side, c->flow_out().sent() - c->queued(), Cause::reset, now_);
  drop_output(*c);
  c->closing_by_reset = true;
  c->end_cause = Cause::reset;
  if (c->state == Connection::State::open && (c->cut_out() || c->silenced)) return;  // until the link heals
  if (c->fd >= 0) close_with_reset(c->fd);
  end(*c, Cause::reset, Cause::reset);
}

void LoopbackWorld::end_process(Node& node, How how) {
  flush();  // what the process wrote before is the kernel's
  table_.changed(node.id, NodeLife::down, how, now_);
  listeners_.remove_all(node.id);
  for (Door& door : doors_) {
    if (door.node == &node && door.fd) close_door(door);
  }
  for (std::size_t slot = 0; slot < node.connections.size(); ++slot) {
    Connection* c = node.connections[slot];
    if (c == nullptr) continue;
    const bool on_the_line = c->state == Connection::State::open && !c->silenced && c->link_out != nullptr &&
                             (c->link_out->cut() || c->last_release > now_ || c->link_out->delays());
    if (c->wire->ended_by < 0) c->wire->ended_by = c->side;
    detach(*c);
    if (on_the_line) {
      finish(*c, Cause::dead);
    } else {
      if (c->silenced && c->fd >= 0) {
        close_with_reset(c->fd);
        c->wire->how = How::reset;
      }
      end(*c, Cause::dead, Cause::dead);
    }
  }
  for (Connection& c : connections_) {  // ends closed before its host was lost
    if (!c.silenced || c.wire->node[static_cast<std::size_t>(c.side)] != node.id) continue;
    close_with_reset(c.fd);
    c.wire->how = How::reset;
    end(c, c.end_cause, Cause::dead);
  }
  node.held.clear();
  node.stopping = node.told_to_stop = false;
  node.busy_until = {};
  drop_party(node);
}

}  // namespace roundhouse::loopback
