// Which server block and which location a request belongs to.
#pragma once

#include <string_view>

#include "core/proxy/request_values.h"

namespace roundhouse::proxy {

/// By name: exact, then the longest `*.x`, then the longest `x.*`, then the first regular expression, then the listener's default.
/// What an expression found is kept in `values`.
const VirtualServer& find_server(const Config& config, const Listener& listener, std::string_view host,
                                 RequestValues& values);

struct Found {
  const Location* location = nullptr;  ///< null: no location matches, the server's own level applies
  bool add_slash = false;  ///< nginx answers 301 with a slash added: a proxied `/x/` was asked for as `/x`
  const Pattern* gave_up = nullptr;  ///< a regular expression that came to no end: nginx answers 500
};
/// Exact, else the longest prefix, and in it again; unless that is `^~`, the first regular expression before it.
Found find_location(const VirtualServer& server, std::string_view path, RequestValues& values);

}  // namespace roundhouse::proxy
