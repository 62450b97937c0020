// The upstream block: servers and the policy. See reader.h; sources: ngx_http_upstream.c and the modules of the policies.
#include <algorithm>
#include <utility>

#include "core/base/assertion.h"
#include "core/proxy/nginx_config/reader.h"

namespace roundhouse::proxy {

std::string_view policy_name(Policy policy) {
  switch (policy) {
    case Policy::round_robin:
      return "round_robin";
    case Policy::ip_hash:
      return "ip_hash";
    case Policy::hash:
      return "hash";
    case Policy::consistent_hash:
      return "hash consistent";
    case Policy::least_conn:
      return "least_conn";
    case Policy::random:
      return "random";
    case Policy::random_two:
      return "random two";
    case Policy::random_two_least_conn:
      return "random two least_conn";
  }
  return {};
}

namespace {

/// Which `server` parameters a policy takes is known when its line was read before the server's.
bool takes_backup(Policy policy) {
  return policy == Policy::round_robin || policy == Policy::least_conn;
}

}  // namespace

Reader::Problem Reader::read_upstream() {
  const std::string name = words()[1];
  for (const UpstreamConfig& other : config_.upstreams) {
    if (!other.implicit && lower_case(other.name) == lower_case(name))
      return error("duplicate upstream \"" + name + "\"");
  }
  upstream_.emplace();
  upstream_->name = name;
  upstream_->where = place();
  method_set_ = false;
  sticky_set_ = false;
  main_seen_.clear();
  if (auto problem = read_given_policy()) return problem;
  if (auto problem = read_block(in_upstream)) return problem;
  if (upstream_->peers.empty()) return error("no servers are inside upstream");
  if (upstream_->policy == Policy::consistent_hash) {
    std::int64_t weight = 0;
    for (const PeerConfig& peer : upstream_->peers) weight += peer.weight;
    if (weight > ring_weight_max)
      return error("weights of more than " + std::to_string(ring_weight_max) +
                   " in all are too many points of a consistent hash here");
  }
  config_.upstreams.push_back(std::move(*upstream_));
  upstream_.reset();
  return std::nullopt;
}

void Reader::set_policy(Policy policy) {
  if (method_set_) warn("load balancing method redefined", /*of_nginx=*/true);
  // The last method wins; what wrapped the one before (sticky, keepalive) goes with it.
  upstream_->sticky.reset();
  upstream_->keepalive = 0;
  upstream_->policy = policy;
  method_set_ = true;
}

Reader::Problem Reader::read_hash() {
  Template key;
  if (auto problem = compile(words()[1], key)) return problem;
  if (words().size() == 3 && words()[2] != "consistent")
    return error("invalid parameter \"" + words()[2] + "\"");
  set_policy(words().size() == 3 ? Policy::consistent_hash : Policy::hash);
  upstream_->key = std::move(key);
  return std::nullopt;
}

Reader::Problem Reader::read_random() {
  Policy policy = Policy::random;
  if (words().size() > 1) {
    if (words()[1] != "two") return error("invalid parameter \"" + words()[1] + "\"");
    policy = Policy::random_two;
  }
  if (words().size() > 2) {
    if (words()[2] != "least_conn") return error("invalid parameter \"" + words()[2] + "\"");
    policy = Policy::random_two_least_conn;
  }
  set_policy(policy);
  return std::nullopt;
}

Reader::Problem Reader::read_keepalive() {
  if (auto problem = once("keepalive")) return problem;
  const auto number = read_number(words()[1]);
  if (!number || *number == 0)
    return error("invalid value \"" + words()[1] + "\" in \"keepalive\" directive");
  upstream_->keepalive = *number;
  method_set_ = true;  // nginx: a method after it is a redefinition
  return std::nullopt;
}

Reader::Problem Reader::read_zone() {
  constexpr std::int64_t bytes_min = 8 * 4096;  // eight pages
  const std::string& name = words()[1];
  if (name.empty()) return error("invalid zone name \"\"");
  std::int64_t bytes = 0;
  if (words().size() == 3) {
    const auto size = read_size(words()[2]);
    if (!size) return error("invalid zone size \"" + words()[2] + "\"");
    if (*size < bytes_min) return error("zone \"" + name + "\" is too small");
    bytes = *size;
  }
  upstream_->zone = name;
  for (auto& [other, other_bytes] : zones_) {
    if (other != name) continue;
    if (bytes != 0 && other_bytes != 0 && bytes != other_bytes) {
      return error("the size " + std::to_string(bytes) + " of shared memory zone \"" + name +
                   "\" conflicts with already declared size " + std::to_string(other_bytes));
    }
    other_bytes = std::max(bytes, other_bytes);
    return std::nullopt;
  }
  zones_.emplace_back(name, bytes);
  return std::nullopt;
}

Reader::Problem Reader::read_sticky() {
  if (std::exchange(sticky_set_, true)) return error("\"sticky\" directive is duplicate");
  if (words()[1] == "route" || words()[1] == "learn")
    return error("\"sticky " + words()[1] + "\" is not supported here");
  if (words()[1] != "cookie") return error("unknown parameter \"" + words()[1] + "\"");
  StickyCookie sticky;
  sticky.name = words()[2];
  if (sticky.name.empty()) return error("\"sticky\" directive empty cookie name");
  for (std::size_t i = 3; i < words().size(); ++i) {
    const std::string& word = words()[i];
    const auto value_of = [&word](std::string_view key) -> std::optional<std::string> {
      if (!word.starts_with(key) || word.size() == key.size()) return std::nullopt;
      return word.substr(key.size());
    };
    if (const auto expires = value_of("expires=")) {
      const auto seconds = read_time_s(*expires);
      sticky.expires_max = *expires == "max";
      if (!seconds && !sticky.expires_max) return error("invalid parameter \"" + word + "\"");
      sticky.expires_s = seconds.value_or(0);
    } else if (const auto domain = value_of("domain=")) {
      sticky.domain = *domain;
    } else if (const auto path = value_of("path=")) {
      sticky.path = *path;
    } else if (const auto same_site = value_of("samesite=")) {
      const std::string lower = lower_case(*same_site);
      if (lower != "strict" && lower != "lax" && lower != "none")
        return error("invalid parameter \"" + word + "\"");
      sticky.same_site = *same_site;
    } else if (word == "httponly") {
      sticky.http_only = true;
    } else if (word == "secure") {
      sticky.secure = true;
    } else {
      return error("invalid parameter \"" + word + "\"");
    }
  }
  upstream_->sticky = std::move(sticky);
  method_set_ = true;
  return std::nullopt;
}

Reader::Problem Reader::read_peer() {
  PeerConfig peer;
  const std::string text = words()[1];
  for (std::size_t i = 2; i < words().size(); ++i) {
    if (auto problem = read_peer_parameter(words()[i], peer)) return problem;
  }
  auto url = read_url(text, {});
  if (!url) return error(url.error().what() + " in upstream \"" + text + "\"");
  auto addresses = resolve(*url, text);
  if (!addresses) return addresses.error();
  for (const Address& address : *addresses) {
    peer.name = addresses->size() == 1 ? text : address.text();
    peer.given_name = text;
    peer.address = address;
    upstream_->peers.push_back(peer);
  }
  return std::nullopt;
}

Reader::Problem Reader::read_peer_parameter(const std::string& word, PeerConfig& peer) {
  const auto invalid = [&] { return error("invalid parameter \"" + word + "\""); };
  const auto number_of = [&word](std::string_view key) {
    return read_number(std::string_view(word).substr(key.size()));
  };
  if (word.starts_with("weight=")) {
    const auto number = number_of("weight=");
    if (!number || *number == 0) return invalid();
    peer.weight = *number;
  } else if (word.starts_with("max_conns=")) {
    const auto number = number_of("max_conns=");
    if (!number) return invalid();
    peer.max_conns = *number;
  } else if (word.starts_with("max_fails=")) {
    const auto number = number_of("max_fails=");
    if (!number) return invalid();
    peer.max_fails = *number;
  } else if (word.starts_with("fail_timeout=")) {
    const auto seconds = read_time_s(std::string_view(word).substr(13));
    if (!seconds) return invalid();
    peer.fail_timeout_s = *seconds;
  } else if (word == "backup") {
    if (!takes_backup(upstream_->policy))
      return error("balancing method does not support parameter \"backup\"");
    peer.backup = true;
  } else if (word == "down") {
    peer.down = true;
  } else if (options_.newer_directives && word.starts_with("route=") && word.size() > 6) {
    peer.route = word.substr(6);
  } else {
    return invalid();
  }
  return std::nullopt;
}

Result<std::vector<Address>> Reader::resolve(const Url& url, const std::string& text) {
  if (url.is_ip || !options_.resolve) return std::vector<Address>{{url.host, url.port}};
  std::vector<Address> addresses = options_.resolve(url.host);
  if (addresses.empty()) return Error(place(), "host not found in upstream \"" + text + "\"");
  for (Address& address : addresses) address.port = url.port;
  return addresses;
}

}  // namespace roundhouse::proxy
