// The turns of the loopback world: timers, what is ready, writing, what the kernel has, and waiting.
#include <sys/epoll.h>

#include <algorithm>
#include <array>
#include <boost/asio/post.hpp>
#include <chrono>
#include <ctime>

#include "sim/world/loopback_world.h"

namespace roundhouse::loopback {

void LoopbackWorld::run_until(Instant until) {
  do {
    turn(until);
  } while (!stop_running_ && now_ < until);
  flush();
  stop_running_ = false;
}

void LoopbackWorld::at(Instant when, std::function<void()> work) {
  const std::uint64_t number = ++work_count_;
  works_.emplace(number, std::move(work));
  timers_.set(when, {.kind = Timers::Kind::work, .tag = number});
}

void LoopbackWorld::post(std::function<void()> work) {
  boost::asio::post(io_, [this, work = std::move(work)] {
    refresh_now();
    work();
  });
}

void LoopbackWorld::refresh_now() {
  timespec time{};
  ::clock_gettime(CLOCK_MONOTONIC, &time);
  now_.ns = std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec - start_ns_;
}

void LoopbackWorld::turn(Instant until) {
  refresh_now();
  run_timers();
  run_ready();
  flush();
  dial_queued();
  if (!stopping_.empty()) check_stopping();
  const bool idle = ready_.empty() && !stop_running_;
  if (!take_events() && idle) {
    wait(until);
  } else if (++turns_ % turns_between_mail == 0) {
    io_.poll();
  }
}

void LoopbackWorld::wait(Instant until) {
  const Instant next = std::min(until, timers_.next());
  refresh_now();
  if (next <= now_) {
    io_.poll();
    return;
  }
  if (next < alarm_at_) {
    alarm_at_ = next;
    alarm_.expires_at(std::chrono::steady_clock::time_point(Duration{start_ns_ + next.ns}));
    alarm_.async_wait([this](const boost::system::error_code& error) {
      if (!error) alarm_at_ = Instant::never();
    });
  }
  if (!watching_) {
    watching_ = true;
    set_.async_wait(boost::asio::posix::descriptor_base::wait_read,
                    [this](const boost::system::error_code&) { watching_ = false; });
  }
  io_.run_one();
  io_.poll();
}

bool LoopbackWorld::take_events() {
  std::array<epoll_event, events_per_turn> events;
  const int count = ::epoll_wait(set_.native_handle(), events.data(), events_per_turn, 0);
  for (int i = 0; i < count; ++i) {
    on_event(events[static_cast<std::size_t>(i)].data.u64, events[static_cast<std::size_t>(i)].events);
  }
  return count > 0;
}

void LoopbackWorld::on_event(std::uint64_t tag, std::uint32_t events) {
  const Handle handle{static_cast<std::uint32_t>(tag), static_cast<std::uint32_t>(tag >> 32) & 0x7fffffffu};
  if (tag >> 63 != 0) {
    Door& door = doors_[handle.index];
    if (door.handle.generation != handle.generation || !door.fd) return;
    door.ready = true;
    return accept(door);
  }
  if (!alive(handle)) return;
  Connection& c = connections_[handle.index];
  if (c.state == Connection::State::connecting) return on_dialled(c, events);
  if ((events & EPOLLOUT) != 0 && !c.writable) {
    c.writable = true;
    if (c.output != nullptr) make_dirty(c);
  }
  if ((events & (EPOLLERR | EPOLLHUP | EPOLLRDHUP)) != 0) c.hung = true;
  if ((events & (EPOLLERR | EPOLLHUP)) != 0) c.broken = true;
  if ((events & (EPOLLIN | EPOLLERR | EPOLLHUP | EPOLLRDHUP)) != 0) c.readable = true;
  if (c.broken && (c.node == nullptr || c.read_ended) && !c.cut_in() && !c.silenced) {
    return broke(c, CloseReason::reset);
  }
  serve(c);
}

void LoopbackWorld::run_timers() {
  // Those set by what runs here have their turn later, even if they are due at once.
  for (std::size_t left = timers_.size(); left > 0; --left) {
    const std::uint64_t id = timers_.pop_due(now_);
    if (id == 0) return;
    run_timer(id);
  }
}

void LoopbackWorld::run_timer(std::uint64_t id) {
  using Kind = Timers::Kind;
  const Timers::Timer timer = timers_.peek(id);
  if (timer.kind == Kind::party) {
    Node& node = nodes_[timer.who - 1];
    if (node.entry->incarnation != timer.generation || node.party == nullptr) {
      timers_.take(id);
    } else if (node.runs(now_)) {
      timers_.take(id);
      node.party->on_timer(timer.tag);
    } else {
      node.held.push_back({.kind = Ready::Kind::timer, .handle = {timer.who, timer.generation}, .timer = id});
    }
    return;
  }
  timers_.take(id);
  switch (timer.kind) {
    case Kind::party:
      break;
    case Kind::work: {
      const auto work = works_.extract(timer.tag);
      work.mapped()();
      break;
    }
    case Kind::free_again:
    case Kind::stop_grace: {
      Node& node = nodes_[timer.who - 1];
      if (node.entry->incarnation != timer.generation) break;
      if (timer.kind == Kind::free_again) {
        release_held(node);
      } else if (node.stopping) {
        end_process(node, How::stop);
      }
      break;
    }
    case Kind::descriptors:
      short_of_descriptors_ = false;
      for (const Handle& handle : starved_doors_) {
        Door& door = doors_[handle.index];
        if (door.handle.generation == handle.generation && door.fd) make_ready(door);
      }
      starved_doors_.clear();
      break;
    case Kind::release:
    case Kind::dial:
    case Kind::opened:
    case Kind::give_up: {
      const Handle handle{timer.who, timer.generation};
      if (!alive(handle)) break;
      Connection& c = connections_[handle.index];
      if (timer.kind == Kind::give_up) {
        c.dial->give_up = 0;
        broke(c, CloseReason::timed_out);
        break;
      }
      c.timer = 0;
      if (timer.kind == Kind::release) {
        make_dirty(c);
      } else if (timer.kind == Kind::dial) {
        begin(c);
      } else {
        opened(c);
      }
      break;
    }
  }
}

void LoopbackWorld::run_ready() {
  running_.swap(ready_);
  for (const Ready& ready : running_) run(ready);
  running_.clear();
}

void LoopbackWorld::run(const Ready& ready) {
  switch (ready.kind) {
    case Ready::Kind::connection:
      if (!alive(ready.handle)) return;
      connections_[ready.handle.index].listed = false;
      return serve(connections_[ready.handle.index]);
    case Ready::Kind::door: {
      Door& door = doors_[ready.handle.index];
      if (door.handle.generation != ready.handle.generation || !door.fd) return;
      door.listed = false;
      return accept(door);
    }
    case Ready::Kind::timer: {
      Node& node = nodes_[ready.handle.index - 1];
      if (node.entry->incarnation != ready.handle.generation || node.party == nullptr) return;
      if (!node.runs(now_)) return node.held.push_back(ready);
      if (const auto timer = timers_.take(ready.timer)) node.party->on_timer(timer->tag);
      return;
    }
    case Ready::Kind::stop: {
      Node& node = nodes_[ready.handle.index - 1];
      if (node.entry->incarnation != ready.handle.generation || !node.stopping) return;
      if (!node.runs(now_)) return node.held.push_back(ready);
      node.told_to_stop = true;
      return node.party->on_stop();
    }
  }
}

void LoopbackWorld::release_held(Node& node) {
  if (!node.runs(now_)) return;
  ready_.insert(ready_.end(), node.held.begin(), node.held.end());
  node.held.clear();
}

void LoopbackWorld::make_ready(Connection& c) {
  if (c.listed) return;
  c.listed = true;
  ready_.push_back({.kind = Ready::Kind::connection, .handle = c.handle});
}

void LoopbackWorld::make_ready(Door& door) {
  if (door.listed) return;
  door.listed = true;
  ready_.push_back({.kind = Ready::Kind::door, .handle = door.handle});
}

void LoopbackWorld::serve(Connection& c) {
  for (int reads = 0; c.has_work();) {
    Node& node = *c.node;
    if (!node.runs(now_)) {
      if (!c.listed) node.held.push_back({.kind = Ready::Kind::connection, .handle = c.handle});
      c.listed = true;
      return;
    }
    if (c.wants_read() && ++reads > reads_per_turn) return make_ready(c);
    const Handle handle = c.handle;
    step(c);
    if (!alive(handle)) return;
  }
}

void LoopbackWorld::step(Connection& c) {
  Party& party = *c.node->party;
  const ConnectionId id = c.id();
  if (c.open_due) {
    c.open_due = false;
    return party.on_open(id);
  }
  if (c.state == Connection::State::gone) {
    const CloseReason reason = c.reason;
    detach(c);
    finish(c, Cause::closed);
    return party.on_close(id, reason);
  }
  if (c.wants_read()) return read(c);
  c.drain_due = false;
  party.on_drain(id);
}

void LoopbackWorld::check_stopping() {
  std::erase_if(stopping_, [this](NodeId id) {
    Node& node = nodes_[id.value - 1];
    if (node.stopping && node.told_to_stop && node.open == 0) end_process(node, How::stop);
    return !node.stopping;
  });
}

}  // namespace roundhouse::loopback
