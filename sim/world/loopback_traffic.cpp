// Bytes through the connections of the loopback world: queued by parties, held by links, written once a turn, read at once.
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <functional>

#include "core/base/assertion.h"
#include "sim/world/loopback_world.h"

namespace roundhouse::loopback {
namespace {

ByteView view(ByteView bytes) {
  return bytes;
}
ByteView view(const SharedBytes& bytes) {
  return *bytes;
}

}  // namespace

template <class Bytes>
std::size_t LoopbackWorld::send(Node& node, ConnectionId id, Bytes bytes, Marks marks) {
  Connection* found = node.find(id);
  ROUNDHOUSE_ASSERT(found != nullptr);
  Connection& c = *found;
  const ByteView all = view(bytes);
  if (options_.marks && !marks.empty() && !c.wire->foreign) {
    ROUNDHOUSE_ASSERT(marks.back().end <= all.size());
    c.flow_out().depart(all.size(), marks, now_);
  } else {
    c.flow_out().depart(all.size());
  }
  if (c.state == Connection::State::gone || all.empty()) return c.queued();

  std::size_t through = 0;
  // Neither large sends nor what a party passes on as it is read (a tunnel) are worth a copy.
  const bool at_once = all.size() >= write_through || was_read_now(all);
  if (at_once && c.output == nullptr && c.state == Connection::State::open && c.writable &&
      c.link_out == nullptr && !c.silenced) {
    const ssize_t written = ::send(c.fd, all.data(), all.size(), MSG_NOSIGNAL);
    if (written > 0) through = static_cast<std::size_t>(written);
    if (written < 0 && errno == ECONNRESET) c.reset_taken = true;
    if (through == all.size()) return 0;
  }
  if (c.output == nullptr) {
    if (spare_outputs_.empty()) {
      c.output = std::make_unique<Output>();
    } else {
      c.output = std::move(spare_outputs_.back());
      spare_outputs_.pop_back();
    }
  }
  if (c.link_out != nullptr && (c.link_out->delays() || c.last_release > now_)) {
    hold_back(c, all);
  } else if (through == 0) {
    c.output->push(std::move(bytes));
  } else {
    c.output->push(all.substr(through));
  }
  const std::size_t queued = c.output->size();
  if (queued > send_high_mark && !c.above_high) {
    c.above_high = true;
    records_.buffer(*c.wire, c.side, queued, now_);
  }
  if (queued > write_at_once) {
    write(c);
  } else {
    make_dirty(c);
  }
  return c.queued();
}

/// Whether the bytes lie where the last read put them.
bool LoopbackWorld::was_read_now(ByteView bytes) const {
  const std::less_equal<> before;
  return before(buffer_.get(), bytes.data()) && before(bytes.data() + bytes.size(), buffer_.get() + read_max);
}

template std::size_t LoopbackWorld::send(Node&, ConnectionId, ByteView, Marks);
template std::size_t LoopbackWorld::send(Node&, ConnectionId, SharedBytes, Marks);

void LoopbackWorld::hold_back(Connection& c, ByteView bytes) {
  Link& link = *c.link_out;
  while (!bytes.empty()) {
    const std::size_t size =
        link.settings.bytes_per_second == 0 ? bytes.size() : std::min(bytes.size(), paced_piece);
    c.line_free = std::max(c.line_free, now_) + link.occupied(size);
    c.last_release = std::max(c.last_release, c.line_free + link.crossing());
    c.output->push(bytes.substr(0, size), c.last_release);
    bytes.remove_prefix(size);
  }
}

void LoopbackWorld::pause_reading(Node& node, ConnectionId id, bool paused) {
  Connection* c = node.find(id);
  if (c == nullptr) return;
  c->paused = paused;
  if (c->wants_read()) make_ready(*c);
}

void LoopbackWorld::make_dirty(Connection& c) {
  if (c.dirty) return;
  c.dirty = true;
  dirty_.push_back(c.handle);
}

void LoopbackWorld::flush() {
  for (std::size_t i = 0; i < dirty_.size(); ++i) {
    const Handle handle = dirty_[i];
    if (!alive(handle)) continue;
    Connection& c = connections_[handle.index];
    c.dirty = false;
    write(c);
  }
  dirty_.clear();
}

void LoopbackWorld::write(Connection& c) {
  if (c.state != Connection::State::open || c.silenced || c.cut_out()) return;
  if (c.output != nullptr && c.writable) {
    switch (c.output->write_to(c.fd, now_)) {
      case Output::Wrote::all:
        drop_output(c);
        break;
      case Output::Wrote::blocked:
        c.writable = false;
        break;
      case Output::Wrote::waits:
        if (c.timer == 0) {
          c.timer = timers_.set(
              c.output->first_release(),
              {.kind = Timers::Kind::release, .who = c.handle.index, .generation = c.handle.generation});
        }
        break;
      case Output::Wrote::failed:
        return write_failed(c);
    }
    if (c.above_high && c.queued() < send_low_mark) {
      c.above_high = false;
      records_.buffer(*c.wire, c.side, c.queued(), now_);
      c.drain_due = true;
      make_ready(c);
    }
  }
  if (!c.closing || c.output != nullptr) return;
  if (c.last_release > now_ && !c.closing_by_reset) {  // the FIN is on the link
    if (c.timer == 0) {
      c.timer = timers_.set(
          c.last_release,
          {.kind = Timers::Kind::release, .who = c.handle.index, .generation = c.handle.generation});
    }
    return;
  }
  if (c.closing_by_reset) close_with_reset(c.fd);
  end(c, c.end_cause, c.end_cause);
}

// The peer is gone. What it said before lies in our kernel still and is read first.
void LoopbackWorld::write_failed(Connection& c) {
  if (errno == ECONNRESET) c.reset_taken = true;
  c.broken = c.hung = c.readable = true;
  if (c.node == nullptr || c.paused || c.read_ended) return broke(c, CloseReason::reset);
  make_ready(c);
}

void LoopbackWorld::read(Connection& c) {
  Party& party = *c.node->party;
  const ConnectionId id = c.id();
  const ssize_t size = ::recv(c.fd, buffer_.get(), read_max, 0);
  if (size > 0) {
    const auto bytes = static_cast<std::size_t>(size);
    if (bytes < read_max && !c.hung) c.readable = false;
    for (const Flow::Flying& mark : c.flow_in().arrive(bytes, arrived_marks_)) {
      records_.hop(*c.wire, 1 - c.side, mark, now_);
    }
    return party.on_data(id, ByteView(buffer_.get(), bytes), arrived_marks_);
  }
  if (size == 0) {
    c.readable = false;
    c.read_ended = true;
    if (c.broken) broke(c, CloseReason::reset);
    if (!c.reset_taken) party.on_end(id);
    return;
  }
  if (errno == EINTR) return;
  if (errno == EAGAIN) {
    c.readable = false;
    if (c.broken) broke(c, CloseReason::reset);
    return;
  }
  broke(c, errno == ETIMEDOUT ? CloseReason::timed_out : CloseReason::reset);
}

}  // namespace roundhouse::loopback
