// Where a case is played: a virtual world with one proxy, the servers of its upstreams and clients. Everything passes over the
// world's wires; beside what the parties see, only the proxy's own records are read.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <roundhouse/trace.h>
#include <roundhouse/world.h>
#include "core/proxy/proxy.h"
#include "tests/oracles/scripted_backend.h"
#include "tests/oracles/scripted_client.h"

namespace roundhouse::oracles {

/// What was recorded of a client's connection, by the proxy but for the last.
struct Told {
  std::vector<int> tries;  ///< the servers asked, in order; -1: none was available
  int status = 0;
  std::string reason;
  bool ended_in_order = false;  ///< the world says: by FIN in both directions
};

class Stage final : private RecordSink {
 public:
  /// A server for each address that the upstreams name, numbered in their order, and for `more`; all are up.
  explicit Stage(std::shared_ptr<const proxy::Config> config, const std::vector<Address>& more = {});

  World& world() { return *world_; }
  Instant now() const { return world_->now(); }
  proxy::Proxy& proxy();
  NodeId proxy_node() const { return proxy_node_; }
  ScriptedClient& clients();
  ScriptedBackend& backend(std::size_t server);
  std::size_t servers() const { return scripts_.size(); }
  BackendScript& script(std::size_t server) { return scripts_[server]; }
  /// The last connection that the server accepted.
  Heard& last_heard(std::size_t server);

  /// Sends a request over a connection of its own, and waits for nothing.
  Talk& ask(const std::string& request, const std::string& from = "127.0.0.1");
  /// Until the answer is complete and all that happens at that instant has happened. Errors: throws where none comes for an hour.
  void finish(Talk& talk);
  Talk& exchange(const std::string& request, const std::string& from = "127.0.0.1");
  void run_until(Instant at) { run_until_with_stops(at); }
  void run_for(Duration span) { run_until_with_stops(now() + span); }
  void settle() { run_until_with_stops(now()); }

  /// A mode of the recorded data. `refuse`: nothing listens; `blackhole`: the host is gone.
  void set_mode(std::size_t server, const std::string& mode);
  /// The server's process dies with its connections: by FIN, or by RST.
  void kill(std::size_t server, Close how);

  const Told& told(const Talk& talk) { return told_[talk.connection.serial]; }
  /// How often a server was taken out for fail_timeout so far: nginx's "upstream server temporarily disabled".
  std::size_t times_disabled() const { return times_disabled_; }

 private:
  void add_server(const std::string& name, const Address& address);
  void on_record(const Record& record) override;
  void run_until_with_stops(Instant at);

  std::shared_ptr<const proxy::Config> config_;
  Trace trace_;
  std::unique_ptr<World> world_;
  Address door_;
  NodeId proxy_node_;
  EntityId proxy_entity_;
  NodeId client_node_;
  std::deque<BackendScript> scripts_;
  std::vector<NodeId> backend_nodes_;
  std::map<std::string, int, std::less<>> numbers_;  ///< by address
  std::map<std::uint32_t, Told> told_;               ///< by the connection's serial
  std::size_t times_disabled_ = 0;
};

}  // namespace roundhouse::oracles
