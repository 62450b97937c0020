// What the clients of a cluster talk to: proxy, instances and broker, made from the scenario, its nginx text and the options.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <roundhouse/cluster.h>
#include <roundhouse/result.h>
#include <roundhouse/scenario.h>
#include <roundhouse/world.h>
#include "core/proxy/proxy.h"
#include "sim/cluster/seats.h"

namespace roundhouse {

class Service {
 public:
  /// Both outlive the service.
  Service(const Scenario& scenario, const ClusterOptions& options) : scenario_(scenario), options_(options) {}

  /// Everything that can go wrong before a node is made.
  Result<void> prepare();
  /// The proxy's configuration; null where the proxy is somebody else's. After prepare().
  const proxy::Config* proxy_config() const { return proxy_config_.get(); }
  const std::vector<std::string>& warnings() const { return warnings_; }

  /// Broker, instances, proxy, in this order. The world outlives the service.
  void add(World& world, const NodeAdder& add_node);
  /// Servers that the nginx text names and this process does not run: dialled as written, so that real ones can stand there. Loopback.
  void add_outside_peers();
  void start();

  bool has_proxy() const { return static_cast<bool>(proxy_); }
  const std::vector<NodeId>& instances() const { return instances_; }
  /// The configuration as a step `policy` or `servers` changes it, as the work that puts it in force; or what is wrong with it.
  Result<std::function<void()>> reload(const Step& step);
  std::vector<UpListener> listeners() const;

 private:
  /// What steps have changed of the proxy's configuration.
  struct Changes {
    std::string policy;         ///< in place of what the text says itself; empty: as the text says
    std::uint32_t servers = 0;  ///< `server` lines of a configuration that is made; 0: one for each instance
  };
  Result<proxy::Config> read_proxy_config(const Changes& changes) const;
  Result<Changes> changed_by(const Step& step) const;
  Result<void> check_reload_steps();
  void add_broker(const NodeAdder& add_node);
  void add_instances(const NodeAdder& add_node);
  std::unique_ptr<Party> make_instance(Host& host, const Address& broker) const;
  void add_proxy(const NodeAdder& add_node);
  void bind_proxy();
  bool has_broker() const { return options_.real_broker || scenario_.broker == BrokerKind::embedded; }

  const Scenario& scenario_;
  const ClusterOptions& options_;
  Changes changes_;
  World* world_ = nullptr;
  std::shared_ptr<const proxy::Config>
      proxy_config_;                       // of the next proxy that starts, and of the running one
  proxy::Proxy* running_proxy_ = nullptr;  // of the last incarnation; ask World::party whether it lives
  std::shared_ptr<const Application> application_;
  std::vector<std::string> warnings_;
  NodeId proxy_;
  NodeId broker_;
  std::vector<NodeId> instances_;
};

}  // namespace roundhouse
