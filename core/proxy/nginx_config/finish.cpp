// What nginx checks when the http block ends, in its order: upstreams, locations, variables, listening addresses. See reader.h.
#include <algorithm>

#include "core/proxy/host_names.h"
#include "core/proxy/nginx_config/reader.h"

namespace roundhouse::proxy {

namespace {

/// The proxy module's own headers (ngx_http_proxy_headers); an empty value means: not forwarded.
constexpr std::pair<std::string_view, std::string_view> default_headers[] = {
    {"Host", "$proxy_host"},
    {"Connection", "close"},
    {"Content-Length", "$proxy_internal_body_length"},
    {"Transfer-Encoding", ""},
    {"TE", ""},
    {"Keep-Alive", ""},
    {"Expect", ""},
    {"Upgrade", ""},
};

}  // namespace

Reader::Problem Reader::finish_http() {
  if (auto problem = check_client_limits()) return problem;
  if (auto problem = check_upstreams()) return problem;
  for (const VirtualServer& server : config_.servers) {
    if (auto problem = check_locations(server.locations)) return problem;
  }
  if (auto problem = resolve_variables()) return problem;
  join_listeners();
  for (const auto& [name, bytes] : zones_) {
    if (bytes == 0) return Error("zero size shared memory zone \"" + name + "\"");
  }
  return std::nullopt;
}

Reader::Problem Reader::check_upstreams() {
  // A proxy_pass that stood before its upstream block: point it there.
  std::vector<std::uint32_t> moved(config_.upstreams.size());
  for (std::uint32_t i = 0; i < moved.size(); ++i) {
    moved[i] = i;
    UpstreamConfig& passed = config_.upstreams[i];
    if (!passed.implicit) continue;
    for (std::uint32_t k = 0; k < moved.size(); ++k) {
      const UpstreamConfig& block = config_.upstreams[k];
      if (block.implicit || lower_case(block.name) != lower_case(passed.name)) continue;
      if (passed.peers[0].name != passed.name) {  // it was written with a port
        return Error(block.where,
                     "upstream \"" + passed.name + "\" may not have port " + std::to_string(passed.port));
      }
      moved[i] = k;
    }
    if (moved[i] != i) continue;
    PeerConfig& peer = passed.peers[0];
    const std::string host = peer.address.host;
    const bool named = address_bytes(host).empty() && !host.starts_with("unix:");
    if (!named || !options_.resolve) continue;
    const std::vector<Address> addresses = options_.resolve(host);
    if (addresses.empty()) return Error(passed.where, "host not found in upstream \"" + passed.name + "\"");
    const PeerConfig first = peer;
    passed.peers.clear();
    for (Address address : addresses) {
      address.port = passed.port;
      passed.peers.push_back(first);
      passed.peers.back().address = address;
      if (addresses.size() > 1) passed.peers.back().name = address.text();
    }
  }
  for (const UpstreamConfig& upstream : config_.upstreams) {
    if (std::all_of(upstream.peers.begin(), upstream.peers.end(),
                    [](const PeerConfig& peer) { return peer.backup; })) {
      return Error(upstream.where, "no servers in upstream \"" + upstream.name + "\"");
    }
  }
  const auto repoint = [&](auto& self, std::vector<Location>& locations) -> void {
    for (Location& location : locations) {
      if (location.upstream) location.upstream = moved[*location.upstream];
      self(self, location.inner);
      self(self, location.conditional);
    }
  };
  for (VirtualServer& server : config_.servers) repoint(repoint, server.locations);
  return std::nullopt;
}

Reader::Problem Reader::check_locations(const std::vector<Location>& locations) {
  for (std::size_t i = 0; i < locations.size(); ++i) {
    for (std::size_t k = 0; k < i; ++k) {
      using Match = Location::Match;
      if (locations[i].match == Match::regex || locations[k].match == Match::regex) continue;
      const bool both_exact = (locations[i].match == Match::exact) == (locations[k].match == Match::exact);
      if (both_exact && locations[i].path == locations[k].path) {
        return Error(locations[i].where, "duplicate location \"" + locations[i].path + "\"");
      }
    }
    if (auto problem = check_locations(locations[i].inner)) return problem;
  }
  return std::nullopt;
}

Reader::Problem Reader::resolve_variables() {
  bool changing = has_patterns_ || has_script_;
  for (VariableUse& use : config_.variables) {
    const auto map = std::find_if(config_.maps.begin(), config_.maps.end(),
                                  [&](const Map& m) { return m.name == use.name; });
    if (map != config_.maps.end()) {
      use.kind = Variable::map;
      use.map = static_cast<std::uint32_t>(map - config_.maps.begin());
    } else if (use.kind != Variable::named_group && !resolve_variable(use)) {
      if (use.is_set) {
        use.kind = Variable::named_group;  // empty where nothing has set it
        continue;
      }
      if (!known_elsewhere(use.name)) return Error("unknown \"" + use.name + "\" variable");
      use.kind = Variable::nothing;
      config_.warnings.push_back(options_.file + ": \"$" + use.name + "\" is empty here");
    }
    changing |= use.kind == Variable::upstream_addr || use.kind == Variable::upstream_status;
  }
  config_.keeps_map_values = changing;
  config_.rewrites = has_script_;
  return std::nullopt;
}

void Reader::join_listeners() {
  std::vector<std::vector<std::string>> taken;  // names of each listener
  for (std::uint32_t i = 0; i < listens_.size(); ++i) {
    for (const Listen& listen : listens_[i]) {
      const Address& address = listen.address;
      auto at = std::find_if(config_.listeners.begin(), config_.listeners.end(),
                             [&](const Listener& listener) { return listener.address == address; });
      if (at == config_.listeners.end()) {
        config_.listeners.push_back({address, i, {}, false});
        taken.emplace_back();
        at = config_.listeners.end() - 1;
      }
      if (listen.is_default) at->default_server = i;
      at->reuseport |= listen.reuseport;
      at->servers.push_back(i);
      auto& names = taken[static_cast<std::size_t>(at - config_.listeners.begin())];
      for (const std::string& name : config_.servers[i].names) {
        if (!name.starts_with('~')) warn_of_conflicts(name, address, names);
      }
    }
  }
}

void Reader::warn_of_conflicts(const std::string& name, const Address& address,
                               std::vector<std::string>& taken) {
  for (std::string& part : names_taken(name)) {
    if (std::find(taken.begin(), taken.end(), part) == taken.end()) {
      taken.push_back(std::move(part));
      continue;
    }
    const std::string shown =
        address.host == "*" ? "0.0.0.0:" + std::to_string(address.port) : address.text();
    const Error warning("conflicting server name \"" + name + "\" on " + shown + ", ignored");
    config_.warnings.push_back(options_.file + ": " + warning.text());
    config_.nginx_warnings.push_back(warning);
    return;
  }
}

void Reader::inherit(Location& location, const Level& own, const std::vector<const Level*>& outer) {
  const auto setting = [&](Setting which) -> std::optional<std::int64_t> {
    const auto index = static_cast<std::size_t>(which);
    if (own.settings[index]) return own.settings[index];
    for (const Level* level : outer) {
      if (level->settings[index]) return level->settings[index];
    }
    return std::nullopt;
  };
  const auto milliseconds = [&](Setting which, Duration& to) {
    if (const auto value = setting(which)) to = duration_of_ms(*value);
  };
  milliseconds(Setting::connect_timeout, location.connect_timeout);
  milliseconds(Setting::send_timeout, location.send_timeout);
  milliseconds(Setting::read_timeout, location.read_timeout);
  milliseconds(Setting::next_timeout, location.next_upstream_timeout);
  location.next_upstream_tries = setting(Setting::next_tries).value_or(location.next_upstream_tries);
  if (const auto bytes = setting(Setting::buffer_size))
    location.head_bytes_max = static_cast<std::uint64_t>(*bytes);

  RealIp real_ip;
  std::vector<const Level*> all = {&own};
  all.insert(all.end(), outer.begin(), outer.end());
  inherit_client_limits(location, all);
  for (auto level = all.rbegin(); level != all.rend(); ++level) {
    if ((*level)->root) location.root = *(*level)->root;
    location.internal |= (*level)->internal;
    location.has_resolver |= (*level)->has_resolver;
    if ((*level)->default_type) location.default_type = *(*level)->default_type;
    if ((*level)->types) location.types = std::make_shared<const Types>(*(*level)->types);
    if ((*level)->next_upstream) location.next_upstream = *(*level)->next_upstream;
    if ((*level)->upstream_minor_version) location.upstream_minor_version = *(*level)->upstream_minor_version;
    // All or nothing: one proxy_set_header on a level and the outer ones are gone.
    if (!(*level)->headers.empty()) location.headers = (*level)->headers;
    if (!(*level)->added_headers.empty()) location.added_headers = (*level)->added_headers;
    if ((*level)->real_ip_from) {
      real_ip.from = *(*level)->real_ip_from;
      real_ip.from_unix = (*level)->real_ip_from_unix;
    }
    if ((*level)->real_ip_field) real_ip.field = *(*level)->real_ip_field;
  }
  real_ip.is_list = real_ip.field == "X-Forwarded-For";
  real_ip.recursive = setting(Setting::real_ip_recursive).value_or(0) != 0;
  if (!real_ip.from.empty() || real_ip.from_unix)
    location.real_ip = std::make_shared<const RealIp>(std::move(real_ip));
  for (const auto& [name, value] : default_headers) {
    const bool given = std::any_of(
        location.headers.begin(), location.headers.end(),
        [&name = name](const HeaderLine& line) { return lower_case(line.name) == lower_case(name); });
    if (given) continue;
    auto compiled = compile_template(value, config_.variables);
    location.headers.push_back({std::string(name), std::move(*compiled)});
  }
}

}  // namespace roundhouse::proxy
