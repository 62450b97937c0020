// Nodes of the loopback world, their lives, and the links between them.
#include "sim/world/loopback_world.h"
#include "sim/world/last_words.h"

#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <system_error>

#include "core/base/assertion.h"
#include "sim/world/link.h"
#include "sim/world/loopback_host.h"

namespace roundhouse {

std::unique_ptr<World> make_loopback_world(Trace& trace, const LoopbackWorldOptions& options) {
  return std::make_unique<loopback::LoopbackWorld>(trace, options);
}

namespace loopback {
namespace {

int new_epoll_set() {
  const int fd = ::epoll_create1(EPOLL_CLOEXEC);
  if (fd < 0) throw UsageError("no epoll set: " + std::generic_category().message(errno));
  return fd;
}

LinkState state_of(const LinkSettings& settings, bool was_cut) {
  if (settings.cut) return LinkState::cut;
  return was_cut ? LinkState::healed : LinkState::slow;
}

}  // namespace

LoopbackWorld::LoopbackWorld(Trace& trace, const LoopbackWorldOptions& options)
    : trace_(trace),
      options_(options),
      records_(trace),
      table_(trace),
      listeners_(table_),
      links_(options.seed),
      buffer_(std::make_unique<char[]>(read_max)),
      guard_(io_.get_executor()),
      set_(io_, new_epoll_set()),
      alarm_(io_),
      resolver_(io_) {
  if (options_.connecting_max == 0) throw UsageError("connecting_max is 0: nobody could ever connect");
  raise_descriptor_limit();
  refresh_now();
  start_ns_ = now_.ns;
  now_ = {};
  epoch_seconds_at_start_ = static_cast<std::int64_t>(std::time(nullptr));
}

LoopbackWorld::~LoopbackWorld() {
  for (Node& node : nodes_) node.party.reset();
  for (Connection& c : connections_) {
    if (c.fd >= 0) ::close(c.fd);
  }
}

Node& LoopbackWorld::node_at(NodeId id) {
  table_.at(id);
  return nodes_[id.value - 1];
}

NodeId LoopbackWorld::add_node(NodeSpec spec) {
  const NodeId id = table_.add(std::move(spec), now_);
  Node& node = nodes_.emplace_back();
  node.id = id;
  node.entry = &table_.at(id);
  return id;
}

Party* LoopbackWorld::party(NodeId id) {
  return node_at(id).party.get();
}

void LoopbackWorld::add_external(const Address& address) {
  if (external(address) != nullptr) return;
  const std::string name = address.text();
  EntityId entity = trace_.entity_named(name);
  if (!entity) entity = trace_.add_entity(EntityKind::foreign, name, {}, name, now_);
  const std::string ip = address.host == "localhost" ? "127.0.0.1" : address.host;
  externals_.push_back({address, entity, Endpoint::of(ip, address.port), false});
}

bool LoopbackWorld::start(NodeId id) {
  Node& node = node_at(id);
  if (node.entry->life != NodeLife::down && node.entry->life != NodeLife::lost) return false;
  if (node.entry->life == NodeLife::lost)
    end_process(node, How::kill);  // the host comes back without its processes
  refresh_now();
  table_.started(id, now_);
  node.host = std::make_unique<NodeHost>(*this, node);
  node.party = node.entry->make(*node.host);
  node.party->on_start();
  begin_silent();
  return true;
}

bool LoopbackWorld::stop(NodeId id) {
  Node& node = node_at(id);
  if (node.entry->life == NodeLife::down || node.stopping) return false;
  node.stopping = true;
  if (std::find(stopping_.begin(), stopping_.end(), id) == stopping_.end()) stopping_.push_back(id);
  ready_.push_back({.kind = Ready::Kind::stop, .handle = {id.value, node.entry->incarnation}});
  timers_.set(now_ + stop_grace,
              {.kind = Timers::Kind::stop_grace, .who = id.value, .generation = node.entry->incarnation});
  return true;
}

bool LoopbackWorld::kill(NodeId id) {
  Node& node = node_at(id);
  if (node.entry->life == NodeLife::down) return false;
  end_process(node, How::kill);
  return true;
}

bool LoopbackWorld::lose(NodeId id) {
  Node& node = node_at(id);
  if (node.entry->life != NodeLife::up && node.entry->life != NodeLife::paused) return false;
  flush();
  table_.changed(id, NodeLife::lost, How::lost, now_);
  for (Door& door : doors_) {
    if (door.node == &node && door.fd) silence(door.fd.get());
  }
  for (Connection& c : connections_) {
    if (c.state == Connection::State::unused || c.wire->node[static_cast<std::size_t>(c.side)] != id)
      continue;
    c.silenced = true;
    if (c.fd >= 0) silence(c.fd);
    // What its kernel and its process had in hand is gone with it; what peers send from now on is only unanswered.
    records_.lost(*c.wire, 1 - c.side, 0, Cause::dead, now_);
    records_.lost(*c.wire, c.side, c.flow_out().sent() - c.queued(), Cause::dead, now_);
    drop_output(c);
  }
  node.stopping = node.told_to_stop = false;
  node.held.clear();
  drop_party(node);
  return true;
}

bool LoopbackWorld::pause(NodeId id) {
  Node& node = node_at(id);
  if (node.entry->life != NodeLife::up) return false;
  table_.changed(id, NodeLife::paused, How::pause, now_);
  return true;
}

bool LoopbackWorld::go_on(NodeId id) {
  Node& node = node_at(id);
  if (node.entry->life != NodeLife::paused) return false;
  table_.changed(id, NodeLife::up, How::go_on, now_);
  release_held(node);
  return true;
}

TimerId LoopbackWorld::wake_at(Node& node, Instant at, std::uint64_t tag) {
  return {timers_.set(at, {.kind = Timers::Kind::party,
                           .who = node.id.value,
                           .generation = node.entry->incarnation,
                           .tag = tag})};
}

void LoopbackWorld::busy(Node& node, Duration span) {
  if (span.count() <= 0) return;
  node.busy_until = std::max(node.busy_until, now_) + span;
  timers_.set(
      node.busy_until,
      {.kind = Timers::Kind::free_again, .who = node.id.value, .generation = node.entry->incarnation});
}

void LoopbackWorld::set_link(NodeId from, NodeId to, const LinkSettings& settings) {
  flush();
  const Link* before = links_.between(from, to);
  const bool was_cut = before != nullptr && before->cut();
  Link& link = links_.set(from, table_.at(from).key, to, table_.at(to).key, settings);
  Record record;
  record.at = now_;
  record.by = table_.at(from).entity;
  record.other = table_.at(to).entity;
  record.kind = RecordKind::link;
  record.how = static_cast<std::uint8_t>(state_of(settings, was_cut));
  record.value = static_cast<std::uint64_t>(settings.latency.count());
  record.more = static_cast<std::uint64_t>(settings.jitter.count());
  record.extra = settings.bytes_per_second;
  trace_.write(record);
  for (Connection& c : connections_) {
    if (c.state == Connection::State::unused) continue;
    const auto side = static_cast<std::size_t>(c.side);
    if (c.wire->node[side] == from && c.wire->node[1 - side] == to) {
      c.link_out = &link;
      if (!settings.cut) make_dirty(c);
    }
    if (c.wire->node[side] == to && c.wire->node[1 - side] == from) {
      c.link_in = &link;
      if (!settings.cut && c.wants_read()) make_ready(c);
    }
  }
  if (!settings.cut) begin_silent();
}

// The default is the scenario's idea of a network; here real wires lie between, so only what was set for a pair holds.
LinkSettings LoopbackWorld::link(NodeId from, NodeId to) const {
  const Link* link = const_cast<Links&>(links_).between(from, to);
  return link == nullptr ? LinkSettings{} : link->settings;
}

std::size_t LoopbackWorld::reset_connections(NodeId a, NodeId b) {
  flush();
  std::size_t count = 0;
  for (Wire& wire : wires_) {
    const bool between = (wire.node[0] == a && wire.node[1] == b) || (wire.node[0] == b && wire.node[1] == a);
    if (!wire.used || !wire.opened || !between) continue;
    bool reset = false;
    for (Connection* end : wire.end) {
      if (end == nullptr || end->state != Connection::State::open) continue;
      close_with_reset(end->fd);
      broke(*end, CloseReason::reset);
      reset = true;
    }
    if (reset) ++count;
  }
  return count;
}

void LoopbackWorld::report_held() {
  flush();
  for (const Wire& wire : wires_) {
    if (!wire.used) continue;
    records_.held(wire, 0, now_);
    records_.held(wire, 1, now_);
  }
  for (Node& node : nodes_) {
    if (node.party != nullptr) node.party->on_run_end();
  }
}

std::size_t LoopbackWorld::open_connections() const {
  return open_wires_;
}

}  // namespace loopback
}  // namespace roundhouse
