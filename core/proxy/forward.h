// The request as the upstream gets it: nginx's order of headers, its defaults, and what it leaves out.
#pragma once

#include "core/proxy/scope.h"

namespace roundhouse::proxy {

/// Appends the head, blank line included. Source: ngx_http_proxy_create_request, release 1.22.1.
void append_forwarded_head(Bytes& out, const Scope& scope);

}  // namespace roundhouse::proxy
