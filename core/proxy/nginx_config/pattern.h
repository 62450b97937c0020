// A regular expression of the configuration, and the variables that it sets.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "core/proxy/nginx_config/regex.h"

namespace roundhouse::proxy {

/// A regular expression and the variables that its named groups set.
struct Pattern {
  Regex regex;
  std::vector<std::pair<std::int32_t, std::uint32_t>> named;  ///< index into Config::variables, group
};

}  // namespace roundhouse::proxy
