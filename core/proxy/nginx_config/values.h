// The small values of an nginx text: numbers, times, sizes, addresses. Each as nginx reads it, and refused as nginx refuses it.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <roundhouse/address.h>
#include <roundhouse/instant.h>
#include <roundhouse/result.h>

namespace roundhouse::proxy {

/// ngx_atoi: digits only.
std::optional<std::int64_t> read_number(std::string_view text);
/// ngx_parse_time: `1m30s`; a bare number is seconds. In milliseconds, or in whole seconds (then `ms` is an error).
std::optional<std::int64_t> read_time_ms(std::string_view text);
std::optional<std::int64_t> read_time_s(std::string_view text);
/// nginx takes times of millions of years; no run lasts as long as this, and an instant that much later can still be counted.
inline constexpr Duration time_max = std::chrono::hours(24 * 365 * 100);
/// At most time_max.
Duration duration_of_ms(std::int64_t milliseconds);
/// `4k`, `1m`, `1g`, bytes.
std::optional<std::int64_t> read_size(std::string_view text);

/// host[:port][/uri], `unix:/path[:/uri]`. What ngx_parse_url finds, names not resolved.
struct Url {
  std::string host;  ///< as written, IPv6 in brackets cut off; `unix:/path`
  std::uint16_t port = 0;
  bool no_port = true;
  bool is_ip = false;              ///< an address, or `unix:`, or `*`: nothing to look up
  std::optional<std::string> uri;  ///< from the slash on
};
struct UrlRules {
  std::uint16_t default_port = 80;
  bool uri_allowed = false;
  bool listen = false;  ///< a bare number is a port; `*` is any address
};
/// Errors: nginx's `invalid port`, `invalid host`, `no host`, without their place.
Result<Url> read_url(std::string_view text, const UrlRules& rules);

std::string lower_case(std::string_view text);
/// The four bytes of an IPv4 text, or the sixteen of an IPv6 text; empty where it is neither.
std::string address_bytes(std::string_view text);
/// The text of such bytes, as nginx writes it (ngx_sock_ntop): of IPv6 the longest run of zeros left out.
std::string address_text(std::string_view bytes);

}  // namespace roundhouse::proxy
