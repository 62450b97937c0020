// See passed_to.h, and Proxy::pass_to; sources: ngx_http_proxy_eval and ngx_http_upstream_init_request, release 1.22.1.
#include "core/proxy/passed_to.h"

#include "core/proxy/nginx_config/values.h"
#include "core/proxy/proxy_inside.h"

namespace roundhouse::proxy {

Result<PassedTo> read_passed_to(std::string_view text) {
  constexpr std::string_view scheme = "http://";
  if (lower_case(text.substr(0, 8)) == "https://" && text.size() > 8)
    return Error("\"proxy_pass\" with https is not supported here");
  if (text.size() <= scheme.size() || lower_case(text.substr(0, scheme.size())) != scheme)
    return Error("invalid URL prefix in \"" + std::string(text) + "\"");
  const std::string_view target = text.substr(scheme.size());
  const auto url = read_url(target, {.default_port = 80, .uri_allowed = true, .listen = false});
  if (!url) return Error(url.error().what() + " in upstream \"" + std::string(target) + "\"");
  PassedTo passed;
  passed.host = url->host;
  passed.port = url->port;
  passed.no_port = url->no_port;
  passed.is_address = url->is_ip;
  const bool unix_path = url->host.starts_with("unix:");
  const std::string with_port = Address{url->host, url->port}.text();
  passed.shown = unix_path ? "localhost" : with_port;
  if (!unix_path && (url->no_port || url->port == 80))
    passed.shown = with_port.substr(0, with_port.rfind(':'));
  passed.uri = url->uri;
  if (passed.uri && passed.uri->starts_with('?')) passed.uri->insert(0, "/");
  return passed;
}

/// An upstream block or a written-out server of that name and port, else the address itself, else a name for the resolver.
std::optional<Proxy::Unpassed> Proxy::pass_to(Client& client) {
  Exchange& exchange = *client.exchange;
  auto passed = read_passed_to(value_of(*exchange.location->pass, scope_of(client)));
  if (!passed) return Unpassed{500, passed.error().what()};
  const PassedTo& to = *passed;
  exchange.passed = std::make_unique<const PassedTo>(to);
  for (std::uint32_t i = 0; i < config_->upstreams.size(); ++i) {
    const UpstreamConfig& known = config_->upstreams[i];
    const bool same_port = known.implicit ? known.port == to.port : to.no_port;
    if (!same_port || lower_case(known.name) != lower_case(to.host)) continue;
    exchange.upstream_index = books_of(i, client.worker);
    return std::nullopt;
  }
  if (!to.is_address && !exchange.location->has_resolver)
    return Unpassed{502, "no resolver defined to resolve " + to.host};
  const Address address{to.host, to.host.starts_with("unix:") ? std::uint16_t{0} : to.port};
  auto known = passed_addresses_.find(address.text());
  if (known == passed_addresses_.end()) {
    if (passed_addresses_.size() == passed_addresses_max)
      return Unpassed{500, "\"proxy_pass\" with variables has led to too many addresses"};
    auto config = std::make_shared<UpstreamConfig>();
    config->name = to.shown;
    config->implicit = true;
    config->port = to.port;
    PeerConfig peer;
    peer.name = peer.given_name = address.text();
    peer.address = address;
    config->peers.push_back(std::move(peer));
    known = passed_addresses_.emplace(address.text(), static_cast<std::uint32_t>(upstreams_.size())).first;
    passed_upstreams_.push_back(config);
    open_upstream(*config, config->name, "");
  }
  exchange.upstream_index = known->second;
  return std::nullopt;
}

}  // namespace roundhouse::proxy
