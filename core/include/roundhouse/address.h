// Logical addresses: what a configuration says. The world maps them to endpoints; parties never resolve names.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include <roundhouse/result.h>

namespace roundhouse {

/// `webapp-1:5000`, `127.4.0.9`, `[::1]:80`, `unix:/x`, `*:80` (every address of the node).
///
/// `host` holds a name, an IPv4 or IPv6 text without brackets, `*`, or `unix:/path` (then `port` is 0).
/// Port 0 means: any port, or none said.
struct Address {
  std::string host;
  std::uint16_t port = 0;

  friend auto operator<=>(const Address&, const Address&) = default;
  /// `host:port`, `[v6]:port`, or `host` where the port is 0.
  std::string text() const;
};

/// Reads an address as written in a configuration. A bare number is a port on `*`, as in nginx's `listen 80`.
/// Errors: an empty host, a port outside 0-65535.
Result<Address> parse_address(std::string_view text);

}  // namespace roundhouse
