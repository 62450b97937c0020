// The type of an answer that the proxy writes itself: by the extension of the URI, as for a file.
#pragma once

#include <string_view>

#include "core/proxy/nginx_config/config.h"

namespace roundhouse::proxy {

/// Empty: the answer has no Content-Type.
std::string_view content_type(const Location& location, std::string_view extension);

}  // namespace roundhouse::proxy
