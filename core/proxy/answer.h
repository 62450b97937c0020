// What clients get: nginx's own pages byte for byte, and the heads of answers that came from an upstream.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/http/message.h"
#include "core/proxy/nginx_config/config.h"

namespace roundhouse::proxy {

inline constexpr std::string_view server_token = "nginx/1.22.1";

/// `502 Bad Gateway`, in nginx's words.
std::string_view status_line(int status);

/// An answer of the proxy's own.
struct OwnAnswer {
  int status = 500;
  bool header_too_large = false;             ///< the page of a 400 for too large fields
  std::optional<std::string> text = {};      ///< of `return`; else nginx's page for the status
  std::string_view type = "text/html";       ///< empty: none is said
  std::optional<std::string> location = {};  ///< of a redirect
  bool location_completed = false;           ///< it was a path, and nginx has put the host before it
  std::string cookie = {};                   ///< a Set-Cookie of the sticky policy
  std::string added = {};                    ///< lines of add_header
  bool keep_alive = true;
  std::int64_t keep_alive_s = 0;  ///< what the client is told of it; 0: nothing
  bool head_only = false;         ///< the answer to HEAD
  bool body_only = false;         ///< the answer to HTTP/0.9
};
void append_own_answer(Bytes& out, const OwnAnswer& answer, std::string_view date);

/// How the body of an upstream's answer is framed for the client.
struct Relayed {
  std::string_view status_text;  ///< `200 OK`, as the upstream sent it
  std::optional<std::uint64_t> length = {};
  bool chunked = false;
  bool keep_alive = true;
  std::int64_t keep_alive_s = 0;
  bool switched = false;  ///< 101
  std::string_view cookie = {};
  std::string_view added = {};  ///< lines of add_header
};
void append_relayed_head(Bytes& out, const http::ResponseHead& head, const Relayed& relayed,
                         std::string_view date);

/// The Set-Cookie value of `sticky cookie`, for the server named `id`.
std::string sticky_cookie_text(const StickyCookie& sticky, std::string_view id, std::int64_t epoch_seconds);

}  // namespace roundhouse::proxy
