// What goes wrong on a wire of the virtual world: silence and retransmission, timeouts, resets, and what is lost by them.
#include <algorithm>

#include "sim/world/send_queue.h"
#include "sim/world/virtual_world.h"

namespace roundhouse {

/// Does the first chunk in flight wait instead of arriving? Then it is stalled.
bool VirtualWorld::stalls(std::uint32_t index, std::uint32_t direction) {
  Wire& wire = wires_[index];
  Pipe& pipe = wire.pipes[direction];
  if (links_.cuts() != 0) {
    Link& link = link_of(wire, direction);
    if (link.settings.cut) {
      stall(index, direction, link.stalled, true);
      return true;
    }
    Link& back = link_of(wire, 1 - direction);
    if (back.settings.cut && wire.established && !pipe.ack_lost) {
      pipe.ack_lost = true;
      back.stalled.push_back(
          {index, wire.serial, static_cast<std::uint8_t>(direction), Waits::acknowledgement});
      schedule(now_ + retransmission_timeout.count(), DueKind::give_up, index, wire.serial, direction,
               ++pipe.stall_epoch);
    }
  }
  const End& end = wire.ends[1 - direction];
  if (wire.established && wire.opening == 0 && !end.silent) return false;  // the common case asks nobody else
  if (end.node == 0) return false;
  VirtualNode& node = nodes_[end.node];
  const ChunkKind kind = chunks_[pipe.flight.front(chunks_)].kind;
  const bool handshake = kind == ChunkKind::syn || kind == ChunkKind::ack;
  const bool silent = end.silent || (handshake && node.entry->life == NodeLife::lost);
  // A full backlog drops the SYN, which the client then repeats.
  if (!silent && !(kind == ChunkKind::syn && node.unaccepted >= accept_backlog)) return false;
  stall(index, direction, node.stalled, false);
  return true;
}

void VirtualWorld::stall(std::uint32_t index, std::uint32_t direction, std::vector<Stalled>& where,
                         bool cut) {
  Wire& wire = wires_[index];
  Pipe& pipe = wire.pipes[direction];
  pipe.stalled = true;
  pipe.behind_cut = cut;
  ++pipe.stall_epoch;
  where.push_back({index, wire.serial, static_cast<std::uint8_t>(direction), Waits::chunks});
  if (wire.established) {
    const std::int64_t since = chunks_[pipe.flight.front(chunks_)].departed;
    schedule(std::max(now_, since + retransmission_timeout.count()), DueKind::give_up, index, wire.serial,
             direction, pipe.stall_epoch);
  } else {
    const std::int64_t since = openings_[wire.opening].began;
    schedule(std::max(now_, since + connect_timeout.count()), DueKind::connect_give_up, index, wire.serial);
  }
}

/// The link has healed, or the host is back: what was retransmitted arrives now, in order.
void VirtualWorld::resume(std::vector<Stalled> stalled) {
  for (const Stalled& waiting : stalled) {
    Wire& wire = wires_[waiting.wire];
    if (wire.serial != waiting.serial) continue;
    Pipe& pipe = wire.pipes[waiting.direction];
    switch (waiting.what) {
      case Waits::window:
        pipe.window_pending = false;
        room_again(waiting.wire, waiting.direction);
        break;
      case Waits::acknowledgement:
        pipe.ack_lost = false;
        break;
      case Waits::chunks: {
        if (!pipe.stalled) break;
        pipe.stalled = false;
        const std::int64_t soonest = now_ + link_of(wire, waiting.direction).settings.latency.count();
        pipe.flight.for_each(chunks_,
                             [&](Chunk& chunk) { chunk.arrival = std::max(chunk.arrival, soonest); });
        pipe.last_arrival = std::max(pipe.last_arrival, soonest);
        schedule_arrival(waiting.wire, waiting.direction);
      }
    }
  }
}

/// A pair of nodes has got a link of its own: what waited on the link of all pairs waits there from now on.
void VirtualWorld::take_over_stalled(NodeId from, NodeId to, std::uint32_t own) {
  std::vector<Stalled>& shared = links_[from == to ? LinkTable::self_link : LinkTable::default_link].stalled;
  std::erase_if(shared, [&](const Stalled& waiting) {
    const Wire& wire = wires_[waiting.wire];
    const std::uint32_t sender = waiting.what == Waits::chunks ? waiting.direction : 1u - waiting.direction;
    const bool here = wire.ends[sender].node == from.value && wire.ends[1 - sender].node == to.value;
    if (here) links_[own].stalled.push_back(waiting);
    return here;
  });
}

/// Retransmissions have run out at the sender of this direction.
void VirtualWorld::give_up(std::uint32_t index, std::uint32_t direction, std::uint16_t epoch) {
  Wire& wire = wires_[index];
  Pipe& pipe = wire.pipes[direction];
  if (!(pipe.stalled || pipe.ack_lost) || pipe.stall_epoch != epoch) return;
  const Cause cause = pipe.stalled && !pipe.behind_cut ? Cause::dead : Cause::cut;
  pipe.stalled = false;
  pipe.ack_lost = false;
  drop_all(index, direction, pipe.flight, cause);
  drop_queue(index, direction, cause);
  write_end(wire, direction, How::timeout);
  break_end(index, direction, CloseReason::timed_out, Cause::timeout);
  release_if_over(index);
}

void VirtualWorld::connect_give_up(std::uint32_t index) {
  Wire& wire = wires_[index];
  if (wire.established) return;
  for (std::uint32_t d = 0; d < 2; ++d) {
    drop_all(index, d, wire.pipes[d].flight, Cause::timeout);
    wire.pipes[d].stalled = false;
  }
  if (wire.ends[0].state == EndState::opening)
    refuse(index, CloseReason::timed_out, Cause::timeout, How::timeout);
  release_if_over(index);
}

/// The kernel at this end knows the connection no more and says so.
void VirtualWorld::send_rst(std::uint32_t index, std::uint32_t side) {
  Wire& wire = wires_[index];
  End& end = wire.ends[side];
  write_end(wire, side, How::reset);
  if (end.rst_sent || !wire.ends[1 - side].live()) return;
  end.rst_sent = true;
  send_control(index, side, ChunkKind::rst);
}

void VirtualWorld::arrive_rst(std::uint32_t index, std::uint32_t direction, std::uint32_t c) {
  Wire& wire = wires_[index];
  Pipe& pipe = wire.pipes[direction];
  End& end = wire.ends[1 - direction];
  const Cause cause = wire.ends[direction].cause == Cause::none ? Cause::reset : wire.ends[direction].cause;
  drop_queue(index, 1 - direction, cause);
  if (end.state == EndState::open && !pipe.arrived.empty() && !end.reading_paused) {
    // The party reads what came before the reset, then hears of it.
    end.state = EndState::broken;
    end.reason = CloseReason::reset;
    end.cause = cause;
    leave_unread(index, direction, c);
    return;
  }
  free_chunk(c);
  break_end(index, 1 - direction, CloseReason::reset, cause);
}

/// This end is gone in the kernel. The party hears of it as soon as it can.
void VirtualWorld::break_end(std::uint32_t index, std::uint32_t side, CloseReason reason, Cause cause) {
  Wire& wire = wires_[index];
  End& end = wire.ends[side];
  if (end.state != EndState::open && end.state != EndState::opening) return;
  end.state = EndState::broken;
  end.reason = reason;
  end.cause = cause;
  drop_unread(index, 1 - side, cause);
  schedule(now_, DueKind::closed, index, wire.serial, side);
}

/// Nobody will read these. A sender that waits for room finds out by trying (in TCP: by probing the window).
void VirtualWorld::drop_unread(std::uint32_t index, std::uint32_t direction, Cause cause) {
  Pipe& pipe = wires_[index].pipes[direction];
  drop_all(index, direction, pipe.arrived, cause);
  if (!pipe.queue.empty()) room_again(index, direction);
}

void VirtualWorld::perform_closed(std::uint32_t index, std::uint32_t side) {
  Wire& wire = wires_[index];
  End& end = wire.ends[side];
  if (end.state != EndState::broken) return;
  VirtualNode& node = nodes_[end.node];
  const ConnectionId id = id_of(wire, side);
  const bool told = !end.unaccepted;  // it cannot miss what it never had
  if (end.unaccepted) --node.unaccepted;
  end.unaccepted = false;
  end.state = EndState::gone;
  free_slot(index, side);
  if (told) {
    const CloseReason reason = end.reason;
    call(node, {wire.origin, 0}, [&](Party& party) { party.on_close(id, reason); });
  }
  release_if_over(index);
}

std::size_t VirtualWorld::reset_connections(NodeId a, NodeId b) {
  ROUNDHOUSE_ASSERT(!in_callback_);
  table_.at(a);
  table_.at(b);
  std::size_t count = 0;
  for (std::uint32_t index = 1; index < wires_.end(); ++index) {
    Wire& wire = wires_[index];
    const std::uint32_t from = wire.ends[0].node;
    const std::uint32_t to = wire.ends[1].node;
    if (wire.serial == 0 || !wire.counted) continue;
    if (!(from == a.value && to == b.value) && !(from == b.value && to == a.value)) continue;
    ++count;
    write_end(wire, 0, How::reset);
    for (std::uint32_t d = 0; d < 2; ++d) {
      wire.pipes[d].stalled = false;
      drop_queue(index, d, Cause::reset);
      drop_all(index, d, wire.pipes[d].flight, Cause::reset);
      if (!wire.ends[1 - d].live()) drop_all(index, d, wire.pipes[d].arrived, Cause::reset);
    }
    for (std::uint32_t side = 0; side < 2; ++side) break_end(index, side, CloseReason::reset, Cause::reset);
    release_if_over(index);
  }
  return count;
}

void VirtualWorld::drop_all(std::uint32_t index, std::uint32_t direction, ChunkList& list, Cause cause) {
  Wire& wire = wires_[index];
  Pipe& pipe = wire.pipes[direction];
  const bool counts = &list != &pipe.queue;  // against the window
  while (!list.empty()) {
    const std::uint32_t c = list.pop_front(chunks_);
    lose_marks(wire, direction, chunks_[c], cause);
    if (counts) pipe.window_used -= chunks_[c].size;
    free_chunk(c);
  }
}

void VirtualWorld::drop_queue(std::uint32_t index, std::uint32_t direction, Cause cause) {
  Pipe& pipe = wires_[index].pipes[direction];
  drop_all(index, direction, pipe.queue, cause);
  pipe.queued = 0;
}

void VirtualWorld::lose_marks(const Wire& wire, std::uint32_t direction, const Chunk& chunk, Cause cause) {
  if (!chunk.marked) return;
  ROUNDHOUSE_ASSERT(cause != Cause::none);
  write_marks(wire, direction, chunk, RecordKind::lost, cause);
}

/// One `lost` or `held` for each mark of the chunk.
void VirtualWorld::write_marks(const Wire& wire, std::uint32_t direction, const Chunk& chunk, RecordKind kind,
                               Cause cause) {
  if (!chunk.marked) return;
  const auto write = [&](const WireMark& mark) {
    Record record;
    record.at = now();
    record.by = entity_at(wire, direction);
    record.kind = kind;
    record.how = static_cast<std::uint8_t>(mark.mark.what);
    record.code = static_cast<std::uint16_t>(cause);
    record.message = mark.mark.message;
    record.connection = wire.serial;
    record.other = entity_at(wire, 1 - direction);
    record.subject = mark.mark.to;
    record.extra = static_cast<std::uint64_t>(chunk.departed);
    trace_.write(record);
  };
  write(chunk.first);
  for (const WireMark& mark : chunk.more) write(mark);
}

/// What this end has queued has passed the high mark, or has fallen to the low one.
void VirtualWorld::write_buffer(const Wire& wire, std::uint32_t side) {
  Record record;
  record.at = now();
  record.by = entity_at(wire, side);
  record.kind = RecordKind::buffer;
  record.connection = wire.serial;
  record.other = entity_at(wire, 1 - side);
  record.text = trace_.text(send_queue);
  record.value = wire.pipes[side].queued;
  record.extra = send_high_mark;
  trace_.write(record);
}

/// Once for each connection: it is over, begun by this end. One that never opened has its `refused` instead.
void VirtualWorld::write_end(Wire& wire, std::uint32_t side, How how) {
  if (!wire.counted) return;
  wire.counted = false;
  --open_connections_;
  if (!wire.established) return;
  Record record;
  record.at = now();
  record.by = entity_at(wire, side);
  record.kind = RecordKind::end;
  record.how = static_cast<std::uint8_t>(how);
  record.connection = wire.serial;
  record.other = entity_at(wire, 1 - side);
  record.value = wire.pipes[side].bytes;
  record.extra = wire.pipes[1 - side].bytes;
  trace_.write(record);
}

EntityId VirtualWorld::entity_at(const Wire& wire, std::uint32_t side) const {
  const std::uint32_t node = wire.ends[side].node;
  return node == 0 ? EntityId{} : nodes_[node].entity;
}

}  // namespace roundhouse
