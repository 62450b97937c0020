#include "tests/oracles/stage.h"

#include <stdexcept>

namespace roundhouse::oracles {

using namespace std::chrono_literals;

Stage::Stage(std::shared_ptr<const proxy::Config> config, const std::vector<Address>& more)
    : config_(std::move(config)), world_(make_virtual_world(trace_, {.seed = 1})) {
  trace_.add_sink(this);
  door_ = config_->listeners.at(0).address;
  if (door_.host == "*") door_.host = "127.0.0.1";
  proxy_node_ = world_->add_node({"proxy", EntityKind::proxy, door_.host, [this](Host& host) {
                                    return std::make_unique<proxy::Proxy>(host, config_);
                                  }});
  proxy_entity_ = world_->entity_of(proxy_node_);
  client_node_ =
      world_->add_node({"clients", EntityKind::client, "127.0.0.2", [this](Host& host) {
                          return std::make_unique<ScriptedClient>(host, [this] { world_->stop_running(); });
                        }});
  for (const proxy::UpstreamConfig& upstream : config_->upstreams) {
    for (const proxy::PeerConfig& peer : upstream.peers) add_server(peer.name, peer.address);
  }
  for (const Address& address : more) add_server(address.text(), address);
  world_->start(proxy_node_);
  world_->start(client_node_);
  for (const NodeId node : backend_nodes_) world_->start(node);
  settle();
}

void Stage::add_server(const std::string& name, const Address& address) {
  const auto known = numbers_.find(address.text());
  const int number = known != numbers_.end() ? known->second : static_cast<int>(scripts_.size());
  numbers_.emplace(name, number);
  if (known != numbers_.end()) return;  // the same server once more
  numbers_.emplace(address.text(), number);
  BackendScript& script = scripts_.emplace_back();
  script.number = number;
  script.address = address;
  backend_nodes_.push_back(
      world_->add_node({"server-" + std::to_string(number), EntityKind::app, address.host,
                        [&script](Host& host) { return std::make_unique<ScriptedBackend>(host, script); }}));
}

proxy::Proxy& Stage::proxy() {
  return static_cast<proxy::Proxy&>(*world_->party(proxy_node_));
}

ScriptedClient& Stage::clients() {
  return static_cast<ScriptedClient&>(*world_->party(client_node_));
}

ScriptedBackend& Stage::backend(std::size_t server) {
  return static_cast<ScriptedBackend&>(*world_->party(backend_nodes_.at(server)));
}

Heard& Stage::last_heard(std::size_t server) {
  auto& heard = scripts_[server].heard;
  if (heard.empty()) throw std::runtime_error("no connection came to server " + std::to_string(server));
  return heard.rbegin()->second;
}

Talk& Stage::ask(const std::string& request, const std::string& from) {
  return clients().ask({from, 0}, door_, request);
}

void Stage::finish(Talk& talk) {
  const Instant latest = now() + 1h;
  while (!talk.complete()) {
    if (now() >= latest) throw std::runtime_error("no answer came within an hour");
    world_->run_until(latest);
  }
  settle();
}

Talk& Stage::exchange(const std::string& request, const std::string& from) {
  Talk& talk = ask(request, from);
  finish(talk);
  return talk;
}

/// An answer to a client stops the world's run: go on until the time is reached.
void Stage::run_until_with_stops(Instant at) {
  bool reached = false;
  world_->at(at, [&] { reached = true; });
  while (!reached) world_->run_until(at);
  world_->run_until(at);
}

void Stage::set_mode(std::size_t server, const std::string& mode) {
  const NodeId node = backend_nodes_.at(server);
  if (mode == "blackhole") {
    world_->lose(node);
  } else if (world_->life(node) != NodeLife::up) {
    world_->start(node);
    settle();
  }
  scripts_[server].mode = mode;
  if (mode == "blackhole") return;
  if (mode == "refuse") {
    backend(server).stop_listening();
  } else {
    backend(server).listen();
  }
}

void Stage::kill(std::size_t server, Close how) {
  backend(server).close_all(how);
  settle();
  world_->kill(backend_nodes_.at(server));
  settle();
}

void Stage::on_record(const Record& record) {
  if (record.kind == RecordKind::end && record.how == static_cast<std::uint8_t>(How::fin))
    told_[record.connection].ended_in_order = true;
  if (record.by != proxy_entity_) return;
  if (record.kind == RecordKind::route) {
    const auto number = numbers_.find(trace_.text_of(record.subject));
    const bool nobody = record.code == static_cast<std::uint16_t>(RouteReason::nobody);
    told_[record.connection].tries.push_back(nobody ? -1 : number == numbers_.end() ? -2 : number->second);
  } else if (record.kind == RecordKind::peer) {
    if (record.how == static_cast<std::uint8_t>(PeerPhase::out)) ++times_disabled_;
  } else if (record.kind == RecordKind::answer) {
    Told& told = told_[record.connection];
    told.status = record.code;
    told.reason = trace_.text_of(record.text);
  }
}

}  // namespace roundhouse::oracles
