// How a connection of the virtual world begins: SYN, SYN-ACK, ACK, each a chunk that takes its link's time; and how it is freed.
#include <algorithm>

#include "sim/world/virtual_world.h"

namespace roundhouse {

namespace {

constexpr std::uint32_t free_slot_bit = 0x8000'0000;
constexpr std::uint32_t no_free_slot = free_slot_bit - 1;
// Ports of outgoing connections, as Linux gives them (net.ipv4.ip_local_port_range).
constexpr std::uint32_t first_local_port = 32768;
constexpr std::uint32_t local_ports = 60999 - first_local_port + 1;

}  // namespace

void VirtualWorld::listen(VirtualNode& node, const Address& address) {
  listeners_.add({node.id}, address);
}

void VirtualWorld::stop_listening(VirtualNode& node, const Address& address) {
  listeners_.remove({node.id}, address);
}

ConnectionId VirtualWorld::connect(VirtualNode& node, const ConnectRequest& request) {
  const std::uint32_t index = open_wire(node, 0);
  Wire& wire = wires_[index];
  Opening& opening = openings_[wire.opening];
  opening.port = request.to.port;
  opening.from = request.from.value_or(Address{});
  if (is_wildcard(opening.from.host)) opening.from.host = table_.ip_text(*node.entry);
  if (opening.from.port == 0) {
    // Each node begins somewhere else, so that two nodes behind one ip seldom use one port.
    const std::uint64_t first =
        Random(draw_key(seed(), node.entry->key, Purpose::address, {}, 0)).below(local_ports);
    opening.from.port =
        static_cast<std::uint16_t>(first_local_port + (first + node.ports_used++) % local_ports);
  }
  const auto ip = is_wildcard(request.to.host) ? table_.ip_text(*node.entry) : table_.ip_of(request.to.host);
  if (!ip) {
    refuse(index, CloseReason::unknown_host, Cause::refused, How::none);
    return id_of(wire, 0);
  }
  opening.ip = *ip;
  if (const Listener* listener = pick_listener(opening)) {
    wire.ends[1].node = listener->node.value;
  } else if (const auto nodes = table_.resolve(*ip); !nodes.empty()) {
    wire.ends[1].node = nodes.front().value;
  }
  // The keys of its draws: names, and how many connections were opened for this origin before.
  VirtualNode& origin = nodes_[wire.origin];
  const std::uint64_t number = draw_key(0, origin.entry->key, Purpose::latency, {}, origin.wires_opened++);
  const Name other = wire.ends[1].node != 0 ? nodes_[wire.ends[1].node].entry->key : Name(opening.ip);
  wire.pipes[0].key = draw_key(seed(), node.entry->key, Purpose::latency, other, number);
  wire.pipes[1].key = draw_key(seed(), other, Purpose::latency, node.entry->key, number);
  send_control(index, 0, ChunkKind::syn);
  return id_of(wire, 0);
}

std::uint32_t VirtualWorld::open_wire(VirtualNode& node, std::uint32_t target) {
  const std::uint32_t index = wires_.take();
  Wire& wire = wires_[index];
  wire = Wire{};
  wire.serial = ++last_serial_;
  wire.origin = node.edge || origin_.node == 0 ? node.id : origin_.node;
  wire.counted = true;
  ++open_connections_;
  wire.ends[0].node = node.id;
  wire.ends[0].state = EndState::opening;
  wire.ends[0].slot = take_slot(node, index, 0);
  wire.ends[1].node = target;
  wire.opening = openings_.take();
  Opening& opening = openings_[wire.opening];
  opening = Opening{};
  opening.began = now_;
  opening.draw = draw_key(seed(), node.entry->key, Purpose::balance, nodes_[wire.origin].entry->key,
                          nodes_[wire.origin].wires_opened);
  return index;
}

const Listener* VirtualWorld::pick_listener(const Opening& opening) const {
  const auto all = listeners_.at(opening.ip, opening.port);
  if (all.empty()) return nullptr;
  return all[all.size() == 1 ? 0 : Random(opening.draw).below(all.size())];
}

void VirtualWorld::on_syn(std::uint32_t index) {
  Wire& wire = wires_[index];
  if (!wire.ends[0].live()) return;  // nobody waits for the answer
  Opening& opening = openings_[wire.opening];
  // Chosen again: another worker may have the address by now.
  const Listener* listener = pick_listener(opening);
  if (listener == nullptr) return send_control(index, 1, ChunkKind::refusal);
  wire.ends[1].node = listener->node.value;
  wire.link_version = 0;
  opening.listener = listener->address;
  VirtualNode& node = nodes_[wire.ends[1].node];
  opening.incarnation = node.entry->incarnation;
  wire.ends[1].unaccepted = true;
  ++node.unaccepted;
  send_control(index, 1, ChunkKind::syn_ack);
}

void VirtualWorld::on_syn_ack(std::uint32_t index) {
  Wire& wire = wires_[index];
  End& end = wire.ends[0];
  if (end.state != EndState::opening) return;
  end.state = EndState::open;
  wire.established = true;
  Record record;
  record.at = now();
  record.by = entity_at(wire, 0);
  record.kind = RecordKind::open;
  record.connection = wire.serial;
  record.other = entity_at(wire, 1);
  trace_.write(record);
  send_control(index, 0, ChunkKind::ack);
  flush_queue(index, 0);
  dispatch({.at = now_,
            .sequence = 0,
            .subject = index,
            .generation = wire.serial,
            .kind = DueKind::opened,
            .side = 0});
}

void VirtualWorld::on_ack(std::uint32_t index) {
  Wire& wire = wires_[index];
  End& end = wire.ends[1];
  VirtualNode& node = nodes_[end.node];
  const Opening& opening = openings_[wire.opening];
  const bool alive = node.entry->life == NodeLife::up || node.entry->life == NodeLife::paused;
  if (!alive || node.entry->incarnation != opening.incarnation ||
      !listeners_.listens({node.id}, opening.ip, opening.port)) {
    // The listening socket was closed before it accepted: the kernel resets what waited there.
    if (alive && node.entry->incarnation == opening.incarnation) --node.unaccepted;
    end.unaccepted = false;
    end.state = EndState::gone;
    end.cause = Cause::dead;
    drop_opening(wire);
    send_rst(index, 1);
    return;
  }
  end.state = EndState::open;
  end.slot = take_slot(node, index, 1);
  dispatch({.at = now_,
            .sequence = 0,
            .subject = index,
            .generation = wire.serial,
            .kind = DueKind::accept,
            .side = 1});
}

void VirtualWorld::perform_accept(std::uint32_t index) {
  Wire& wire = wires_[index];
  End& end = wire.ends[1];
  if (!end.unaccepted) return;
  VirtualNode& node = nodes_[end.node];
  end.unaccepted = false;
  --node.unaccepted;
  if (!node.stalled.empty() && node.unaccepted < accept_backlog) resume(std::exchange(node.stalled, {}));
  const Opening& opening = openings_[wire.opening];
  const Accepted accepted{opening.listener, {opening.ip, opening.port}, opening.from};
  drop_opening(wire);
  const ConnectionId id = id_of(wire, 1);
  call(node, {wire.origin, 0}, [&](Party& party) { party.on_accept(id, accepted); });
}

void VirtualWorld::on_refusal(std::uint32_t index) {
  if (wires_[index].ends[0].state == EndState::opening)
    refuse(index, CloseReason::refused, Cause::refused, How::reset);
}

/// The connect has failed: what was queued is lost, and the party will hear of it.
void VirtualWorld::refuse(std::uint32_t index, CloseReason reason, Cause cause, How how) {
  Wire& wire = wires_[index];
  Record record;
  record.at = now();
  record.by = entity_at(wire, 0);
  record.kind = RecordKind::refused;
  record.how = static_cast<std::uint8_t>(how);
  record.connection = wire.serial;
  record.other = entity_at(wire, 1);
  trace_.write(record);
  drop_queue(index, 0, cause);
  write_end(wire, 0, how);
  break_end(index, 0, reason, cause);
}

std::uint32_t VirtualWorld::take_slot(VirtualNode& node, std::uint32_t index, std::uint32_t side) {
  ++node.used_slots;
  std::uint32_t slot = node.free_slot;
  if (slot == no_free_slot) {
    slot = static_cast<std::uint32_t>(node.slots.size());
    node.slots.push_back(0);
  } else {
    node.free_slot = node.slots[slot] & ~free_slot_bit;
  }
  node.slots[slot] = index << 1 | side;
  return slot;
}

void VirtualWorld::free_slot(std::uint32_t index, std::uint32_t side) {
  End& end = wires_[index].ends[side];
  VirtualNode& node = nodes_[end.node];
  node.slots[end.slot] = free_slot_bit | node.free_slot;
  node.free_slot = end.slot;
  --node.used_slots;
  check_stopped(node);
}

VirtualWorld::Site VirtualWorld::find(const VirtualNode& node, ConnectionId id) const {
  if (!id || id.slot >= node.slots.size()) return {};
  const std::uint32_t entry = node.slots[id.slot];
  if ((entry & free_slot_bit) != 0) return {};
  const Site site{entry >> 1, entry & 1};
  if (wires_[site.index].serial != id.serial) return {};
  return site;
}

void VirtualWorld::drop_opening(Wire& wire) {
  if (wire.opening == 0) return;
  openings_.give_back(wire.opening);
  wire.opening = 0;
}

/// Frees the wire once both ends are done with it and nothing is on it.
void VirtualWorld::release_if_over(std::uint32_t index) {
  Wire& wire = wires_[index];
  if (wire.serial == 0 || wire.ends[0].live() || wire.ends[1].live()) return;
  for (const Pipe& pipe : wire.pipes) {
    if (!pipe.queue.empty() || !pipe.flight.empty() || !pipe.arrived.empty()) return;
  }
  write_end(wire, wire.closer,
            wire.pipes[0].fin_arrived && wire.pipes[1].fin_arrived ? How::fin : How::reset);
  if (wire.ends[1].unaccepted) {
    VirtualNode& node = nodes_[wire.ends[1].node];
    if (wire.opening != 0 && node.entry->incarnation == openings_[wire.opening].incarnation &&
        node.unaccepted > 0)
      --node.unaccepted;
  }
  drop_opening(wire);
  wire.serial = 0;
  wires_.give_back(index);
}

}  // namespace roundhouse
