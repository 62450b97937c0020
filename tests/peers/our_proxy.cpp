// Our proxy in a thread. See our_proxy.h.
#include "tests/peers/our_proxy.h"

#include <stdexcept>

#include "core/proxy/proxy.h"

namespace roundhouse::peers {

OurProxy::OurProxy(const std::string& text) {
  auto config = proxy::read_config("events {}\nhttp {\n" + text + "}\n");
  if (!config) throw std::runtime_error("our reader: " + config.error().text());
  config_ = std::make_shared<const proxy::Config>(std::move(*config));
  world_ = make_loopback_world(trace_, {});
  trace_.add_sink(this);
  const NodeId node = world_->add_node({"proxy", EntityKind::proxy, "127.0.0.1", [this](Host& host) {
                                          return std::make_unique<proxy::Proxy>(host, config_);
                                        }});
  for (const proxy::UpstreamConfig& upstream : config_->upstreams) {
    for (const proxy::PeerConfig& peer : upstream.peers) world_->add_external(peer.address);
  }
  world_->start(node);
  const auto door = world_->endpoint(node, config_->listeners.at(0).address.port);
  if (!door) throw std::runtime_error("our proxy does not listen");
  door_ = *door;
  thread_ = std::thread([this] { world_->run_until(Instant::never()); });
}

OurProxy::~OurProxy() {
  stop();
}

void OurProxy::stop() {
  if (!thread_.joinable()) return;
  world_->post([this] { world_->stop_running(); });
  thread_.join();
}

std::map<int, std::string> OurProxy::end() {
  stop();
  return tries_;
}

void OurProxy::on_record(const Record& record) {
  const auto add = [&](std::string_view whom) {
    // The proxy numbers its requests from 1.
    std::string& tries = tries_[static_cast<int>(record.value) - 1];
    if (!tries.empty()) tries += ", ";
    tries += whom;
  };
  if (record.kind != RecordKind::route) return;
  const bool nobody = record.code == static_cast<std::uint16_t>(RouteReason::nobody);
  add(nobody ? std::string_view(config_->upstreams.at(0).name) : trace_.text_of(record.subject));
}

}  // namespace roundhouse::peers
