// What clients may take: time, header buffers, requests of a connection. See reader.h; source: ngx_http_core_module.c, release 1.22.1.
#include "core/proxy/nginx_config/reader.h"

namespace roundhouse::proxy {

namespace {

/// The innermost level that says it.
std::optional<std::int64_t> said(const std::vector<const Level*>& levels, Setting which) {
  for (const Level* level : levels) {
    if (const auto value = level->get(which)) return value;
  }
  return std::nullopt;
}

void take_time(const std::vector<const Level*>& levels, Setting which, Duration& to) {
  if (const auto value = said(levels, which)) to = std::chrono::milliseconds(*value);
}

}  // namespace

Reader::Problem Reader::read_large_header_buffers() {
  if (auto problem = once("large_client_header_buffers")) return problem;
  const auto number = read_number(words()[1]);
  const auto bytes = read_size(words()[2]);
  if (!number || *number == 0 || !bytes || *bytes == 0)
    return error("\"large_client_header_buffers\" directive invalid value");
  level().set(Setting::large_header_buffers, *number);
  level().set(Setting::large_header_bytes, *bytes);
  return std::nullopt;
}

Reader::Problem Reader::read_keepalive_timeout() {
  if (auto problem = once("keepalive_timeout")) return problem;
  const auto timeout = read_time_ms(words()[1]);
  const auto shown = words().size() == 3 ? read_time_s(words()[2]) : std::optional<std::int64_t>(0);
  if (!timeout || !shown) return error("\"keepalive_timeout\" directive invalid value");
  level().set(Setting::keepalive_timeout, *timeout);
  level().set(Setting::keepalive_shown, *shown);
  return std::nullopt;
}

void Reader::set_client_limits(VirtualServer& server, const Level& own) const {
  const std::vector<const Level*> levels = {&own, &http_};
  take_time(levels, Setting::header_timeout, server.header_timeout);
  const auto size = [&](Setting which, std::size_t& to) {
    if (const auto value = said(levels, which)) to = static_cast<std::size_t>(*value);
  };
  size(Setting::first_header_buffer, server.head_limits.first_bytes);
  size(Setting::large_header_buffers, server.head_limits.large_max);
  size(Setting::large_header_bytes, server.head_limits.large_bytes);
}

Reader::Problem Reader::check_client_limits() const {
  for (const VirtualServer& server : config_.servers) {
    if (server.head_limits.large_bytes < connection_pool_bytes)
      return error(
          "the \"large_client_header_buffers\" size must be equal to or greater than "
          "\"connection_pool_size\"");
    if (server.head_limits.first_bytes == 0)
      return error("\"client_header_buffer_size 0\" is not supported here");
  }
  return std::nullopt;
}

void Reader::inherit_client_limits(Location& location, const std::vector<const Level*>& levels) {
  take_time(levels, Setting::keepalive_timeout, location.keepalive_timeout);
  take_time(levels, Setting::keepalive_time, location.keepalive_time);
  take_time(levels, Setting::body_timeout, location.body_timeout);
  location.keepalive_shown_s = said(levels, Setting::keepalive_shown).value_or(0);
  location.keepalive_requests =
      said(levels, Setting::keepalive_requests).value_or(location.keepalive_requests);
  if (const auto bytes = said(levels, Setting::body_max))
    location.body_bytes_max = static_cast<std::uint64_t>(*bytes);
}

}  // namespace roundhouse::proxy
