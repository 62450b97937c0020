// Host names with wildcards. See host_names.h; source: ngx_hash_add_key and ngx_hash_find_combined, release 1.22.1.
#include "core/proxy/host_names.h"

#include <algorithm>

namespace roundhouse::proxy {

std::size_t name_fit(std::string_view name, std::string_view host) {
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

std::vector<std::string> names_taken(std::string_view name) {
  if (name.size() > 1 && name.starts_with('.')) return {std::string(name.substr(1)), "*" + std::string(name)};
  return {std::string(name)};
}

bool valid_name(std::string_view name) {
  if (name.find("..") != std::string_view::npos || name.find('\0') != std::string_view::npos) return false;
  const auto stars = std::count(name.begin(), name.end(), '*');
  if (stars == 0) return true;
  return stars == 1 && name.size() > 2 && (name.starts_with("*.") || name.ends_with(".*"));
}

}  // namespace roundhouse::proxy
