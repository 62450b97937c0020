// A request's target as nginx takes it apart: what it forwards, what it matches locations with, the arguments.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace roundhouse::proxy {

struct Target {
  std::string unparsed;   ///< as sent, from the first slash on: $request_uri
  std::string path;       ///< decoded, without `.`, `..` and double slashes: $uri
  std::string args;       ///< behind the `?`, raw
  std::string host;       ///< of an absolute target, else empty
  std::string extension;  ///< of the path's last segment, without its dot
  bool has_args = false;
  bool quoted = false;  ///< something was percent-encoded: what is sent on must be encoded again
};

/// Empty where nginx answers 400: a bad escape, or `..` above the root.
std::optional<Target> read_target(std::string_view text);
/// Behind the last dot of the last segment. A dot at its beginning is none, nor are the two that may follow it.
std::string_view extension_of(std::string_view path);
/// ngx_escape_uri of a path.
std::string escape_path(std::string_view path);

}  // namespace roundhouse::proxy
