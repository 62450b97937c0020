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
  bool unparsed_valid = true;  ///< false: a rewrite has changed the path or the arguments
  bool location_valid =
      true;             ///< false: a proxy_pass's URI takes no prefix's place, after `rewrite ... break`
  bool quoted = false;  ///< something was percent-encoded: what is sent on must be encoded again
};

/// Empty where nginx answers 400: a bad escape, or `..` above the root.
std::optional<Target> read_target(std::string_view text);
/// Behind the last dot of the last segment. A dot at its beginning is none, nor are the two that may follow it.
std::string_view extension_of(std::string_view path);
/// The same of a path that a rewrite made: only a dot right behind the slash is none.
std::string_view rewritten_extension_of(std::string_view path);
/// ngx_escape_uri of a path, and of what goes into arguments.
std::string escape_path(std::string_view path);
std::string escape_args(std::string_view text);
/// ngx_unescape_uri of a redirect: up to its `?`, what need not be encoded is decoded.
std::string unescape_redirect(std::string_view text);

}  // namespace roundhouse::proxy
