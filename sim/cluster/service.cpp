// See service.h.
#include "sim/cluster/service.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "core/app/app.h"
#include "core/app/chat.h"
#include "core/app/memory_adapter.h"
#include "core/app/redis_adapter.h"
#include "core/broker/broker.h"
#include "sim/cluster/nginx_text.h"
#include "sim/cluster/topology.h"

namespace roundhouse {

Result<void> Service::prepare() {
  if (!options_.parts.proxy) return {};
  changes_.servers = scenario_.servers;
  auto config = read_proxy_config(changes_);
  if (!config) return config.error();
  warnings_ = config->warnings;
  proxy_config_ = std::make_shared<const proxy::Config>(std::move(*config));
  return check_reload_steps();
}

Result<proxy::Config> Service::read_proxy_config(const Changes& changes) const {
  const bool made = scenario_.nginx.empty();
  const std::string file = scenario_.file.empty() ? "the scenario" : scenario_.file;
  proxy::ReadOptions read;
  read.file = made                           ? "made from the policy of " + file
              : scenario_.nginx_file.empty() ? "the nginx text of " + file
                                             : scenario_.nginx_file;
  read.first_line = made ? 1 : scenario_.nginx_first_line;
  read.policy = changes.policy;
  read.resolve = [this](std::string_view host) {
    std::vector<Address> found;
    for (std::uint32_t i = 1; i <= scenario_.instances; ++i) {
      if (host == scenario_.instance_prefix + "-" + std::to_string(i)) found.push_back({instance_ip(i), 0});
    }
    return found;
  };
  return proxy::read_config(made ? nginx_text(scenario_, changes.servers) : scenario_.nginx, read);
}

/// What the configuration is changed to by a step, on top of the steps before it.
Result<Service::Changes> Service::changed_by(const Step& step) const {
  Changes changes = changes_;
  if (step.verb == "policy") {
    changes.policy = step.arguments.at("policy");
    return changes;
  }
  if (!scenario_.nginx.empty())
    return Error(
        "the nginx text has server lines of its own; those of a configuration made from a policy can be "
        "counted");
  const std::string& text = step.arguments.at("count");
  std::uint32_t count = 0;
  std::from_chars(text.data(), text.data() + text.size(), count);
  if (count == 0 || count > scenario_.instances)
    return Error("there are " + std::to_string(scenario_.instances) + " instances; count is from 1 to that");
  changes.servers = count;
  return changes;
}

/// A file's step that the proxy would refuse is a mistake of the file. In a plan made by a program it is skipped like any other.
Result<void> Service::check_reload_steps() {
  const Changes at_start = changes_;
  std::vector<const Step*> in_time;
  for (const Step& step : scenario_.steps) {
    if (step.line != 0 && (step.verb == "policy" || step.verb == "servers")) in_time.push_back(&step);
  }
  std::stable_sort(in_time.begin(), in_time.end(),
                   [](const Step* a, const Step* b) { return a->at < b->at; });
  for (const Step* step : in_time) {
    const std::string place = scenario_.file + ":" + std::to_string(step->line);
    const std::string what = step->verb + " \"" + step->arguments.begin()->second + "\": ";
    const auto changes = changed_by(*step);
    if (!changes) return Error(place, what + changes.error().what());
    if (auto config = read_proxy_config(*changes); !config) return Error(place, what + config.error().what());
    changes_ = *changes;
  }
  changes_ = at_start;
  return {};
}

Result<std::function<void()>> Service::reload(const Step& step) {
  const auto changes = changed_by(step);
  if (!changes) return Error(changes.error().what());
  auto config = read_proxy_config(*changes);
  if (!config) return Error(config.error().what());
  auto shared = std::make_shared<const proxy::Config>(std::move(*config));
  return std::function<void()>([this, shared, changes = *changes] {
    changes_ = changes;
    proxy_config_ = shared;  // a proxy that is restarted finds the file as it was left
    running_proxy_->reload(shared);
  });
}

void Service::add(World& world, const NodeAdder& add_node) {
  world_ = &world;
  add_broker(add_node);
  add_instances(add_node);
  add_proxy(add_node);
}

void Service::add_broker(const NodeAdder& add_node) {
  if (options_.real_broker) {
    world_->add_external(*options_.real_broker);
    return;
  }
  if (scenario_.broker == BrokerKind::none || !options_.parts.broker) return;
  broker_ = add_node({.name = "broker", .kind = EntityKind::broker, .ip = broker_ip, .make = [](Host& host) {
                        broker::BrokerOptions options;
                        options.listen = Address{"*", broker_port};
                        return std::make_unique<broker::Broker>(host, options);
                      }});
  if (options_.broker_port) {
    world_->bind_node(broker_, "127.0.0.1", *options_.broker_port);
  } else if (options_.fixed_places) {
    world_->bind_node(broker_, broker_ip, broker_port);
  }
}

void Service::add_instances(const NodeAdder& add_node) {
  if (!options_.parts.apps) return;
  application_ = options_.application ? options_.application : app::make_chat();
  Address broker = options_.real_broker.value_or(Address{"broker", broker_port});
  if (has_broker() && !options_.real_broker && !options_.parts.broker) {
    broker = Address{broker_ip, broker_port};  // of another process
    world_->add_external(broker);
  }
  for (std::uint32_t i = 1; i <= scenario_.instances; ++i) {
    instances_.push_back(
        add_node({.name = scenario_.instance_prefix + "-" + std::to_string(i),
                  .kind = EntityKind::app,
                  .ip = instance_ip(i),
                  .make = [this, broker](Host& host) { return make_instance(host, broker); }}));
    if (options_.fixed_places) world_->bind_node(instances_.back(), instance_ip(i), scenario_.instance_port);
  }
}

std::unique_ptr<Party> Service::make_instance(Host& host, const Address& broker) const {
  app::Options options;
  options.listen = Address{"*", scenario_.instance_port};
  options.ping_interval = scenario_.app.ping_interval;
  options.ping_timeout = scenario_.app.ping_timeout;
  options.upgrade_timeout = scenario_.app.upgrade_timeout;
  options.connect_timeout = scenario_.app.connect_timeout;
  options.payload_bytes_max = scenario_.app.payload_bytes_max;
  options.instances_in_cluster = scenario_.instances;
  std::unique_ptr<app::Adapter> adapter;
  if (has_broker()) {
    adapter = std::make_unique<app::RedisAdapter>(app::RedisAdapterOptions{.broker = broker});
  } else {
    adapter = std::make_unique<app::MemoryAdapter>();
  }
  return std::make_unique<app::App>(host, options, application_, std::move(adapter));
}

void Service::add_proxy(const NodeAdder& add_node) {
  if (!options_.parts.proxy) return;
  proxy_ = add_node({.name = "proxy", .kind = EntityKind::proxy, .ip = proxy_ip, .make = [this](Host& host) {
                       auto made = std::make_unique<proxy::Proxy>(host, proxy_config_);
                       running_proxy_ = made.get();
                       return made;
                     }});
  bind_proxy();
}

void Service::bind_proxy() {
  if (!options_.proxy_port) return;
  try {
    world_->bind_node(proxy_, "127.0.0.1", *options_.proxy_port);
  } catch (const UsageError&) {
    if (!options_.proxy_port_is_a_wish) throw;
    world_->bind_node(proxy_, "127.0.0.1", 0);
  }
}

void Service::add_outside_peers() {
  if (!proxy_config_) return;
  for (const proxy::UpstreamConfig& upstream : proxy_config_->upstreams) {
    for (const proxy::PeerConfig& peer : upstream.peers) {
      bool ours = false;
      for (std::uint32_t i = 1; options_.parts.apps && i <= scenario_.instances; ++i)
        ours = ours || peer.address.host == instance_ip(i);
      if (!ours && !peer.address.host.starts_with("unix:")) world_->add_external(peer.address);
    }
  }
}

void Service::start() {
  if (broker_) world_->start(broker_);
  for (const NodeId instance : instances_) world_->start(instance);
  if (proxy_) world_->start(proxy_);
}

std::vector<UpListener> Service::listeners() const {
  std::vector<UpListener> out;
  const auto add = [&](NodeId node, const std::string& name, const std::string& scheme, std::uint16_t port) {
    if (!node) return;
    if (const auto endpoint = world_->endpoint(node, port))
      out.push_back({name, scheme + "://" + endpoint->text()});
  };
  if (proxy_config_) {
    for (const proxy::Listener& listener : proxy_config_->listeners)
      add(proxy_, "proxy", "http", listener.address.port);
  }
  for (std::size_t i = 0; i < instances_.size(); ++i) {
    add(instances_[i], scenario_.instance_prefix + "-" + std::to_string(i + 1), "http",
        scenario_.instance_port);
  }
  add(broker_, "broker", "redis", broker_port);
  return out;
}

}  // namespace roundhouse
