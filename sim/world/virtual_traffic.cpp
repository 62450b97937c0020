// Bytes of the virtual world: from send() through queue, window, flight and arrival to on_data, on_end and on_drain.
#include <algorithm>
#include <cstring>

#include "sim/world/virtual_world.h"

namespace roundhouse {

namespace {
// One send in so many is cut in two, and one chunk in so many may be joined with the one before it.
constexpr std::uint64_t cut_one_in = 8;
constexpr std::uint64_t join_one_in = 2;
}  // namespace

std::size_t VirtualWorld::send(VirtualNode& node, ConnectionId id, ByteView bytes, SharedBytes shared,
                               Marks marks) {
  const auto [index, side] = find(node, id);
  ROUNDHOUSE_ASSERT(index != 0);  // sending after one's own close, or after on_close
  Wire& wire = wires_[index];
  Pipe& pipe = wire.pipes[side];
  const std::size_t size = bytes.size();
  if (size == 0) return pipe.queued;
  if (!node.edge) foresee_send(node, index, side);
  ROUNDHOUSE_ASSERT(marks.empty() || (marks.back().end <= size && marks.front().end > 0));
  if (!options_.marks) marks = {};
  Origin origin = origin_;
  if (node.edge) origin = {node.id, ++node.sends};

  std::size_t cut = size;
  bool may_join = false;
  if (options_.cut_chunks) {
    Random random = draw(wire, side, origin);
    const std::uint64_t bits = random.bits();
    may_join = bits % join_one_in == 0;
    if (size > 1 && (bits >> 8) % cut_one_in == 0) cut = 1 + random.below(size - 1);
  }
  if (!shared && size > Chunk::inside_max) shared = share(Bytes(bytes));
  pipe.bytes += size;

  std::uint32_t marks_done = 0;  // bytes up to the mark before
  std::size_t next_mark = 0;
  for (std::size_t offset = 0; offset < size;) {
    const std::size_t stop = offset < cut ? cut : size;
    const std::size_t piece = std::min<std::size_t>(stop - offset, segment_bytes_max);
    const std::uint32_t c = take_chunk(ChunkKind::data, origin);
    Chunk& chunk = chunks_[c];
    chunk.size = static_cast<std::uint32_t>(piece);
    chunk.may_join = may_join && offset == 0;
    if (piece <= Chunk::inside_max) {
      std::memcpy(chunk.inside.data(), bytes.data() + offset, piece);
    } else {
      chunk.shared = shared;
      chunk.offset = static_cast<std::uint32_t>(offset);
    }
    for (; next_mark < marks.size() && marks[next_mark].end <= offset + piece; ++next_mark) {
      const PlacedMark& mark = marks[next_mark];
      chunk.add({static_cast<std::uint32_t>(mark.end - offset), mark.end - marks_done, mark.mark});
      marks_done = mark.end;
    }
    offset += piece;
    enqueue(index, side, c);
  }
  if (pipe.queued > send_high_mark && !wire.ends[side].above_high) {
    wire.ends[side].above_high = true;
    write_buffer(wire, side);
  }
  return pipe.queued;
}

void VirtualWorld::enqueue(std::uint32_t index, std::uint32_t direction, std::uint32_t c) {
  Wire& wire = wires_[index];
  Pipe& pipe = wire.pipes[direction];
  const EndState state = wire.ends[direction].state;
  Chunk& chunk = chunks_[c];
  if (state == EndState::broken) {  // the party has not heard of it yet
    lose_marks(wire, direction, chunk, wire.ends[direction].cause);
    free_chunk(c);
    return;
  }
  const bool room = pipe.window_used == 0 || pipe.window_used + chunk.size <= receive_window;
  if (pipe.queue.empty() && room && wire.established) {
    depart(index, direction, c);
  } else {
    pipe.queue.push_back(chunks_, c);
    ROUNDHOUSE_ASSERT(pipe.queued <= queued_bytes_max - chunk.size);
    pipe.queued += chunk.size;
  }
}

void VirtualWorld::depart(std::uint32_t index, std::uint32_t direction, std::uint32_t c) {
  Wire& wire = wires_[index];
  Pipe& pipe = wire.pipes[direction];
  Chunk& chunk = chunks_[c];
  Link& link = link_of(wire, direction);
  const LinkSettings& settings = link.settings;
  std::int64_t leaves = now_;
  std::int64_t after_last = pipe.last_arrival;
  if (settings.bytes_per_second != 0 && chunk.size != 0) {
    const auto transmission = static_cast<std::int64_t>(static_cast<std::uint64_t>(chunk.size) *
                                                        1'000'000'000 / settings.bytes_per_second);
    if (wire.links[direction] > LinkTable::self_link) {
      // All connections of a pair share its line.
      leaves = std::max(now_, link.free_at) + transmission;
      link.free_at = leaves;
    } else {
      // A link that stands for many pairs has no line of its own: each connection counts for itself.
      leaves = now_ + transmission;
      after_last += transmission;
    }
  }
  std::int64_t arrival = leaves + settings.latency.count();
  if (settings.jitter.count() > 0)
    arrival += draw(wire, direction, chunk.origin).between(Duration{}, settings.jitter).count();
  pipe.last_arrival = std::max(after_last, arrival);
  chunk.arrival = pipe.last_arrival;
  chunk.sequence = queue_.next_sequence();
  pipe.window_used += chunk.size;
  pipe.flight.push_back(chunks_, c);
  schedule_arrival(index, direction);
}

void VirtualWorld::schedule_arrival(std::uint32_t index, std::uint32_t direction) {
  Wire& wire = wires_[index];
  Pipe& pipe = wire.pipes[direction];
  if (pipe.scheduled || pipe.stalled || pipe.flight.empty()) return;
  const Chunk& first = chunks_[pipe.flight.front(chunks_)];
  pipe.scheduled = true;
  queue_.push({.at = std::max(first.arrival, now_),
               .sequence = first.sequence,
               .subject = index,
               .generation = wire.serial,
               .kind = DueKind::arrive,
               .side = static_cast<std::uint8_t>(direction)});
}

void VirtualWorld::send_control(std::uint32_t index, std::uint32_t direction, ChunkKind kind) {
  depart(index, direction, take_chunk(kind, {wires_[index].origin, 0}));
}

void VirtualWorld::arrive(std::uint32_t index, std::uint32_t direction) {
  Wire& wire = wires_[index];
  Pipe& pipe = wire.pipes[direction];
  const std::uint32_t serial = wire.serial;
  pipe.scheduled = false;
  if (pipe.flight.empty() || pipe.stalled || stalls(index, direction)) return;
  const std::uint32_t c = pipe.flight.pop_front(chunks_);
  const ChunkKind kind = chunks_[c].kind;
  switch (kind) {
    case ChunkKind::data:
      arrive_data(index, direction, c);
      break;
    case ChunkKind::fin:
      arrive_end(index, direction, c);
      break;
    case ChunkKind::rst:
      arrive_rst(index, direction, c);
      break;
    default:
      free_chunk(c);
      if (kind == ChunkKind::syn) on_syn(index);
      if (kind == ChunkKind::syn_ack) on_syn_ack(index);
      if (kind == ChunkKind::ack) on_ack(index);
      if (kind == ChunkKind::refusal) on_refusal(index);
  }
  if (wire.serial != serial) return;
  schedule_arrival(index, direction);
  release_if_over(index);
}

void VirtualWorld::arrive_data(std::uint32_t index, std::uint32_t direction, std::uint32_t c) {
  Wire& wire = wires_[index];
  Pipe& pipe = wire.pipes[direction];
  End& end = wire.ends[1 - direction];
  if (end.state != EndState::open) {
    pipe.window_used -= chunks_[c].size;
    lose_marks(wire, direction, chunks_[c], end.cause);
    free_chunk(c);
    send_rst(index, 1 - direction);
    if (!wire.ends[direction].live()) drop_queue(index, direction, end.cause);  // nobody is left to be told
    return;
  }
  const VirtualNode& node = nodes_[end.node];
  foresee_arrival(wire, direction);
  if (pipe.arrived.empty() && !end.reading_paused && ready(node)) {
    hand_over(index, direction, c, pipe.flight);
  } else {
    leave_unread(index, direction, c);
  }
}

void VirtualWorld::arrive_end(std::uint32_t index, std::uint32_t direction, std::uint32_t c) {
  Wire& wire = wires_[index];
  End& end = wire.ends[1 - direction];
  wire.pipes[direction].fin_arrived = true;
  if (wire.pipes[1 - direction].fin_arrived) write_end(wire, wire.closer, How::fin);
  if (end.state == EndState::open) {
    leave_unread(index, direction, c);
    if (ready(nodes_[end.node])) perform_deliver(index, direction);
  } else {
    free_chunk(c);
  }
}

/// The bytes (or FIN, or RST) wait in the kernel until the party reads.
void VirtualWorld::leave_unread(std::uint32_t index, std::uint32_t direction, std::uint32_t c) {
  Wire& wire = wires_[index];
  Pipe& pipe = wire.pipes[direction];
  const End& end = wire.ends[1 - direction];
  VirtualNode& node = nodes_[end.node];
  pipe.arrived.push_back(chunks_, c);
  if (end.reading_paused || pipe.deliver_pending || ready(node)) return;
  pipe.deliver_pending = true;
  hold(node, {.at = now_,
              .sequence = 0,
              .subject = index,
              .generation = wire.serial,
              .kind = DueKind::deliver,
              .side = static_cast<std::uint8_t>(direction)});
}

void VirtualWorld::perform_deliver(std::uint32_t index, std::uint32_t direction) {
  Wire& wire = wires_[index];
  Pipe& pipe = wire.pipes[direction];
  End& end = wire.ends[1 - direction];
  const std::uint32_t serial = wire.serial;
  pipe.deliver_pending = false;
  while (wire.serial == serial && !pipe.arrived.empty() && !end.reading_paused &&
         (end.state == EndState::open || end.state == EndState::broken)) {
    VirtualNode& node = nodes_[end.node];
    if (!can_run(node)) {
      pipe.deliver_pending = true;
      hold_first(node, {.at = now_,
                        .sequence = 0,
                        .subject = index,
                        .generation = serial,
                        .kind = DueKind::deliver,
                        .side = static_cast<std::uint8_t>(direction)});
      return;
    }
    const std::uint32_t c = pipe.arrived.pop_front(chunks_);
    switch (chunks_[c].kind) {
      case ChunkKind::data:
        hand_over(index, direction, c, pipe.arrived);
        break;
      case ChunkKind::rst:
        free_chunk(c);
        perform_closed(index, 1 - direction);
        break;
      default: {
        free_chunk(c);
        const ConnectionId id = id_of(wire, 1 - direction);
        call(node, {wire.origin, 0}, [&](Party& party) { party.on_end(id); });
      }
    }
  }
}

/// Gives the chunk to the party, together with those of `rest` that are there as well and may be joined. Of a list of chunks in
/// flight, those are there whose time has come.
void VirtualWorld::hand_over(std::uint32_t index, std::uint32_t direction, std::uint32_t c, ChunkList& rest) {
  Wire& wire = wires_[index];
  Pipe& pipe = wire.pipes[direction];
  const End& end = wire.ends[1 - direction];
  VirtualNode& node = nodes_[end.node];
  Chunk& first = chunks_[c];
  ByteView view = first.bytes();
  placed_.clear();
  const auto note_marks = [&](const Chunk& chunk, std::size_t base) {
    if (!chunk.marked) return;
    const auto note = [&](const WireMark& mark) {
      placed_.push_back({static_cast<std::uint32_t>(base + mark.end), mark.mark});
      Record record;
      record.at = now();
      record.by = node.entity;
      record.kind = RecordKind::hop;
      record.how = static_cast<std::uint8_t>(mark.mark.what);
      record.message = mark.mark.message;
      record.connection = wire.serial;
      record.other = entity_at(wire, direction);
      record.subject = mark.mark.to;
      record.value = mark.bytes;
      record.extra = static_cast<std::uint64_t>(chunk.departed);
      trace_.write(record);
    };
    note(chunk.first);
    for (const WireMark& mark : chunk.more) note(mark);
  };
  note_marks(first, 0);
  while (!rest.empty()) {
    Chunk& next = chunks_[rest.front(chunks_)];
    if (next.kind != ChunkKind::data || !next.may_join || next.arrival > now_ ||
        next.origin.node != first.origin.node)
      break;
    if (view.size() + next.size > segment_bytes_max) break;
    if (view.data() != joined_.data()) joined_.assign(view);
    note_marks(next, joined_.size());
    joined_.append(next.bytes());
    view = joined_;
    free_chunk(rest.pop_front(chunks_));
  }
  pipe.window_used -= static_cast<std::uint32_t>(view.size());
  if (!pipe.queue.empty()) room_again(index, direction);
  const ConnectionId id = id_of(wire, 1 - direction);
  call(node, first.origin, [&](Party& party) { party.on_data(id, view, placed_); });
  free_chunk(c);
}

/// The receiver has read; the sender hears of it one way later.
void VirtualWorld::room_again(std::uint32_t index, std::uint32_t direction) {
  Wire& wire = wires_[index];
  Pipe& pipe = wire.pipes[direction];
  if (pipe.window_pending) return;
  pipe.window_pending = true;
  schedule(now_ + link_of(wire, 1 - direction).settings.latency.count(), DueKind::window, index, wire.serial,
           direction);
}

void VirtualWorld::flush_queue(std::uint32_t index, std::uint32_t direction) {
  Wire& wire = wires_[index];
  Pipe& pipe = wire.pipes[direction];
  while (!pipe.queue.empty()) {
    const std::uint32_t size = chunks_[pipe.queue.front(chunks_)].size;
    if (pipe.window_used != 0 && pipe.window_used + size > receive_window) break;
    pipe.queued -= size;
    depart(index, direction, pipe.queue.pop_front(chunks_));
  }
  End& end = wire.ends[direction];
  if (end.above_high && pipe.queued <= send_low_mark) {
    end.above_high = false;
    write_buffer(wire, direction);
    if (end.state == EndState::open) schedule(now_, DueKind::drained, index, wire.serial, direction);
  }
}

void VirtualWorld::pause_reading(VirtualNode& node, ConnectionId id, bool paused) {
  const auto [index, side] = find(node, id);
  if (index == 0) return;
  Wire& wire = wires_[index];
  End& end = wire.ends[side];
  Pipe& pipe = wire.pipes[1 - side];
  end.reading_paused = paused;
  if (paused && end.state == EndState::broken && !pipe.arrived.empty()) {
    // Even one who does not read hears of a reset.
    drop_unread(index, 1 - side, end.cause);
    schedule(now_, DueKind::closed, index, wire.serial, side);
  }
  if (paused || pipe.arrived.empty() || pipe.deliver_pending) return;
  pipe.deliver_pending = true;
  schedule(now_, DueKind::deliver, index, wire.serial, 1 - side);
}

void VirtualWorld::close(VirtualNode& node, ConnectionId id, Close how) {
  const auto [index, side] = find(node, id);
  if (index == 0) return;
  Wire& wire = wires_[index];
  End& end = wire.ends[side];
  Pipe& in = wire.pipes[1 - side];
  const EndState state = end.state;
  // As Linux: closing with unread data tells the peer so.
  const bool unread = !in.arrived.empty() && chunks_[in.arrived.front(chunks_)].kind == ChunkKind::data;
  const bool reset = how == Close::reset || unread;
  end.state = EndState::gone;
  if (state != EndState::broken) end.cause = how == Close::reset ? Cause::reset : Cause::closed;
  if (!wire.ends[1 - side].unaccepted && wire.ends[1 - side].state != EndState::gone)
    wire.closer = static_cast<std::uint8_t>(side);
  drop_unread(index, 1 - side, end.cause);
  free_slot(index, side);
  if (state == EndState::opening) {
    drop_queue(index, side, end.cause);
    write_end(wire, side, How::fin);
  } else if (state == EndState::open) {
    if (reset) {
      drop_queue(index, side, end.cause);
      send_rst(index, side);
    } else {
      enqueue(index, side, take_chunk(ChunkKind::fin, {wire.origin, 0}));
    }
  }
  release_if_over(index);
}

/// Which chunk's draw this is: of the wire's own (one after another), or one made on behalf of somebody else's send, which is then
/// keyed by that send. So a broadcast leaves the draws of its receivers' own traffic as they were.
Random VirtualWorld::draw(Wire& wire, std::uint32_t direction, Origin origin) {
  constexpr std::uint64_t golden = 0x9e37'79b9'7f4a'7c15u;
  Pipe& pipe = wire.pipes[direction];
  if (origin.action == 0 || origin.node == wire.origin) return Random(pipe.key + golden * pipe.own_draws++);
  if (!(pipe.foreign == origin)) {
    pipe.foreign = origin;
    pipe.foreign_draws = 0;
  }
  const std::uint64_t on_behalf = nodes_[origin.node].entry->key.hash ^ (origin.action * golden);
  return Random(pipe.key ^ Random(on_behalf + golden * pipe.foreign_draws++).bits());
}

Link& VirtualWorld::link_of(Wire& wire, std::uint32_t direction) {
  if (wire.link_version != links_.version()) {
    wire.link_version = links_.version();
    for (std::uint32_t d = 0; d < 2; ++d)
      wire.links[d] = links_.index_of({wire.ends[d].node}, {wire.ends[1 - d].node});
  }
  return links_[wire.links[direction]];
}

std::uint32_t VirtualWorld::take_chunk(ChunkKind kind, Origin origin) {
  const std::uint32_t c = chunks_.take();
  Chunk& chunk = chunks_[c];
  chunk.kind = kind;
  chunk.origin = origin;
  chunk.departed = now_;
  chunk.size = 0;
  chunk.offset = 0;
  chunk.may_join = false;
  return c;
}

void VirtualWorld::free_chunk(std::uint32_t c) {
  Chunk& chunk = chunks_[c];
  if (chunk.marked) {
    chunk.marked = false;
    chunk.more.clear();
  }
  chunk.shared.reset();
  chunks_.give_back(c);
}

}  // namespace roundhouse
