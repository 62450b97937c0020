// Where a proxy_pass with variables leads one request.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <roundhouse/result.h>

namespace roundhouse::proxy {

struct PassedTo {
  std::string host;  ///< as written, brackets cut off: an upstream's name, an address, or a name
  std::uint16_t port = 80;
  bool no_port = true;
  bool is_address = false;
  std::string shown;               ///< $proxy_host
  std::optional<std::string> uri;  ///< takes the place of the whole request URI
};

/// Reads what the variables came to. Errors: nginx's words for its log; it answers 500.
Result<PassedTo> read_passed_to(std::string_view text);

}  // namespace roundhouse::proxy
