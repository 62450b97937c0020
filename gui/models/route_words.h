// Why the proxy sent a request where it did: a `route` record and its continuations, in nginx's words.
#pragma once

#include <string>
#include <vector>

#include "gui/models/roles.h"

namespace roundhouse::view {

struct RouteWords {
  std::string reason;               ///< short: `hash 4041`, `weight 3`, `2 conns`, `cookie`
  std::vector<std::string> passed;  ///< peers passed over, and why: `B tried`
  std::string full;  ///< all of it with names: `ip_hash: hash 4041 of the client's address; ...`
};

/// `place` is that of the `route` record.
RouteWords route_words(std::size_t place, const Recording& recording, const Roles& roles);

}  // namespace roundhouse::view
