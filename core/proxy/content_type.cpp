// See content_type.h; source: ngx_http_set_content_type, release 1.22.1.
#include "core/proxy/content_type.h"

#include "core/proxy/nginx_config/values.h"

namespace roundhouse::proxy {

std::string_view content_type(const Location& location, std::string_view extension) {
  const std::string lower = lower_case(extension);
  if (location.types == nullptr) {
    if (lower == "html") return "text/html";
    if (lower == "gif") return "image/gif";
    if (lower == "jpg") return "image/jpeg";
    return location.default_type;
  }
  const auto found = location.types->find(lower);
  return found == location.types->end() ? std::string_view(location.default_type) : found->second;
}

}  // namespace roundhouse::proxy
