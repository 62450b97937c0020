// The virtual world: TCP in memory, on time that jumps from event to event. See virtual_lives, virtual_connecting, virtual_traffic,
// virtual_breaks and virtual_foresight for what it does; this file says what it knows.
//
// A party is called only from run_until (and report_held), never from within a call of its own.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <boost/container/small_vector.hpp>

#include <roundhouse/world.h>

#include "core/base/assertion.h"
#include "sim/world/event_queue.h"
#include "sim/world/link.h"
#include "sim/world/listeners.h"
#include "sim/world/node_table.h"
#include "sim/world/pool.h"
#include "sim/world/virtual_host.h"
#include "sim/world/wire.h"

namespace roundhouse {

/// Bytes on their way or unread in one direction; beyond it the sender's queue grows.
inline constexpr std::uint32_t receive_window = 256 * 1024;
/// A longer send travels in pieces of this size; chunks are joined up to it.
inline constexpr std::uint32_t segment_bytes_max = 64 * 1024;
/// Bytes that one end can have queued in the kernel's stead; sending more than this is a broken party.
inline constexpr std::uint32_t queued_bytes_max = 0xffff'ffffu;
/// Connections that wait to be accepted by one node (Linux: net.core.somaxconn); a SYN beyond it waits for room.
inline constexpr std::uint32_t accept_backlog = 4096;

/// What the virtual world knows of a node beside its entry. What each callback needs comes first, in one cache line.
struct alignas(64) VirtualNode {
  std::unique_ptr<Party> party;
  std::int64_t busy_until = 0;
  std::uint32_t id = 0;
  EntityId entity;
  std::uint32_t held_count = 0;
  bool up : 1 = false;     ///< neither down nor paused nor lost
  bool edge : 1 = false;   ///< a client: whatever it does it does on its own behalf
  bool dying : 1 = false;  ///< its party says what it still held
  bool stopping : 1 = false;
  bool wake_pending : 1 = false;
  std::optional<VirtualHost> host;

  /// Wire and end by ConnectionId::slot; free ones are chained.
  boost::container::small_vector<std::uint32_t, 2> slots;
  NodeEntry* entry = nullptr;
  std::uint32_t sends = 0;  ///< an edge's; numbers its actions
  WireSide sent_last;       ///< where it sent last; an edge does not say
  std::uint32_t free_slot = 0;
  std::uint32_t used_slots = 0;
  std::uint32_t unaccepted = 0;
  std::uint32_t wires_opened = 0;  ///< on its behalf
  std::uint32_t ports_used = 0;
  std::uint32_t held_first = 0;
  std::vector<Due> held;         ///< callbacks that wait until it is ready, from held_first on
  std::vector<Stalled> stalled;  ///< what waits for the host to come back, or for room in the backlog

  ~VirtualNode() { party.reset(); }  // before its host
};

class VirtualWorld final : public World {
 public:
  VirtualWorld(Trace& trace, const VirtualWorldOptions& options);
  ~VirtualWorld() override;

  Trace& trace() override { return trace_; }
  Instant now() const override { return {now_}; }
  std::uint64_t seed() const { return options_.seed; }

  NodeId add_node(NodeSpec spec) override;
  NodeId node_named(std::string_view name) const override { return table_.named(name); }
  EntityId entity_of(NodeId node) const override { return table_.at(node).entity; }
  NodeLife life(NodeId node) const override { return table_.at(node).life; }
  Party* party(NodeId node) override { return local(node).party.get(); }
  void add_name(std::string_view host, NodeId node) override { table_.add_name(host, node); }
  void add_external(const Address& address) override;
  void bind_node(NodeId node, std::string_view ip, std::uint16_t port) override;
  std::optional<Address> endpoint(NodeId node, std::uint16_t logical_port) const override;

  bool start(NodeId node) override;
  bool stop(NodeId node) override;
  bool kill(NodeId node) override;
  bool lose(NodeId node) override;
  bool pause(NodeId node) override;
  bool go_on(NodeId node) override;

  void set_link(NodeId from, NodeId to, const LinkSettings& settings) override;
  LinkSettings link(NodeId from, NodeId to) const override;
  void set_default_link(const LinkSettings& settings) override;
  std::size_t reset_connections(NodeId a, NodeId b) override;

  void at(Instant when, std::function<void()> work) override;
  void run_until(Instant until) override;
  void stop_running() override { stop_asked_.store(true, std::memory_order_relaxed); }
  void post(std::function<void()> work) override;

