// Servers and locations. See routes.h; sources: ngx_http_find_virtual_server, ngx_http_find_static_location.
#include "core/proxy/routes.h"

namespace roundhouse::proxy {

namespace {

/// How well a server_name fits: 0 not at all; exact before wildcards, longer before shorter.
std::size_t fit(std::string_view name, std::string_view host) {
  constexpr std::size_t exact = 1 << 20;
  constexpr std::size_t leading = 1 << 10;
  if (name == host) return exact;
  if (name.starts_with("*.") && host.size() >= name.size() && host.ends_with(name.substr(1)))
    return leading + name.size();
  if (name.starts_with('.') && host == name.substr(1)) return exact;
  if (name.starts_with('.') && host.size() > name.size() && host.ends_with(name))
    return leading + name.size();
  if (name.ends_with(".*") && host.starts_with(name.substr(0, name.size() - 1)) && host.size() >= name.size())
    return name.size();
  return 0;
}

void search(const std::vector<Location>& locations, std::string_view path, Found& found) {
  const Location* best = nullptr;
  for (const Location& location : locations) {
    if (location.match == Location::Match::exact) {
      if (location.path == path) {
        found = {&location, false};
        return;
      }
      continue;
    }
    if (path.starts_with(location.path) && (best == nullptr || location.path.size() > best->path.size()))
      best = &location;
  }
  bool slash = false;
  for (const Location& location : locations) {
    slash |= location.upstream && location.path.size() == path.size() + 1 && location.path.back() == '/' &&
             location.path.starts_with(path);
  }
  if (best != nullptr) {
    found.location = best;
    if (best->path == path) slash = false;
    search(best->inner, path, found);
  }
  if (slash) found.add_slash = true;
}

}  // namespace

const VirtualServer& find_server(const Config& config, const Listener& listener, std::string_view host) {
  std::size_t best_fit = 0;
  std::uint32_t best = listener.default_server;
  for (const std::uint32_t index : listener.servers) {
    for (const std::string& name : config.servers[index].names) {
      const std::size_t fits = fit(name, host);
      if (fits <= best_fit) continue;
      best_fit = fits;
      best = index;
    }
  }
  return config.servers[best];
}

Found find_location(const VirtualServer& server, std::string_view path) {
  Found found;
  search(server.locations, path, found);
  return found;
}

}  // namespace roundhouse::proxy
