// The virtual world's loop, timers, links, and the callbacks that wait for a busy or paused node.
#include "sim/world/virtual_world.h"

#include <algorithm>
#include <utility>

namespace roundhouse {

namespace {
// Cancelled timers stay in the queue until they are due, or until they are more than an eighth of it and more than this.
constexpr std::size_t stale_timers_max = 1024;
}  // namespace

std::unique_ptr<World> make_virtual_world(Trace& trace, const VirtualWorldOptions& options) {
  return std::make_unique<VirtualWorld>(trace, options);
}

VirtualWorld::VirtualWorld(Trace& trace, const VirtualWorldOptions& options)
    : trace_(trace), options_(options), table_(trace) {}

VirtualWorld::~VirtualWorld() {
  for (std::uint32_t id = 1; id <= table_.size(); ++id) nodes_[id].party.reset();
}

void VirtualWorld::add_external(const Address& address) {
  throw UsageError("the virtual world has no outside: " + address.text() + " needs --world loopback");
}

void VirtualWorld::bind_node(NodeId node, std::string_view, std::uint16_t) {
  table_.at(node);
}

std::optional<Address> VirtualWorld::endpoint(NodeId node, std::uint16_t logical_port) const {
  const NodeEntry& entry = table_.at(node);
  const Listener* listener = listeners_.of(node, logical_port);
  if (listener == nullptr) return std::nullopt;
  if (listener->wildcard) return Address{table_.ip_text(entry), logical_port};
  return listener->address;
}

// ---- Time

void VirtualWorld::run_until(Instant until) {
  ROUNDHOUSE_ASSERT(!in_callback_);
  stop_asked_.store(false, std::memory_order_relaxed);
  while (!stop_asked_.load(std::memory_order_relaxed)) {
    if (posted_.load(std::memory_order_acquire)) run_posted();
    if (queue_.empty() || queue_.top().at > until.ns) {
      if (until < Instant::never()) now_ = std::max(now_, until.ns);
      return;
    }
    const Due due = queue_.top();
    queue_.pop();
    now_ = due.at;
    handle(due);
  }
}

void VirtualWorld::handle(const Due& due) {
  switch (due.kind) {
    case DueKind::arrive:
      if (wires_[due.subject].serial == due.generation) arrive(due.subject, due.side);
      break;
    case DueKind::window: {
      Wire& wire = wires_[due.subject];
      if (wire.serial != due.generation) break;
      Pipe& pipe = wire.pipes[due.side];
      if (Link& back = link_of(wire, 1u - due.side); back.settings.cut) {
        back.stalled.push_back({due.subject, wire.serial, due.side, Waits::window});
        break;
      }
      pipe.window_pending = false;
      flush_queue(due.subject, due.side);
      break;
    }
    case DueKind::give_up:
      if (wires_[due.subject].serial == due.generation) give_up(due.subject, due.side, due.epoch);
      break;
    case DueKind::connect_give_up:
      if (wires_[due.subject].serial == due.generation) connect_give_up(due.subject);
      break;
    case DueKind::wake: {
      VirtualNode& node = nodes_[due.subject];
      node.wake_pending = false;
      if (node.up) drain(node);
      break;
    }
    case DueKind::grace: {
      VirtualNode& node = nodes_[due.subject];
      if (node.stopping && node.party && node.entry->incarnation == due.generation)
        end_process(node, NodeLife::down, How::stop);
      break;
    }
    case DueKind::work:
      run_work(due.subject);
      break;
    default:
      if (stale(due)) {
        if (due.kind == DueKind::timer && stale_timers_ > 0) --stale_timers_;
      } else {
        dispatch(due);
      }
  }
}

void VirtualWorld::schedule(std::int64_t at, DueKind kind, std::uint32_t subject, std::uint32_t generation,
                            std::uint32_t side, std::uint16_t epoch) {
  queue_.push({.at = at,
               .sequence = queue_.next_sequence(),
               .subject = subject,
               .generation = generation,
               .kind = kind,
               .side = static_cast<std::uint8_t>(side),
               .epoch = epoch});
}

void VirtualWorld::at(Instant when, std::function<void()> work) {
  const std::uint32_t index = works_.take();
  works_[index] = std::move(work);
  schedule(std::max(now_, when.ns), DueKind::work, index, 0);
}

void VirtualWorld::run_work(std::uint32_t index) {
  const std::function<void()> work = std::exchange(works_[index], nullptr);
  works_.give_back(index);
  work();
}

void VirtualWorld::post(std::function<void()> work) {
  const std::lock_guard lock(posts_mutex_);
  posts_.push_back(std::move(work));
  posted_.store(true, std::memory_order_release);
}

void VirtualWorld::run_posted() {
  std::vector<std::function<void()>> posts;
  {
    const std::lock_guard lock(posts_mutex_);
    posts.swap(posts_);
    posted_.store(false, std::memory_order_relaxed);
  }
  for (const auto& work : posts) work();
}

// ---- Callbacks, now or when the node is ready

VirtualNode& VirtualWorld::node_of(const Due& due) {
  switch (due.kind) {
    case DueKind::timer:
      return nodes_[timers_[due.subject].node];
    case DueKind::started:
    case DueKind::stop:
      return nodes_[due.subject];
    case DueKind::deliver:
      return nodes_[wires_[due.subject].ends[1u - due.side].node];
    default:
      return nodes_[wires_[due.subject].ends[due.side].node];
  }
}

bool VirtualWorld::stale(const Due& due) const {
  switch (due.kind) {
    case DueKind::timer:
      return timers_[due.subject].generation != due.generation || !timers_[due.subject].set;
    case DueKind::started:
    case DueKind::stop: {
      const VirtualNode& node = nodes_[due.subject];
      return !node.party || node.entry->incarnation != due.generation;
    }
    default:
      return wires_[due.subject].serial != due.generation;
  }
}

void VirtualWorld::dispatch(const Due& due) {
  VirtualNode& node = node_of(due);
  if (due.kind == DueKind::timer) {
    const Timer& timer = timers_[due.subject];
    if (!node.party || node.entry->incarnation != timer.incarnation) return perform(due);
  }
  if (ready(node)) {
    perform(due);
  } else {
    hold(node, due);
  }
}

void VirtualWorld::perform(const Due& due) {
  if (stale(due)) return;
  Wire& wire = wires_[due.kind == DueKind::timer || due.kind == DueKind::started || due.kind == DueKind::stop
                          ? 0
                          : due.subject];
  switch (due.kind) {
    case DueKind::started:
      return call(nodes_[due.subject], {}, [](Party& party) { party.on_start(); });
    case DueKind::stop: {
      VirtualNode& node = nodes_[due.subject];
      call(node, {}, [](Party& party) { party.on_stop(); });
      return check_stopped(node);
    }
    case DueKind::accept:
      return perform_accept(due.subject);
    case DueKind::opened:
      if (wire.ends[0].state != EndState::open && wire.ends[0].state != EndState::broken) return;
      return call(node_of(due), {wire.origin, 0}, [id = id_of(wire, 0)](Party& party) { party.on_open(id); });
    case DueKind::drained:
      if (wire.ends[due.side].state != EndState::open) return;
      return call(node_of(due), {wire.origin, 0},
                  [id = id_of(wire, due.side)](Party& party) { party.on_drain(id); });
    case DueKind::deliver:
      return perform_deliver(due.subject, due.side);
    case DueKind::closed:
      return perform_closed(due.subject, due.side);
    case DueKind::timer:
      return perform_timer(due);
    default:
      ROUNDHOUSE_ASSERT(false);
  }
}

void VirtualWorld::hold(VirtualNode& node, const Due& due) {
  if (!node.party) return;
  node.held.push_back(due);
  ++node.held_count;
  wake_later(node);
}

void VirtualWorld::hold_first(VirtualNode& node, const Due& due) {
  ++node.held_count;
  if (node.held_first > 0) {
    node.held[--node.held_first] = due;
  } else {
    node.held.insert(node.held.begin(), due);
  }
  wake_later(node);
}

void VirtualWorld::wake_later(VirtualNode& node) {
  if (node.wake_pending || !node.up) return;
  node.wake_pending = true;
  schedule(std::max(now_, node.busy_until), DueKind::wake, node.id, 0);
}

void VirtualWorld::drain(VirtualNode& node) {
  while (node.held_count != 0 && can_run(node)) {
    const Due due = node.held[node.held_first++];
    --node.held_count;
    perform(due);
  }
  if (node.held_count != 0) {
    wake_later(node);
  } else {
    node.held.clear();
    node.held_first = 0;
  }
}

void VirtualWorld::busy(VirtualNode& node, Duration span) {
  node.busy_until = std::max(now_, node.busy_until) + std::max<std::int64_t>(0, span.count());
}

// ---- Timers

TimerId VirtualWorld::wake_at(VirtualNode& node, Instant at, std::uint64_t tag) {
  const std::uint32_t index = timers_.take();
  Timer& timer = timers_[index];
  timer = {.tag = tag,
           .node = node.id,
           .incarnation = node.entry->incarnation,
           .origin = origin_.node,
           .generation = timer.generation + 1,
           .set = true};
  schedule(std::max(now_, at.ns), DueKind::timer, index, timer.generation);
  return {std::uint64_t{timer.generation} << 32 | index};
}

void VirtualWorld::cancel(TimerId id) {
  const auto index = static_cast<std::uint32_t>(id.value);
  if (index == 0 || index >= timers_.end()) return;
  Timer& timer = timers_[index];
  if (!timer.set || timer.generation != id.value >> 32) return;
  timer.set = false;
  timers_.give_back(index);
  if (++stale_timers_ > stale_timers_max && stale_timers_ > queue_.size() / 8) forget_stale();
}

void VirtualWorld::forget_stale() {
  queue_.remove_if([this](const Due& due) { return due.kind == DueKind::timer && stale(due); });
  stale_timers_ = 0;
}

void VirtualWorld::perform_timer(const Due& due) {
  Timer& timer = timers_[due.subject];
  VirtualNode& node = nodes_[timer.node];
  const bool alive = node.party && node.entry->incarnation == timer.incarnation;
  const Origin origin{timer.origin, 0};
  const std::uint64_t tag = timer.tag;
  timer.set = false;
  timers_.give_back(due.subject);
  if (alive) call(node, origin, [tag](Party& party) { party.on_timer(tag); });
}

// ---- Links

void VirtualWorld::set_link(NodeId from, NodeId to, const LinkSettings& settings) {
  const EntityId from_entity = entity_of(from);
  const EntityId to_entity = entity_of(to);
  const std::uint32_t version = links_.version();
  const std::uint32_t index = links_.own(from, to);
  if (links_.version() != version) take_over_stalled(from, to, index);
  const bool healed = links_.set(index, settings);
  write_link(from_entity, to_entity, settings, healed);
  if (healed) resume(std::exchange(links_[index].stalled, {}));
}

void VirtualWorld::set_default_link(const LinkSettings& settings) {
  const bool healed = links_.set(LinkTable::default_link, settings);
  write_link({}, {}, settings, healed);
  if (healed) resume(std::exchange(links_[LinkTable::default_link].stalled, {}));
}

void VirtualWorld::write_link(EntityId from, EntityId to, const LinkSettings& settings, bool healed) {
  const LinkState state = settings.cut ? LinkState::cut : healed ? LinkState::healed : LinkState::slow;
  Record record;
  record.at = now();
  record.by = from;
  record.kind = RecordKind::link;
  record.how = static_cast<std::uint8_t>(state);
  record.other = to;
  record.value = static_cast<std::uint64_t>(settings.latency.count());
  record.more = static_cast<std::uint64_t>(settings.jitter.count());
  record.extra = settings.bytes_per_second;
  trace_.write(record);
}

LinkSettings VirtualWorld::link(NodeId from, NodeId to) const {
  table_.at(from);
  table_.at(to);
  return links_[links_.index_of(from, to)].settings;
}

// ---- The end of a run

void VirtualWorld::report_held() {
  std::vector<std::uint32_t> open;
  for (std::uint32_t index = 1; index < wires_.end(); ++index) {
    if (wires_[index].serial != 0) open.push_back(index);
  }
  std::sort(open.begin(), open.end(),
            [this](std::uint32_t a, std::uint32_t b) { return wires_[a].serial < wires_[b].serial; });
  for (const std::uint32_t index : open) {
    for (std::uint32_t d = 0; d < 2; ++d) {
      const Pipe& pipe = wires_[index].pipes[d];
      for (const ChunkList* list : {&pipe.arrived, &pipe.flight, &pipe.queue}) {
        list->for_each(chunks_, [&](const Chunk& chunk) {
          write_marks(wires_[index], d, chunk, RecordKind::held, Cause::none);
        });
      }
    }
  }
  for (std::uint32_t id = 1; id <= table_.size(); ++id) {
    if (nodes_[id].party) call(nodes_[id], {}, [](Party& party) { party.on_run_end(); });
  }
}

}  // namespace roundhouse
