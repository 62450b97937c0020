// Servers and locations. See routes.h; sources: ngx_http_find_virtual_server, ngx_http_core_find_location and
// ngx_http_core_find_static_location, release 1.22.1.
#include "core/proxy/routes.h"

#include "core/proxy/host_names.h"

namespace roundhouse::proxy {

namespace {

using Match = Location::Match;

/// True where the search is over: regular expressions are not asked.
bool search(const std::vector<Location>& locations, std::string_view path, RequestValues& values,
            Found& found) {
  const Location* best = nullptr;
  const Location* with_slash = nullptr;
  bool has_regex = false;
  for (const Location& location : locations) {
    if (location.match == Match::regex) {
      has_regex = true;
      continue;
    }
    if (location.match == Match::exact && location.path == path) {
      found.location = &location;
      return true;
    }
    if (location.proxied() && location.path.size() == path.size() + 1 && location.path.back() == '/' &&
        location.path.starts_with(path)) {
      with_slash = &location;
    }
    if (location.match != Match::exact && path.starts_with(location.path) &&
        (best == nullptr || location.path.size() > best->path.size())) {
      best = &location;
    }
  }
  if (with_slash != nullptr && (best == nullptr || best->path != path)) {
    found.location = with_slash;
    found.add_slash = true;
    return true;
  }
  if (best != nullptr) {
    found.location = best;
    if (search(best->inner, path, values, found)) return true;
    if (best->match == Match::prefix_no_regex) return false;
  }
  if (!has_regex) return false;
  for (const Location& location : locations) {
    if (location.match != Match::regex) continue;
    const Regex::Outcome outcome = values.search(*location.pattern, path);
    if (outcome == Regex::Outcome::no) continue;
    if (outcome == Regex::Outcome::gave_up) {
      found.gave_up = &*location.pattern;
      return true;
    }
    found.location = &location;
    search(location.inner, path, values, found);
    return true;
  }
  return false;
}

}  // namespace

const VirtualServer& find_server(const Config& config, const Listener& listener, std::string_view host,
                                 RequestValues& values) {
  std::size_t best_fit = 0;
  std::uint32_t best = listener.default_server;
  bool has_regex = false;
  for (const std::uint32_t index : listener.servers) {
    has_regex |= !config.servers[index].patterns.empty();
    for (const std::string& name : config.servers[index].names) {
      const std::size_t fits = name_fit(name, host);
      if (fits <= best_fit) continue;
      best_fit = fits;
      best = index;
    }
  }
  if (!has_regex || best_fit > 0 || host.empty()) return config.servers[best];
  for (const std::uint32_t index : listener.servers) {
    for (const Pattern& pattern : config.servers[index].patterns) {
      if (values.search(pattern, host) == Regex::Outcome::match) return config.servers[index];
    }
  }
  return config.servers[best];
}

Found find_location(const VirtualServer& server, std::string_view path, RequestValues& values) {
  Found found;
  search(server.locations, path, values, found);
  return found;
}

}  // namespace roundhouse::proxy
