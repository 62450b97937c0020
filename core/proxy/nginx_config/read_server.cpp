// map, server and location blocks, and what stands in them. See reader.h.
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

Reader::Problem Reader::read_map() {
  map_.emplace();
  if (auto problem = compile(words()[1], map_->source)) return problem;
  const std::string name = words()[2];
  if (!name.starts_with('$') || name.size() == 1) return error("invalid variable name \"" + name + "\"");
  map_->name = name.substr(1);
  bool open = true;
  while (open) {
    switch (files_.back().tokens.next()) {
      case Tokenizer::End::error:
        return error(files_.back().tokens.error());
      case Tokenizer::End::text_end:
        return error("unexpected end of file, expecting \"}\"");
      case Tokenizer::End::block_end:
        open = false;
        break;
      case Tokenizer::End::block_start:
      case Tokenizer::End::semicolon:
        if (auto problem = read_map_line()) return problem;
        break;
    }
  }
  for (Map& other : config_.maps) {  // a second map of one name replaces the first, as in nginx
    if (other.name == map_->name) {
      other = std::move(*map_);
      map_.reset();
      return std::nullopt;
    }
  }
  config_.maps.push_back(std::move(*map_));
  map_.reset();
  return std::nullopt;
}

Reader::Problem Reader::read_map_line() {
  if (words().size() == 1 && words()[0] == "volatile") return std::nullopt;
  if (words().size() == 1 && words()[0] == "hostnames")
    return error("\"hostnames\" in a map is not supported here");
  if (words().size() != 2) return error("invalid number of the map parameters");
  std::string key = words()[0];
  if (key == "include") return error("\"include\" in a map is not supported here");
  Template value;
  if (auto problem = compile(words()[1], value)) return problem;
  if (key == "default") {
    if (!map_->otherwise.parts.empty()) return error("duplicate default map parameter");
    map_->otherwise = std::move(value);
    return std::nullopt;
  }
  if (key.starts_with('~')) return error("regular expression \"" + key + "\" in a map is not supported here");
  if (key.size() > 1 && key.front() == '\\') key.erase(0, 1);
  const std::string lower = lower_case(key);
  for (const Map::Entry& entry : map_->entries) {
    if (entry.key == lower) return error("conflicting parameter \"" + key + "\"");
  }
  map_->entries.push_back({lower, std::move(value)});
  return std::nullopt;
}

Reader::Problem Reader::read_server() {
  server_.emplace();
  if (auto problem = read_block(in_server)) return problem;
  inherit(server_->server.fallback, server_->level, {&http_});
  if (server_->listens.empty()) server_->listens.push_back({Address{"*", 80}, false});
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
    return error("regular expression location \"" + path + "\" is not supported here");
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
    if (!path.starts_with(outer.path)) {
      return error("location \"" + path + "\" is outside location \"" + outer.path + "\"");
    }
  }
  location.path = path;
  location.where = place();
  locations_.push_back({{}, std::move(location), false});
  if (auto problem = read_block(in_location)) return problem;
  OpenLocation done = std::move(locations_.back());
  locations_.pop_back();
  std::vector<const Level*> outer;
  for (auto i = locations_.rbegin(); i != locations_.rend(); ++i) outer.push_back(&i->level);
  outer.push_back(&server_->level);
  outer.push_back(&http_);
  inherit(done.location, done.level, outer);
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
  bool is_default = false;
  for (std::size_t i = 2; i < words().size(); ++i) {
    const std::string& word = words()[i];
    constexpr std::array taken = {"bind", "deferred", "reuseport", "ipv6only=on", "ipv6only=off", "http2"};
    constexpr std::array taken_with_value = {
        "backlog=", "rcvbuf=", "sndbuf=", "fastopen=", "so_keepalive=", "setfib="};
    if (word == "default_server" || word == "default") {
      is_default = true;
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
    for (const auto& [other, other_default] : server_->listens) {
      if (other == address) {
        const std::string shown =
            address.host == "*" ? "0.0.0.0:" + std::to_string(address.port) : address.text();
        return error("a duplicate listen " + shown);
      }
    }
    server_->listens.push_back({address, is_default});
  }
  return std::nullopt;
}

Reader::Problem Reader::read_server_name() {
  for (std::size_t i = 1; i < words().size(); ++i) {
    if (words()[i].starts_with('~'))
      return error("regular expression \"" + words()[i] + "\" in server_name is not supported here");
    server_->server.names.push_back(lower_case(words()[i]));
  }
  return std::nullopt;
}

Reader::Problem Reader::read_proxy_pass() {
  OpenLocation& open = locations_.back();
  if (std::exchange(open.has_pass, true)) return error("\"proxy_pass\" directive is duplicate");
  const std::string text = words()[1];
  if (text.find('$') != std::string::npos) return error("variables in \"proxy_pass\" are not supported here");
  constexpr std::string_view scheme = "http://";
  if (lower_case(text).starts_with("https://"))
    return error("\"proxy_pass\" with https is not supported here");
  if (lower_case(text).substr(0, scheme.size()) != scheme) return error("invalid URL prefix");
  const std::string target = text.substr(scheme.size());
  const auto url = read_url(target, {.default_port = 80, .uri_allowed = true, .listen = false});
  if (!url) return error(url.error().what() + " in upstream \"" + target + "\"");
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

Reader::Problem Reader::read_return() {
  std::optional<Return>& answer =
      locations_.empty() ? server_->server.fallback.answer : locations_.back().location.answer;
  if (answer) return std::nullopt;  // nginx runs the first
  Return result;
  const auto status = read_number(words()[1]);
  if (!status || *status > 999) {
    if (words().size() == 2 && (words()[1].starts_with("http://") || words()[1].starts_with("https://") ||
                                words()[1].starts_with("$scheme"))) {
      result.status = 302;
      if (auto problem = compile(words()[1], result.text)) return problem;
      answer = std::move(result);
      return std::nullopt;
    }
    return error("invalid return code \"" + words()[1] + "\"");
  }
  result.status = static_cast<int>(*status);
  if (words().size() == 3) {
    if (auto problem = compile(words()[2], result.text)) return problem;
  }
  answer = std::move(result);
  return std::nullopt;
}

}  // namespace roundhouse::proxy
