// Server and location blocks, and what stands in them. See reader.h.
#include <algorithm>
#include <array>
#include <utility>

#include "core/base/assertion.h"
#include "core/proxy/nginx_config/reader.h"

namespace roundhouse::proxy {

Reader::Problem Reader::compile(std::string_view text, Template& to) {
  auto compiled = compile_template(text, config_.variables);
  if (!compiled) return error(compiled.error().what());
  to = std::move(*compiled);
  return std::nullopt;
}

Reader::Problem Reader::read_server() {
  server_.emplace();
  if (auto problem = read_block(in_server)) return problem;
  inherit(server_->server.fallback, server_->level, {&http_});
  set_client_limits(server_->server, server_->level);
  if (server_->server.names.empty()) server_->server.names.emplace_back();  // of requests that name no host
  if (server_->listens.empty()) server_->listens.push_back({Address{"*", 80}, false, false});
  listens_.push_back(std::move(server_->listens));
  config_.servers.push_back(std::move(server_->server));
  server_.reset();
  return std::nullopt;
}

Reader::Problem Reader::read_location() {
  if (locations_.size() >= static_cast<std::size_t>(location_depth_max))
    return error("\"location\" nested too deeply");
  Location location;
  std::string modifier = words()[1];
  std::string path = words().size() == 3 ? words()[2] : std::string();
  if (words().size() == 2) {  // `=/x` and `^~/x` may be written without a space
    path = modifier;
    modifier.clear();
    for (const std::string_view written : {"=", "^~", "~*", "~"}) {
      if (!path.starts_with(written)) continue;
      modifier = written;
      path.erase(0, written.size());
      break;
    }
  }
  if (modifier == "=") {
    location.match = Location::Match::exact;
  } else if (modifier == "^~") {
    location.match = Location::Match::prefix_no_regex;
  } else if (modifier == "~" || modifier == "~*") {
    const auto letters = modifier == "~" ? Regex::Letters::as_written : Regex::Letters::any_case;
    location.match = Location::Match::regex;
    if (auto problem = compile_pattern(path, letters, location.pattern.emplace())) return problem;
  } else if (!modifier.empty()) {
    return error("invalid location modifier \"" + modifier + "\"");
  } else if (path.starts_with('@')) {
    return error("named location \"" + path + "\" is not supported here");
  }
  if (!locations_.empty()) {
    const Location& outer = locations_.back().location;
    if (outer.match == Location::Match::exact) {
      return error("location \"" + path + "\" cannot be inside the exact location \"" + outer.path + "\"");
    }
    if (location.match != Location::Match::regex && !path.starts_with(outer.path)) {
      return error("location \"" + path + "\" is outside location \"" + outer.path + "\"");
    }
  }
  location.path = path;
  location.where = place();
  locations_.push_back({{}, std::move(location), false, false, {}});
  if (auto problem = read_block(in_location)) return problem;
  OpenLocation done = std::move(locations_.back());
  locations_.pop_back();
  std::vector<const Level*> outer;
  for (auto i = locations_.rbegin(); i != locations_.rend(); ++i) outer.push_back(&i->level);
  outer.push_back(&server_->level);
  outer.push_back(&http_);
  inherit(done.location, done.level, outer);
  close_conditionals(done, outer);
  auto& siblings = locations_.empty() ? server_->server.locations : locations_.back().location.inner;
  siblings.push_back(std::move(done.location));
  return std::nullopt;
}

Reader::Problem Reader::read_listen() {
  const std::string text = words()[1];
  const auto of_directive = [&](const std::string& what) {
    return error(what + " in \"" + text + "\" of the \"listen\" directive");
  };
  const auto url = read_url(text, {.default_port = 80, .uri_allowed = false, .listen = true});
  if (!url) return of_directive(url.error().what());
  std::vector<Address> addresses = {{url->host, url->port}};
  if (!url->is_ip && options_.resolve) {
    addresses = options_.resolve(url->host);
    if (addresses.empty()) return of_directive("host not found");
    for (Address& address : addresses) address.port = url->port;
  }
  Listen listen;
  for (std::size_t i = 2; i < words().size(); ++i) {
    const std::string& word = words()[i];
    constexpr std::array taken = {"bind", "deferred", "ipv6only=on", "ipv6only=off", "http2"};
    constexpr std::array taken_with_value = {
        "backlog=", "rcvbuf=", "sndbuf=", "fastopen=", "so_keepalive=", "setfib="};
    if (word == "default_server" || word == "default") {
      listen.is_default = true;
    } else if (word == "reuseport") {
      listen.reuseport = true;
    } else if (word == "ssl") {
      warn("\"listen ... ssl\" is read, but clients here speak plain HTTP");
    } else if (std::find(taken.begin(), taken.end(), word) == taken.end() &&
               std::none_of(taken_with_value.begin(), taken_with_value.end(),
                            [&](std::string_view prefix) { return word.starts_with(prefix); })) {
      if (word == "proxy_protocol") return error("\"listen ... proxy_protocol\" is not supported here");
      return error("invalid parameter \"" + word + "\"");
    }
  }
  for (const Address& address : addresses) {
    const std::string shown =
        address.host == "*" ? "0.0.0.0:" + std::to_string(address.port) : address.text();
    for (const Listen& other : server_->listens) {
      if (other.address == address) return error("a duplicate listen " + shown);
    }
    if (listen.is_default) {
      if (std::find(default_servers_.begin(), default_servers_.end(), address) != default_servers_.end())
        return error("a duplicate default server for " + shown);
      default_servers_.push_back(address);
    }
    listen.address = address;
    server_->listens.push_back(listen);
  }
  return std::nullopt;
}

Reader::Problem Reader::read_server_name() {
  for (std::size_t i = 1; i < words().size(); ++i) {
    const std::string& name = words()[i];
    const bool star = name.starts_with('*') && (name.size() < 3 || name[1] != '.');
    if (name.empty()) {
      server_->server.names.emplace_back();
      continue;
    }
    if (star || name == ".") return error("server name \"" + name + "\" is invalid");
    if (name.find('/') != std::string::npos)
      warn("server name \"" + name + "\" has suspicious symbols", /*of_nginx=*/true);
    if (!name.starts_with('~')) {
      server_->server.names.push_back(lower_case(name));
      continue;
    }
    if (name == "~") return error("empty regex in server name \"~\"");
    // A host is lower case by now: an expression with capitals in it is meant without case.
    const bool capitals = std::any_of(name.begin(), name.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
    const auto letters = capitals ? Regex::Letters::any_case : Regex::Letters::as_written;
    Pattern& pattern = server_->server.patterns.emplace_back();
    if (auto problem = compile_pattern(std::string_view(name).substr(1), letters, pattern)) return problem;
    server_->server.names.push_back(name);
  }
  return std::nullopt;
}

Reader::Problem Reader::read_proxy_pass() {
  OpenLocation& open = locations_.back();
  if (std::exchange(open.has_pass, true)) return error("\"proxy_pass\" directive is duplicate");
  const std::string text = words()[1];
  if (lower_case(text).starts_with("https://"))
    return error("\"proxy_pass\" with https is not supported here");
  if (text.find('$') != std::string::npos) return compile(text, open.location.pass.emplace());
  constexpr std::string_view scheme = "http://";
  if (lower_case(text).substr(0, scheme.size()) != scheme) return error("invalid URL prefix");
  const std::string target = text.substr(scheme.size());
  const auto url = read_url(target, {.default_port = 80, .uri_allowed = true, .listen = false});
  if (!url) return error(url.error().what() + " in upstream \"" + target + "\"");
  if (url->uri && (open.is_if || open.location.match == Location::Match::regex))
    return error(
        "\"proxy_pass\" cannot have URI part in location given by regular expression, or inside named "
        "location, "
        "or inside \"if\" statement, or inside \"limit_except\" block");
  open.location.uri = url->uri;
  open.location.proxy_host =
      url->host.starts_with("unix:") ? "localhost" : Address{url->host, url->port}.text();
  if (url->no_port || url->port == 80)
    open.location.proxy_host = url->host.starts_with("unix:") ? "localhost" : url->host;
  for (std::uint32_t i = 0; i < config_.upstreams.size(); ++i) {
    const UpstreamConfig& known = config_.upstreams[i];
    if (lower_case(known.name) != lower_case(url->host)) continue;
    if (!known.implicit && !url->no_port) {
      return error("upstream \"" + known.name + "\" may not have port " + std::to_string(url->port));
    }
    if (known.implicit && known.port != url->port) continue;
    open.location.upstream = i;
    return std::nullopt;
  }
  // Perhaps an upstream block that comes later, else a server of its own: decided when the http block ends.
  UpstreamConfig implicit;
  implicit.name = url->host;
  implicit.implicit = true;
  implicit.port = url->port;
  implicit.where = place();
  PeerConfig peer;
  peer.name = url->is_ip && url->host.starts_with("unix:") ? url->host : target.substr(0, target.find('/'));
  peer.given_name = peer.name;
  peer.address = {url->host, url->port};
  implicit.peers.push_back(std::move(peer));
  open.location.upstream = static_cast<std::uint32_t>(config_.upstreams.size());
  config_.upstreams.push_back(std::move(implicit));
  return std::nullopt;
}

Reader::Problem Reader::read_set_header() {
  HeaderLine line;
  line.name = words()[1];
  const std::string value = words()[2];
  if (auto problem = compile(value, line.value)) return problem;
  level().headers.push_back(std::move(line));
  return std::nullopt;
}

Reader::Problem Reader::read_add_header() {
  AddedHeader added;
  added.line.name = words()[1];
  if (auto problem = compile(words()[2], added.line.value)) return problem;
  if (words().size() == 4) {
    if (words()[3] != "always") return error("invalid parameter \"" + words()[3] + "\"");
    added.always = true;
  }
  const std::string name = lower_case(added.line.name);
  if (name == "last-modified" || name == "etag")
    warn("\"add_header " + added.line.name + "\" adds a line here; nginx replaces what was there");
  level().added_headers.push_back(std::move(added));
  return std::nullopt;
}

Reader::Problem Reader::read_next_upstream() {
  if (level().next_upstream) return error("\"proxy_next_upstream\" directive is duplicate");
  constexpr std::array<std::pair<std::string_view, NextUpstream>, 13> known = {{
      {"error", next_error},
      {"timeout", next_timeout},
      {"invalid_header", next_invalid_header},
      {"non_idempotent", next_non_idempotent},
      {"http_500", next_http_500},
      {"http_502", next_http_502},
      {"http_503", next_http_503},
      {"http_504", next_http_504},
      {"http_403", next_http_403},
      {"http_404", next_http_404},
      {"http_429", next_http_429},
      {"updating", next_updating},
      {"off", next_off},
  }};
  std::uint32_t bits = 0;
  for (std::size_t i = 1; i < words().size(); ++i) {
    const std::string& word = words()[i];
    const auto found =
        std::find_if(known.begin(), known.end(), [&](const auto& entry) { return entry.first == word; });
    if (found == known.end()) return error("invalid value \"" + word + "\"");
    if ((bits & found->second) != 0) warn("duplicate value \"" + word + "\"", /*of_nginx=*/true);
    bits |= found->second;
  }
  level().next_upstream = bits;
  return std::nullopt;
}

Reader::Problem Reader::read_http_version() {
  if (level().upstream_minor_version) return error("\"proxy_http_version\" directive is duplicate");
  const std::string& word = words()[1];
  if (word != "1.0" && word != "1.1") return error("invalid value \"" + word + "\"");
  level().upstream_minor_version = word == "1.1" ? 1 : 0;
  return std::nullopt;
}

}  // namespace roundhouse::proxy