  void report_held() override;
  std::size_t open_connections() const override { return open_connections_; }

 private:
  friend class VirtualHost;

  struct Timer {
    std::uint64_t tag = 0;
    std::uint32_t node = 0;
    std::uint32_t incarnation = 0;
    std::uint32_t origin = 0;
    std::uint32_t generation = 0;
    bool set = false;
  };
  struct Site {  // an end of a wire, found by a party's id
    std::uint32_t index = 0;
    std::uint32_t side = 0;
    explicit operator bool() const { return index != 0; }
  };

  // For VirtualHost.
  std::string_view name_of(const VirtualNode& node) const { return table_.name_of(*node.entry); }
  std::string_view ip_of(const VirtualNode& node) const { return table_.own_ip(*node.entry); }
  void listen(VirtualNode& node, const Address& address);
  void stop_listening(VirtualNode& node, const Address& address);
  ConnectionId connect(VirtualNode& node, const ConnectRequest& request);
  std::size_t send(VirtualNode& node, ConnectionId id, ByteView bytes, SharedBytes shared, Marks marks);
  void pause_reading(VirtualNode& node, ConnectionId id, bool paused);
  void close(VirtualNode& node, ConnectionId id, Close how);
  TimerId wake_at(VirtualNode& node, Instant at, std::uint64_t tag);
  void cancel(TimerId id);
  void busy(VirtualNode& node, Duration span);

  // The run loop, and callbacks that wait (virtual_world).
  void handle(const Due& due);
  void perform(const Due& due);
  void perform_timer(const Due& due);
  void run_work(std::uint32_t index);
  void run_posted();
  void schedule(std::int64_t at, DueKind kind, std::uint32_t subject, std::uint32_t generation,
                std::uint32_t side = 0, std::uint16_t epoch = 0);
  void write_link(EntityId from, EntityId to, const LinkSettings& settings, bool healed);
  VirtualNode& node_of(const Due& due);
  bool stale(const Due& due) const;
  void forget_stale();
  void dispatch(const Due& due);
  void hold(VirtualNode& node, const Due& due);
  void hold_first(VirtualNode& node, const Due& due);
  void drain(VirtualNode& node);
  void wake_later(VirtualNode& node);
  bool can_run(const VirtualNode& node) const { return node.up && node.busy_until <= now_; }
  bool ready(const VirtualNode& node) const { return can_run(node) && node.held_count == 0; }
  template <class Call>
  void call(VirtualNode& node, Origin origin, Call callback);

  // Lives (virtual_lives).
  VirtualNode& local(NodeId node) {
    table_.at(node);
    return nodes_[node.value];
  }
  void set_life(VirtualNode& node, NodeLife life, How how);
  void end_process(VirtualNode& node, NodeLife life, How how);
  void let_go_of_connections(VirtualNode& node, bool silent);
  void bury_silent_ends(VirtualNode& node);
  void check_stopped(VirtualNode& node);

  // Connecting (virtual_connecting).
  const Listener* pick_listener(const Opening& opening) const;
  std::uint32_t open_wire(VirtualNode& node, std::uint32_t target);
  void on_syn(std::uint32_t index);
  void on_syn_ack(std::uint32_t index);
  void on_ack(std::uint32_t index);
  void on_refusal(std::uint32_t index);
  void perform_accept(std::uint32_t index);
  void refuse(std::uint32_t index, CloseReason reason, Cause cause, How how);
  std::uint32_t take_slot(VirtualNode& node, std::uint32_t index, std::uint32_t side);
  void free_slot(std::uint32_t index, std::uint32_t side);
  void drop_opening(Wire& wire);
  void release_if_over(std::uint32_t index);

