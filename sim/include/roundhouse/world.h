// A world carries what parties say: nodes, their lives, the links between them, and time. Two of them, one interface.
//
// Order of calls: add nodes and names, set links, start nodes, then run_until() again and again. All calls come from one thread,
// but for post().
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <roundhouse/address.h>
#include <roundhouse/host.h>
#include <roundhouse/instant.h>
#include <roundhouse/trace.h>

namespace roundhouse {

using NodeId = Id<struct NodeTag>;  // dense, from 1

/// A node is a factory: each start makes a new incarnation of its party.
struct NodeSpec {
  std::string name;  ///< unique; also a host name that addresses may use
  EntityKind kind = EntityKind::none;
  std::string ip;  ///< 127.0.0.0/8; in the loopback world it is bound for real
  std::function<std::unique_ptr<Party>(Host&)> make;
};

enum class NodeLife : std::uint8_t { down, up, paused, lost };

/// One direction of a link. Latency of a chunk: latency + uniform [0, jitter]; order within a connection is kept (TCP).
struct LinkSettings {
  Duration latency{};
  Duration jitter{};
  std::uint64_t bytes_per_second = 0;  ///< 0: no limit
  bool cut = false;  ///< nothing passes; what is on the way waits (TCP retransmits) until healed or given up

  friend bool operator==(const LinkSettings&, const LinkSettings&) = default;
};

class World {
 public:
  virtual ~World() = default;

  virtual Trace& trace() = 0;
  virtual Instant now() const = 0;

  virtual NodeId add_node(NodeSpec spec) = 0;
  virtual NodeId node_named(std::string_view name) const = 0;  ///< empty id where there is none
  virtual EntityId entity_of(NodeId node) const = 0;
  virtual NodeLife life(NodeId node) const = 0;
  /// The running party; null while the node is down. Valid until the node is killed.
  virtual Party* party(NodeId node) = 0;
  /// A further host name for addresses: `webapp-1` for the node `app-1`. Several calls add several addresses.
  virtual void add_name(std::string_view host, NodeId node) = 0;
  /// An address of a real program outside: dialled as written. The virtual world has no outside: UsageError.
  virtual void add_external(const Address& address) = 0;
  /// Loopback: the node's listeners are bound to this address instead of its own ip and any port. Virtual: no effect.
  virtual void bind_node(NodeId node, std::string_view ip, std::uint16_t port) = 0;
  /// Where a node's listener for a logical port is really bound. Virtual: the logical address itself.
  virtual std::optional<Address> endpoint(NodeId node, std::uint16_t logical_port) const = 0;

  // Lives. Each writes `up` or `down`. A call that changes nothing returns false (kill of a dead node).
  virtual bool start(NodeId node) = 0;
  virtual bool stop(NodeId node) = 0;  ///< Party::on_stop, and then, after `grace` at most, the process ends
  virtual bool kill(
      NodeId
          node) = 0;  ///< the kernel ends its connections: FIN, or RST if data was unread; connects are refused
  virtual bool lose(NodeId node) = 0;   ///< the host is gone: silence
  virtual bool pause(NodeId node) = 0;  ///< connects succeed, nothing is read, timers run late
  virtual bool go_on(NodeId node) = 0;

  /// Settings of the direction `from` -> `to`, now and for connections to come. Writes `link`. Virtual: connects take the latency too.
  virtual void set_link(NodeId from, NodeId to, const LinkSettings& settings) = 0;
  virtual LinkSettings link(NodeId from, NodeId to) const = 0;
  /// For every pair that has no settings of its own.
  virtual void set_default_link(const LinkSettings& settings) = 0;
  /// Resets every connection between the two. Returns how many.
  virtual std::size_t reset_connections(NodeId a, NodeId b) = 0;

  /// Runs `work` on the world's thread at that time, between callbacks. For steps and samples, not for traffic.
  virtual void at(Instant when, std::function<void()> work) = 0;
  /// Runs until the time is reached or stop_running() was called. In the virtual world, `until` is reached at once if nothing is due.
  virtual void run_until(Instant until) = 0;
  virtual void stop_running() = 0;
  /// From any thread: run `work` on the world's thread soon.
  virtual void post(std::function<void()> work) = 0;

  /// The run ends: a `held` record for each mark on a wire, and Party::on_run_end for each running party.
  virtual void report_held() = 0;
  /// Connections that are open or opening now, counted once; and bytes of memory held for them where known.
  virtual std::size_t open_connections() const = 0;
};

struct VirtualWorldOptions {
  std::uint64_t seed = 1;
  bool marks = true;       ///< off: marks are dropped at send; bytes are the same
  bool cut_chunks = true;  ///< cut and join chunks by seed
};
std::unique_ptr<World> make_virtual_world(Trace& trace, const VirtualWorldOptions& options);

struct LoopbackWorldOptions {
  std::uint64_t seed = 1;
  bool marks = true;
  std::size_t connecting_max = 200;  ///< connects under way at once; further ones wait their turn
};
std::unique_ptr<World> make_loopback_world(Trace& trace, const LoopbackWorldOptions& options);

/// How long a sender retransmits into silence before the connection times out (virtual world; Linux: tcp_retries2, about 15 min).
inline constexpr Duration retransmission_timeout = std::chrono::seconds(924);
/// How long a connect waits for an answer (Linux: tcp_syn_retries 6, 127 s).
inline constexpr Duration connect_timeout = std::chrono::seconds(127);
/// How long Party::on_stop has before the process ends anyway.
inline constexpr Duration stop_grace = std::chrono::seconds(2);

}  // namespace roundhouse
