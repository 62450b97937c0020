// How well a name with a wildcard fits a host: of server_name, and of a map with `hostnames`.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace roundhouse::proxy {

/// 0: not at all. Exact before `*.x`, `*.x` before `x.*`, longer before shorter; `.x` is both `x` and `*.x`. Both in lower case.
std::size_t name_fit(std::string_view name, std::string_view host);
/// What a name takes for itself: two of `.x`, else itself. Two names with one of these in common are in conflict.
std::vector<std::string> names_taken(std::string_view name);
/// Whether nginx takes it for a host name or a wildcard at all.
bool valid_name(std::string_view name);

}  // namespace roundhouse::proxy
