// Which server block and which location a request belongs to.
#pragma once

#include <string_view>

#include "core/proxy/nginx_config/config.h"

namespace roundhouse::proxy {

/// By name: exact, then the longest `*.x`, then the longest `x.*`, then the listener's default.
const VirtualServer& find_server(const Config& config, const Listener& listener, std::string_view host);

struct Found {
  const Location* location = nullptr;  ///< null: no location matches, the server's own level applies
  bool add_slash = false;  ///< nginx answers 301 with a slash added: a proxied `/x/` was asked for as `/x`
};
Found find_location(const VirtualServer& server, std::string_view path);

}  // namespace roundhouse::proxy