  // Traffic (virtual_traffic).
  Site find(const VirtualNode& node, ConnectionId id) const;
  ConnectionId id_of(const Wire& wire, std::uint32_t side) const {
    return {wire.ends[side].slot, wire.serial};
  }
  Link& link_of(Wire& wire, std::uint32_t direction);
  Random draw(Wire& wire, std::uint32_t direction, Origin origin);
  void enqueue(std::uint32_t index, std::uint32_t direction, std::uint32_t chunk);
  void depart(std::uint32_t index, std::uint32_t direction, std::uint32_t chunk);
  void send_control(std::uint32_t index, std::uint32_t direction, ChunkKind kind);
  void flush_queue(std::uint32_t index, std::uint32_t direction);
  void schedule_arrival(std::uint32_t index, std::uint32_t direction);
  void arrive(std::uint32_t index, std::uint32_t direction);
  void arrive_data(std::uint32_t index, std::uint32_t direction, std::uint32_t chunk);
  void arrive_end(std::uint32_t index, std::uint32_t direction, std::uint32_t chunk);
  void leave_unread(std::uint32_t index, std::uint32_t direction, std::uint32_t chunk);
  void hand_over(std::uint32_t index, std::uint32_t direction, std::uint32_t chunk, ChunkList& rest);
  void perform_deliver(std::uint32_t index, std::uint32_t direction);
  void room_again(std::uint32_t index, std::uint32_t direction);
  std::uint32_t take_chunk(ChunkKind kind, Origin origin);
  void free_chunk(std::uint32_t chunk);

  // Foresight (virtual_foresight).
  void foresee_send(VirtualNode& node, std::uint32_t index, std::uint32_t side);
  void foresee_arrival(const Wire& wire, std::uint32_t direction);

  // Breaks (virtual_breaks).
  bool stalls(std::uint32_t index, std::uint32_t direction);
  void stall(std::uint32_t index, std::uint32_t direction, std::vector<Stalled>& where, bool cut);
  void resume(std::vector<Stalled> stalled);
  void take_over_stalled(NodeId from, NodeId to, std::uint32_t own);
  void give_up(std::uint32_t index, std::uint32_t direction, std::uint16_t epoch);
  void connect_give_up(std::uint32_t index);
  void send_rst(std::uint32_t index, std::uint32_t side);
  void arrive_rst(std::uint32_t index, std::uint32_t direction, std::uint32_t chunk);
  void break_end(std::uint32_t index, std::uint32_t side, CloseReason reason, Cause cause);
  void perform_closed(std::uint32_t index, std::uint32_t side);
  void drop_all(std::uint32_t index, std::uint32_t direction, ChunkList& list, Cause cause);
  void drop_unread(std::uint32_t index, std::uint32_t direction, Cause cause);
  void drop_queue(std::uint32_t index, std::uint32_t direction, Cause cause);
  void lose_marks(const Wire& wire, std::uint32_t direction, const Chunk& chunk, Cause cause);
  void write_marks(const Wire& wire, std::uint32_t direction, const Chunk& chunk, RecordKind kind,
                   Cause cause);
  void write_end(Wire& wire, std::uint32_t side, How how);
  void write_buffer(const Wire& wire, std::uint32_t side);
  EntityId entity_at(const Wire& wire, std::uint32_t side) const;

  Trace& trace_;
  const VirtualWorldOptions options_;
  std::int64_t now_ = 0;
  EventQueue queue_;
  NodeTable table_;
  Listeners listeners_{table_};
  Pool<VirtualNode> nodes_;  // by NodeId; [0] is nobody
  LinkTable links_;
  Pool<Wire> wires_;
  Pool<Chunk> chunks_;
  Pool<Opening> openings_;
  Pool<Timer> timers_;
  Pool<std::function<void()>> works_;
  std::uint32_t last_serial_ = 0;
  std::size_t open_connections_ = 0;
  std::size_t stale_timers_ = 0;
  Origin origin_;  // of the callback that runs now
  bool in_callback_ = false;
  Bytes joined_;                    // chunks of one callback
  std::vector<PlacedMark> placed_;  // marks of one callback
  std::atomic<bool> stop_asked_ = false;
  std::atomic<bool> posted_ = false;
  std::mutex posts_mutex_;
  std::vector<std::function<void()>> posts_;
};

template <class Call>
void VirtualWorld::call(VirtualNode& node, Origin origin, Call callback) {
  ROUNDHOUSE_ASSERT(!in_callback_);
  struct Scope {
    VirtualWorld& world;
    ~Scope() {
      world.in_callback_ = false;
      world.origin_ = {};
    }
  } scope{*this};
  in_callback_ = true;
  origin_ = node.edge ? Origin{node.id, 0} : origin;
  try {
    callback(*node.party);
  } catch (const InvariantBroken& broken) {
    throw InvariantBroken(std::string(broken.what()) + ", in " +
                          std::string(table_.name_of(table_.at(NodeId{node.id}))));
  }
}

}  // namespace roundhouse
