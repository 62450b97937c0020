// Next upstream. See next_upstream.h.
#include "core/proxy/next_upstream.h"

namespace roundhouse::proxy {

namespace {

/// A request that may not be repeated once it was sent, unless non_idempotent is set.
bool unsafe(std::string_view method) {
  return method == "POST" || method == "LOCK" || method == "PATCH";
}

bool allowed(std::uint32_t kind, const TryState& state, const Location& location) {
  if (state.request_sent && unsafe(state.method)) kind |= next_non_idempotent;
  if ((location.next_upstream & next_off) != 0 || (location.next_upstream & kind) != kind) return false;
  return location.next_upstream_timeout.count() == 0 || state.since_start < location.next_upstream_timeout;
}

}  // namespace

bool goes_on(const TryEnd& end, const TryState& state, const Location& location) {
  return state.tries_left > 0 && allowed(end.kind, state, location);
}

int status_of(const TryEnd& end) {
  switch (end.kind) {
    case next_timeout:
    case next_http_504:
      return 504;
    case next_http_500:
      return 500;
    case next_http_503:
      return 503;
    case next_http_403:
      return 403;
    case next_http_404:
      return 404;
    case next_http_429:
      return 429;
    default:
      return 502;
  }
}

bool counts_as_failure(std::uint32_t kind) {
  return kind != next_http_403 && kind != next_http_404;
}

std::uint32_t kind_of_status(int status) {
  switch (status) {
    case 500:
      return next_http_500;
    case 502:
      return next_http_502;
    case 503:
      return next_http_503;
    case 504:
      return next_http_504;
    case 403:
      return next_http_403;
    case 404:
      return next_http_404;
    case 429:
      return next_http_429;
    default:
      return 0;
  }
}

bool gives_up_answer(std::uint32_t kind, const TryState& state, const Location& location) {
  return kind != 0 && state.tries_left > 1 && allowed(kind, state, location);
}

}  // namespace roundhouse::proxy
