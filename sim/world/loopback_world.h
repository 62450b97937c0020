// The loopback world: parties on real TCP connections of 127.0.0.0/8 and on the machine's clock, in one thread.
//
// Asio owns the loop, the mailbox and name lookup; the connections wait in one epoll set whose descriptor Asio watches, because
// a set of our own costs fewer system calls a byte. Bytes are read into one buffer and handed on at once; what parties send is
// written once, at the end of a turn of the loop. A turn: timers, what is ready, write, then what the kernel has.
//
// The work lies in loopback_world (nodes and their lives), _loop (turns), _dialling, _listening, _traffic (bytes) and _ending.
#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "sim/world/listeners.h"
#include "sim/world/loopback_connection.h"
#include "sim/world/loopback_timers.h"

namespace roundhouse::loopback {

/// Read at once, and the size of the one buffer.
inline constexpr std::size_t read_max = 64 * 1024;
/// Reads of one connection before the others have their turn.
inline constexpr int reads_per_turn = 8;
/// Connections taken from one listener before the others have their turn.
inline constexpr int accepts_per_turn = 64;
/// Events taken from the kernel at once.
inline constexpr int events_per_turn = 128;
/// Turns without a pause after which the mailbox is looked at.
inline constexpr int turns_between_mail = 16;
/// More bytes than this are written at once, not at the end of the turn.
inline constexpr std::size_t write_at_once = 64 * 1024;
/// A send of so many bytes on an idle connection goes to the kernel without being copied.
inline constexpr std::size_t write_through = 8 * 1024;
/// A limited line takes pieces of this size, so that a large send flows instead of arriving as one.
inline constexpr std::size_t paced_piece = 1460;
/// Out of file descriptors: accepting and dialling rest so long.
inline constexpr Duration descriptors_pause = std::chrono::milliseconds(100);
/// Addresses of foreign clients that get an entity of their own; the others share `foreign-others`.
inline constexpr std::size_t foreign_entities_max = 256;
/// Emptied output queues kept for the next connection that has something to write.
inline constexpr std::size_t spare_outputs_max = 256;

class LoopbackWorld final : public World {
 public:
  LoopbackWorld(Trace& trace, const LoopbackWorldOptions& options);
  ~LoopbackWorld() override;
  LoopbackWorld(const LoopbackWorld&) = delete;
  LoopbackWorld& operator=(const LoopbackWorld&) = delete;

  Trace& trace() override { return trace_; }
  Instant now() const override { return now_; }
  NodeId add_node(NodeSpec spec) override;
  NodeId node_named(std::string_view name) const override { return table_.named(name); }
  EntityId entity_of(NodeId node) const override { return table_.at(node).entity; }
  NodeLife life(NodeId node) const override { return table_.at(node).life; }
  Party* party(NodeId node) override;
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
  void set_default_link(const LinkSettings& settings) override { default_link_ = settings; }
  std::size_t reset_connections(NodeId a, NodeId b) override;
  void at(Instant when, std::function<void()> work) override;
  void run_until(Instant until) override;
  void stop_running() override { stop_running_ = true; }
  void post(std::function<void()> work) override;
  void report_held() override;
  std::size_t open_connections() const override;

  // What a node's Host passes on.
  std::uint64_t seed() const { return options_.seed; }
  std::string_view name_of(const Node& node) const { return table_.name_of(*node.entry); }
  std::string_view ip_of(const Node& node) const { return table_.own_ip(*node.entry); }
  std::int64_t epoch_seconds_at_start() const { return epoch_seconds_at_start_; }
  void listen(Node& node, const Address& address);
  void stop_listening(Node& node, const Address& address);
  ConnectionId connect(Node& node, const ConnectRequest& request);
  template <class Bytes>
  std::size_t send(Node& node, ConnectionId id, Bytes bytes, Marks marks);
  void pause_reading(Node& node, ConnectionId id, bool paused);
  void close(Node& node, ConnectionId id, Close how);
  TimerId wake_at(Node& node, Instant at, std::uint64_t tag);
  void cancel(TimerId timer) { timers_.cancel(timer.value); }
  void busy(Node& node, Duration span);

 private:
  struct External {
    Address address;
    EntityId entity;
    std::optional<Endpoint> endpoint;
    bool looking_up = false;
  };
  /// Source and destination of a connection, as the kernel has them.
  struct Pair {
    Endpoint::Key to;
    Endpoint::Key from;
    friend auto operator<=>(const Pair&, const Pair&) = default;
  };

  Node& node_at(NodeId id);

