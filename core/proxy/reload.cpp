// How a proxy comes to its upstreams: at its start, and when it is given another configuration. See proxy.h.
#include <algorithm>
#include <utility>

#include "core/proxy/proxy_inside.h"

namespace roundhouse::proxy {

namespace {

std::string policy_text(const UpstreamConfig& upstream) {
  if (upstream.sticky) return "sticky cookie " + upstream.sticky->name;
  return std::string(policy_name(upstream.policy));
}

/// The text of that upstream's policy; empty where the configuration has none of that name.
std::string policy_of(const Config* config, const std::string& upstream) {
  if (config == nullptr) return {};
  for (const UpstreamConfig& one : config->upstreams) {
    if (one.name == upstream) return policy_text(one);
  }
  return {};
}

bool same_listeners(const Config& a, const Config& b) {
  return std::equal(a.listeners.begin(), a.listeners.end(), b.listeners.begin(), b.listeners.end(),
                    [](const Listener& one, const Listener& other) { return one.address == other.address; });
}

}  // namespace

void Proxy::reload(std::shared_ptr<const Config> config) {
  if (config == nullptr) throw UsageError("a proxy needs a configuration; read_config() makes one");
  if (!same_listeners(*config_, *config))
    throw UsageError("a reload keeps the listeners; start another proxy to listen elsewhere");
  if (earlier_configs_.size() == reloads_max)
    throw UsageError("a proxy takes at most " + std::to_string(reloads_max) +
                     " configurations in one life; restart it");
  earlier_configs_.push_back(std::exchange(config_, std::move(config)));
  const auto earlier = static_cast<std::uint32_t>(upstreams_.size());
  open_upstreams(earlier_configs_.back().get());
  limit_shutdown(earlier_configs_.back()->shutdown_timeout, earlier);
  for (std::uint32_t i = 0; workers_ > 0 && i < slots_.size(); ++i) {
    if (slots_[i].role != Role::unserved) continue;
    serve({i, slots_[i].serial}, slots_[i]);
    host_.pause_reading({i, slots_[i].serial}, false);
  }
}

void Proxy::open_upstreams(const Config* before) {
  workers_ = static_cast<std::uint32_t>(config_->worker_processes);
  last_worker_ = 0;
  books_at_.clear();
  passed_addresses_.clear();
  for (const UpstreamConfig& upstream : config_->upstreams) {
    const std::string policy = policy_text(upstream);
    const std::uint32_t count = upstream.zone.empty() ? std::max(workers_, 1u) : 1;
    books_at_.push_back({static_cast<std::uint32_t>(upstreams_.size()), count});
    for (std::uint32_t worker = 0; worker < count; ++worker) {
      // A worker's draws are its own; those of a lone one bear the upstream's name alone.
      const std::string drawn_as =
          upstream.name + (worker == 0 ? "" : " worker " + std::to_string(worker + 1));
      const std::string whose =
          count == 1 ? "" : " (worker " + std::to_string(worker + 1) + " of " + std::to_string(count) + ")";
      open_upstream(upstream, drawn_as, whose);
    }
    Record record;
    record.kind = RecordKind::config;
    record.subject = host_.text("upstream " + upstream.name);
    record.text = host_.text(policy);
    if (const std::string earlier = policy_of(before, upstream.name); !earlier.empty())
      record.value = host_.text(earlier).value;
    host_.record(record);
  }
}

void Proxy::open_upstream(const UpstreamConfig& upstream, const std::string& drawn_as,
                          const std::string& whose) {
  upstreams_.push_back({Upstream(upstream),
                        make_balancer(upstream),
                        HostDraws(host_, drawn_as, earlier_configs_.size()),
                        {},
                        {}});
  Upstreams& made = upstreams_.back();
  made.policy = host_.text(policy_text(upstream) + whose);
  for (const PeerConfig& peer : upstream.peers) made.peer_names.push_back(host_.text(peer.name));
}

}  // namespace roundhouse::proxy
