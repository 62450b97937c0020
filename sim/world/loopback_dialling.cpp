// How a party of the loopback world connects: to whom, across which link, and when its turn comes.
#include <sys/epoll.h>

#include <algorithm>
#include <cerrno>

#include "core/base/assertion.h"
#include "sim/world/loopback_world.h"

namespace roundhouse::loopback {
namespace {

CloseReason reason_of(int error) {
  switch (error) {
    case ETIMEDOUT:
      return CloseReason::timed_out;
    case ECONNRESET:
      return CloseReason::reset;
    default:
      return CloseReason::refused;
  }
}

}  // namespace

ConnectionId LoopbackWorld::connect(Node& node, const ConnectRequest& request) {
  Wire& wire = add_wire();
  wire.node[0] = node.id;
  wire.entity[0] = node.entry->entity;
  Connection& c = add_connection(node, wire, 0);
  c.state = Connection::State::crossing;
  c.dial = std::make_unique<Dial>();
  c.dial->to = request.to;
  c.dial->any_source = request.from && is_wildcard(request.from->host);
  if (request.from && !c.dial->any_source) {
    c.dial->from = Endpoint::of(table_.ip_of(request.from->host).value_or(""), request.from->port);
  } else {
    c.dial->from = Endpoint::of(std::string(table_.own_ip(*node.entry)), 0);
  }
  find_target(c);
  return {c.slot, wire.serial};
}

void LoopbackWorld::find_target(Connection& c) {
  const Address& to = c.dial->to;
  Wire& wire = *c.wire;
  if (External* outside = external(to)) {
    wire.foreign = true;
    wire.entity[1] = outside->entity;
    c.dial->endpoint = outside->endpoint;
    if (c.dial->any_source) c.dial->from.reset();
    return outside->endpoint ? begin(c) : look_up(*outside);
  }
  const auto ip = table_.ip_of(to.host);
  if (!ip) return broke(c, CloseReason::unknown_host);
  const auto listening = listeners_.at(*ip, to.port);
  if (!listening.empty()) {
    std::size_t chosen = 0;
    if (listening.size() > 1) {
      Random random(
          draw_key(options_.seed, c.node->entry->key, Purpose::balance, Name(to.text()), c.node->connects++));
      chosen = random.below(listening.size());
    }
    wire.node[1] = listening[chosen]->node;
  } else if (const auto named = table_.resolve(to.host); !named.empty()) {
    wire.node[1] = named.front();
  } else {
    return broke(c, CloseReason::refused);
  }
  wire.entity[1] = table_.at(wire.node[1]).entity;
  begin(c);
}

void LoopbackWorld::begin(Connection& c) {
  using State = Connection::State;
  Wire& wire = *c.wire;
  if (wire.node[1]) {
    c.link_out = links_.between(wire.node[0], wire.node[1]);
    c.link_in = links_.between(wire.node[1], wire.node[0]);
    const bool lost = table_.at(wire.node[1]).life == NodeLife::lost;
    if (lost || c.cut_out() || c.cut_in()) {
      c.state = State::silent;
      if (c.dial->give_up == 0) {
        c.dial->give_up = timers_.set(
            now_ + connect_timeout,
            {.kind = Timers::Kind::give_up, .who = c.handle.index, .generation = c.handle.generation});
      }
      return;
    }
  }
  if (!c.dial->crossed && c.link_out != nullptr && c.link_out->delays()) {
    c.state = State::crossing;
    c.dial->crossed = true;
    c.last_release = now_ + c.link_out->crossing();
    c.timer =
        timers_.set(c.last_release,
                    {.kind = Timers::Kind::dial, .who = c.handle.index, .generation = c.handle.generation});
    return;
  }
  c.state = State::queued;
  dial_queue_.push_back(c.handle);
  dial_queued();
}

void LoopbackWorld::begin_silent() {
  for (Connection& c : connections_) {
    if (c.state == Connection::State::silent) begin(c);
  }
}

void LoopbackWorld::dial_queued() {
  while (!dial_queue_.empty() && connecting_ < options_.connecting_max && !short_of_descriptors_) {
    const Handle handle = dial_queue_.front();
    dial_queue_.pop_front();
    if (!alive(handle)) continue;
    Connection& c = connections_[handle.index];
    if (c.state == Connection::State::queued && !c.silenced) dial_now(c);
  }
}

const Door* LoopbackWorld::door_to(const Connection& c) const {
  const Door* closed = nullptr;
  for (const Door& door : doors_) {
    if (door.node->id != c.wire->node[1] || door.logical.port != c.dial->to.port) continue;
    if (door.fd) return &door;
    closed = &door;
  }
  return closed;
}

void LoopbackWorld::dial_now(Connection& c) {
  std::optional<Endpoint> to = c.dial->endpoint;
  if (!to) {
    const Door* door = door_to(c);
    if (door == nullptr)
      return broke(c, CloseReason::refused);  // it never listened: there is no port to knock at
    to = door->real.is_any() ? Endpoint::of("127.0.0.1", door->real.port()) : door->real;
  }
  std::optional<Endpoint> from = c.dial->from;
  if (!to->is_loopback_v4()) from.reset();  // an address of this machine's loopback reaches nothing else
  Dialled dialled = dial(*to, from);
  if (dialled.error == EMFILE || dialled.error == ENFILE) {
    dial_queue_.push_front(c.handle);
    return out_of_descriptors(nodes_[c.wire->node[0].value - 1]);
  }
  if (dialled.error != 0) return broke(c, reason_of(dialled.error));
  c.fd = dialled.fd.release();
  c.state = Connection::State::connecting;
  ++connecting_;
  if (c.wire->node[1]) {
    c.wire->to = to->key();
    c.wire->from = Endpoint::of_socket(c.fd).key();
    c.wire->unaccepted = true;
    unaccepted_[{c.wire->to, c.wire->from}] = c.wire;
  }
  watch(c);
}

void LoopbackWorld::on_dialled(Connection& c, std::uint32_t events) {
  if (events & (EPOLLERR | EPOLLHUP)) {
    if (const int error = take_socket_error(c.fd)) return broke(c, reason_of(error));
    c.broken = true;
  }
  if (events & (EPOLLERR | EPOLLHUP | EPOLLRDHUP)) c.hung = true;
  if (events & (EPOLLIN | EPOLLERR | EPOLLHUP | EPOLLRDHUP)) c.readable = true;
  --connecting_;
  c.state = Connection::State::answering;
  if (c.link_in != nullptr && c.link_in->delays()) {
    c.timer =
        timers_.set(now_ + c.link_in->crossing(),
                    {.kind = Timers::Kind::opened, .who = c.handle.index, .generation = c.handle.generation});
    return;
  }
  opened(c);
}

void LoopbackWorld::opened(Connection& c) {
  if (c.silenced) return;  // there is nobody left to tell
  c.state = Connection::State::open;
  if (c.dial->give_up != 0) timers_.cancel(c.dial->give_up);
  c.dial.reset();
  c.wire->opened = true;
  records_.open(*c.wire, now_);
  if (c.output != nullptr || c.closing) make_dirty(c);
  if (c.node == nullptr) return;
  c.open_due = true;
  serve(c);
}

void LoopbackWorld::out_of_descriptors(Node& node) {
  if (short_of_descriptors_) return;
  short_of_descriptors_ = true;
  timers_.set(now_ + descriptors_pause, {.kind = Timers::Kind::descriptors});
  Record record;
  record.at = now_;
  record.by = node.entry->entity;
  record.kind = RecordKind::say;
  record.text = trace_.text("out of file descriptors: connections wait; raise the limit with `ulimit -n`");
  trace_.write(record);
}

LoopbackWorld::External* LoopbackWorld::external(const Address& address) {
  for (External& known : externals_) {
    if (known.address == address) return &known;
  }
  return nullptr;
}

void LoopbackWorld::look_up(External& outside) {
  if (outside.looking_up) return;
  outside.looking_up = true;
  resolver_.async_resolve(outside.address.host, std::to_string(outside.address.port),
                          [this, &outside](const boost::system::error_code& error,
                                           const boost::asio::ip::tcp::resolver::results_type& results) {
                            if (error == boost::asio::error::operation_aborted) return;
                            std::optional<Endpoint> endpoint;
                            for (const auto& result : results) {
                              const auto address = result.endpoint().address();
                              if (!endpoint || (address.is_v4() && endpoint->family() != AF_INET)) {
                                endpoint = Endpoint::of(address.to_string(), result.endpoint().port());
                              }
                            }
                            found(outside, endpoint);
                          });
}

void LoopbackWorld::found(External& outside, std::optional<Endpoint> endpoint) {
  outside.looking_up = false;  // a name that was not found is looked up again by the next connect
  outside.endpoint = endpoint;
  for (Connection& c : connections_) {
    if (c.state != Connection::State::crossing || c.dial->endpoint || c.dial->to != outside.address) continue;
    c.dial->endpoint = endpoint;
    if (endpoint) {
      begin(c);
    } else {
      broke(c, CloseReason::unknown_host);
    }
  }
}

}  // namespace roundhouse::loopback