  // loopback_loop.cpp
  void refresh_now();
  void turn(Instant until);
  void run_timers();
  void run_timer(std::uint64_t id);
  void run_ready();
  void run(const Ready& ready);
  bool take_events();
  void on_event(std::uint64_t tag, std::uint32_t events);
  void wait(Instant until);
  void release_held(Node& node);
  void make_ready(Connection& connection);
  void make_ready(Door& door);
  void serve(Connection& connection);
  void step(Connection& connection);
  void check_stopping();

  // loopback_dialling.cpp
  External* external(const Address& address);
  void look_up(External& external);
  void found(External& external, std::optional<Endpoint> endpoint);
  void find_target(Connection& connection);
  void begin(Connection& connection);
  void begin_silent();
  void dial_queued();
  void dial_now(Connection& connection);
  const Door* door_to(const Connection& connection) const;
  void on_dialled(Connection& connection, std::uint32_t events);
  void answered(Connection& connection);
  void opened(Connection& connection);
  void refuse(Connection& connection, CloseReason reason);
  void out_of_descriptors(Node& node);

  // loopback_listening.cpp
  void open_door(Door& door);
  void close_door(Door& door);
  Door* door_of(Node& node, const Address& address);
  void accept(Door& door);
  void accepted(Door& door, Descriptor fd, const Endpoint& peer);
  EntityId foreign_entity(const std::string& ip);

  // loopback_traffic.cpp
  void hold_back(Connection& connection, ByteView bytes);
  bool was_read_now(ByteView bytes) const;
  void make_dirty(Connection& connection);
  void flush();
  void write(Connection& connection);
  void write_failed(Connection& connection);
  void read(Connection& connection);

  // loopback_ending.cpp
  Connection& add_connection(Node& node, Wire& wire, int side);
  Wire& add_wire();
  void watch(Connection& connection);
  bool alive(const Handle& handle) const;
  /// The wire is gone; the party will hear of it.
  void broke(Connection& connection, CloseReason reason);
  /// The party lets go of its end: nobody is called any more.
  void detach(Connection& connection);
  /// Closes the socket and accounts for the marks; see end().
  void let_go(Connection& connection, Cause coming, Cause unwritten);
  /// Flushes what a detached end has queued, then ends it. Ends it now where nothing holds it.
  void finish(Connection& connection, Cause cause);
  /// The end is gone. Marks still coming to it are lost for `coming`; those it has not written yet for `unwritten`.
  void end(Connection& connection, Cause coming, Cause unwritten);
  void end_if_over(Wire& wire);
  void end_process(Node& node, How how);
  void drop_output(Connection& connection);

  Trace& trace_;
  LoopbackWorldOptions options_;
  WireRecords records_;
  NodeTable table_;
  Listeners listeners_;
  Links links_;
  LinkSettings default_link_;
  Timers timers_;
  std::deque<Node> nodes_;  // NodeId{k} is nodes_[k - 1]

  // Pools: references stay valid, freed places are used again.
  std::deque<Connection> connections_;
  std::vector<std::uint32_t> free_connections_;
  std::deque<Wire> wires_;
  std::vector<std::uint32_t> free_wires_;
  std::deque<Door> doors_;
  std::uint32_t serial_ = 0;
  std::size_t open_wires_ = 0;

  std::vector<Handle> dirty_;
  std::vector<Ready> ready_;
  std::vector<Ready> running_;  // those of this turn
  std::vector<std::unique_ptr<Output>> spare_outputs_;
  std::vector<PlacedMark> arrived_marks_;
  std::unique_ptr<char[]> buffer_;

  std::deque<External> externals_;
  std::deque<Handle> dial_queue_;
  std::size_t connecting_ = 0;
  std::map<Pair, Wire*> unaccepted_;  // dialled to nodes of ours, not taken from the kernel yet
  std::map<std::string, EntityId> foreigners_;
  bool short_of_descriptors_ = false;
  std::vector<Handle> starved_doors_;

  std::map<std::uint64_t, std::function<void()>> works_;
  std::uint64_t work_count_ = 0;
  std::vector<NodeId> stopping_;

  Instant now_;
  std::int64_t start_ns_ = 0;  // of the machine's steady clock
  std::int64_t epoch_seconds_at_start_ = 0;
  bool stop_running_ = false;
  int turns_ = 0;

  boost::asio::io_context io_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> guard_;
  boost::asio::posix::stream_descriptor set_;  // the epoll set
  bool watching_ = false;
  boost::asio::steady_timer alarm_;
  Instant alarm_at_ = Instant::never();
  boost::asio::ip::tcp::resolver resolver_;
};

}  // namespace roundhouse::loopback
