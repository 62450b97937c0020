// When a failed try goes on to the next server, and what the client gets when it does not.
// Source: ngx_http_upstream_next and ngx_http_upstream_test_next, release 1.22.1.
#pragma once

#include <cstdint>
#include <string_view>

#include <roundhouse/instant.h>
#include "core/proxy/nginx_config/config.h"

namespace roundhouse::proxy {

/// What happened to a try, as far as proxy_next_upstream tells apart.
struct TryEnd {
  std::uint32_t kind = next_error;  ///< one bit of NextUpstream
  std::string_view why;             ///< nginx's words
};

struct TryState {
  std::int64_t tries_left = 0;
  bool request_sent = false;
  std::string_view method;
  Duration since_start{};
};

/// Whether the next server is asked, the failure being booked already.
bool goes_on(const TryEnd& end, const TryState& state, const Location& location);
/// The status of the proxy's own answer where it does not go on.
int status_of(const TryEnd& end);
/// 403 and 404 send a request on without being a failure.
bool counts_as_failure(std::uint32_t kind);
/// The bit for an answer with this status; 0: such an answer always goes to the client.
std::uint32_t kind_of_status(int status);
/// Whether an answer with a listed status is given up for another try.
bool gives_up_answer(std::uint32_t kind, const TryState& state, const Location& location);

}  // namespace roundhouse::proxy
