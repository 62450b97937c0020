// What the proxy's own files share: its clients and its upstreams. Private to core/proxy.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/proxy/proxy.h"

namespace roundhouse::proxy {

struct Proxy::Client {
  Address peer;
  Address local;
  std::string ip_bytes;
  std::uint32_t listener = 0;
  std::uint32_t worker = 0;
  Instant accepted;
  std::int64_t requests = 0;
  Duration body_timeout{};  // of the request that is coming
  http::RequestReader reader;
  std::unique_ptr<Exchange> exchange;
  bool reading_paused = false;
  bool kept_alive = false;  // it had a request before
  bool head_timed = false;  // the head that is coming has its deadline
  Instant linger_until;
};

class Proxy::HostDraws final : public Draws {
 public:
  HostDraws(Host& host, std::string_view upstream, std::uint64_t reloads)
      : host_(&host), name_(upstream), reloads_(reloads) {}
  std::uint64_t below(std::uint64_t bound) override {
    // Draws are numbered for each upstream, incarnation and configuration: a restarted proxy does not repeat itself.
    const std::uint64_t n = (reloads_ << 54) + (std::uint64_t{host_->incarnation()} << 40) + count_++;
    return host_->random(Purpose::balance, name_, n).below(bound);
  }

 private:
  Host* host_;
  Name name_;
  std::uint64_t reloads_;
  std::uint64_t count_ = 0;
};

/// The header buffers of a listener's servers: until the host is known, of its default server.
class Proxy::ListenerRules final : public http::HeadRules {
 public:
  ListenerRules(const Proxy& proxy, std::uint32_t listener) : proxy_(&proxy), listener_(listener) {}
  http::HeadLimits at_first() const override;
  http::HeadLimits of_host(std::string_view host) const override;

 private:
  const Proxy* proxy_;
  std::uint32_t listener_;
};

struct Proxy::Upstreams {
  Upstream books;
  std::unique_ptr<Balancer> balancer;
  HostDraws draws;
  TextId policy;
  std::vector<TextId> peer_names;  ///< by number
};

/// nginx's words for a timeout, with what it was doing.
std::string_view timed_out_text(const Exchange& exchange);

}  // namespace roundhouse::proxy
