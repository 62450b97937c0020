// Lives of the virtual world's nodes: start, stop, kill, lose, pause and go on, and what each does to connections.
#include <utility>

#include "sim/world/last_words.h"
#include "sim/world/virtual_world.h"

namespace roundhouse {

NodeId VirtualWorld::add_node(NodeSpec spec) {
  const NodeId id = table_.add(std::move(spec), now());
  const std::uint32_t index = nodes_.take();
  ROUNDHOUSE_ASSERT(index == id.value);
  VirtualNode& node = nodes_[index];
  node.entry = &table_.at(id);
  node.id = index;
  node.entity = node.entry->entity;
  node.edge = node.entry->kind == EntityKind::client;
  return id;
}

bool VirtualWorld::start(NodeId id) {
  ROUNDHOUSE_ASSERT(!in_callback_);
  VirtualNode& node = local(id);
  const NodeLife before = node.entry->life;
  if (before != NodeLife::down && before != NodeLife::lost) return false;
  table_.started(id, now());
  node.up = true;
  node.free_slot = 0x7fff'ffff;  // the end of the chain
  node.busy_until = now_;
  node.stopping = false;
  if (before == NodeLife::lost) bury_silent_ends(node);
  node.host.emplace(*this, node);
  node.party = node.entry->make(*node.host);
  if (!node.party)
    throw UsageError("the factory of node " + std::string(table_.name_of(*node.entry)) + " made no party");
  schedule(now_, DueKind::started, node.id, node.entry->incarnation);
  return true;
}

bool VirtualWorld::stop(NodeId id) {
  ROUNDHOUSE_ASSERT(!in_callback_);
  VirtualNode& node = local(id);
  const NodeLife life = node.entry->life;
  if ((life != NodeLife::up && life != NodeLife::paused) || node.stopping) return false;
  node.stopping = true;
  schedule(now_, DueKind::stop, node.id, node.entry->incarnation);
  schedule(now_ + stop_grace.count(), DueKind::grace, node.id, node.entry->incarnation);
  return true;
}

bool VirtualWorld::kill(NodeId id) {
  VirtualNode& node = local(id);
  if (node.entry->life == NodeLife::down) return false;
  end_process(node, NodeLife::down, How::kill);
  return true;
}

bool VirtualWorld::lose(NodeId id) {
  VirtualNode& node = local(id);
  if (node.entry->life == NodeLife::down || node.entry->life == NodeLife::lost) return false;
  end_process(node, NodeLife::lost, How::lost);
  return true;
}

bool VirtualWorld::pause(NodeId id) {
  VirtualNode& node = local(id);
  if (node.entry->life != NodeLife::up) return false;
  set_life(node, NodeLife::paused, How::pause);
  return true;
}

bool VirtualWorld::go_on(NodeId id) {
  VirtualNode& node = local(id);
  if (node.entry->life != NodeLife::paused) return false;
  set_life(node, NodeLife::up, How::go_on);
  wake_later(node);
  return true;
}

void VirtualWorld::set_life(VirtualNode& node, NodeLife life, How how) {
  table_.changed({node.id}, life, how, now());
  node.up = life == NodeLife::up;
}

void VirtualWorld::end_process(VirtualNode& node, NodeLife life, How how) {
  ROUNDHOUSE_ASSERT(!in_callback_);
  const bool was_lost = node.entry->life == NodeLife::lost;
  set_life(node, life, how);
  listeners_.remove_all({node.id});
  node.held.clear();
  node.held_first = 0;
  node.held_count = 0;
  let_go_of_connections(node, life == NodeLife::lost);
  if (was_lost) bury_silent_ends(node);
  node.unaccepted = 0;
  if (life != NodeLife::lost) resume(std::exchange(node.stalled, {}));
  drop_party(node);
}

/// What the kernel does with the connections of a process that has ended; of a lost host, nobody does anything.
void VirtualWorld::let_go_of_connections(VirtualNode& node, bool silent) {
  for (const std::uint32_t entry : node.slots) {
    if ((entry >> 31) != 0) continue;
    const std::uint32_t index = entry >> 1;
    const std::uint32_t side = entry & 1;
    Wire& wire = wires_[index];
    End& end = wire.ends[side];
    Pipe& in = wire.pipes[1 - side];
    const EndState state = end.state;
    const bool unread =
        end.unaccepted || (!in.arrived.empty() && chunks_[in.arrived.front(chunks_)].kind == ChunkKind::data);
    end.state = EndState::gone;
    end.cause = Cause::dead;
    end.silent = silent;
    end.unaccepted = false;
    if (wire.ends[1 - side].state != EndState::gone) wire.closer = static_cast<std::uint8_t>(side);
    drop_unread(index, 1 - side, Cause::dead);
    drop_queue(index, side, Cause::dead);
    if (state == EndState::opening) write_end(wire, side, How::reset);
    if (state == EndState::open && !silent) {
      if (unread) {
        send_rst(index, side);
      } else {
        send_control(index, side, ChunkKind::fin);
      }
    }
    release_if_over(index);
  }
  node.slots.clear();
  node.slots.shrink_to_fit();
  node.used_slots = 0;
}

/// The host is back and knows none of its old connections: whoever still sends to it is told so.
void VirtualWorld::bury_silent_ends(VirtualNode& node) {
  for (std::uint32_t index = 1; index < wires_.end(); ++index) {
    Wire& wire = wires_[index];
    if (wire.serial == 0) continue;
    for (End& end : wire.ends) {
      if (end.node == node.id) end.silent = false;
    }
    release_if_over(index);
  }
  resume(std::exchange(node.stalled, {}));
}

void VirtualWorld::check_stopped(VirtualNode& node) {
  if (node.stopping && node.used_slots == 0) schedule(now_, DueKind::grace, node.id, node.entry->incarnation);
}

}  // namespace roundhouse
