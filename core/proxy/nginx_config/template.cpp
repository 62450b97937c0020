// Texts with variables. See template.h; the grammar is ngx_http_script_compile's.
#include "core/proxy/nginx_config/template.h"

#include <algorithm>
#include <array>
#include <utility>

namespace roundhouse::proxy {

namespace {

bool name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

constexpr std::array known = {
    std::pair{"remote_addr", Variable::remote_addr},
    std::pair{"binary_remote_addr", Variable::binary_remote_addr},
    std::pair{"remote_port", Variable::remote_port},
    std::pair{"request_uri", Variable::request_uri},
    std::pair{"uri", Variable::uri},
    std::pair{"document_uri", Variable::uri},
    std::pair{"args", Variable::args},
    std::pair{"query_string", Variable::args},
    std::pair{"is_args", Variable::is_args},
    std::pair{"host", Variable::host},
    std::pair{"http_host", Variable::http_host},
    std::pair{"proxy_host", Variable::proxy_host},
    std::pair{"proxy_port", Variable::proxy_port},
    std::pair{"scheme", Variable::scheme},
    std::pair{"request_method", Variable::request_method},
    std::pair{"request", Variable::request},
    std::pair{"server_protocol", Variable::server_protocol},
    std::pair{"server_addr", Variable::server_addr},
    std::pair{"server_port", Variable::server_port},
    std::pair{"server_name", Variable::server_name},
    std::pair{"proxy_add_x_forwarded_for", Variable::proxy_add_x_forwarded_for},
    std::pair{"upstream_addr", Variable::upstream_addr},
    std::pair{"upstream_status", Variable::upstream_status},
    std::pair{"content_length", Variable::content_length},
    std::pair{"content_type", Variable::content_type},
    std::pair{"nginx_version", Variable::nginx_version},
    std::pair{"proxy_internal_body_length", Variable::body_length},
    std::pair{"remote_user", Variable::nothing},
    std::pair{"https", Variable::nothing},
    std::pair{"realip_remote_addr", Variable::realip_remote_addr},
    std::pair{"realip_remote_port", Variable::realip_remote_port},
};

/// Known to nginx, without a value here.
constexpr std::array elsewhere = {"request_id",
                                  "request_time",
                                  "request_length",
                                  "request_body",
                                  "request_filename",
                                  "time_local",
                                  "time_iso8601",
                                  "msec",
                                  "pid",
                                  "hostname",
                                  "connection",
                                  "connection_requests",
                                  "connection_time",
                                  "body_bytes_sent",
                                  "bytes_sent",
                                  "status",
                                  "limit_rate",
                                  "document_root",
                                  "realpath_root",
                                  "request_completion",
                                  "pipe",
                                  "tcpinfo_rtt",
                                  "tcpinfo_rttvar",
                                  "tcpinfo_snd_cwnd",
                                  "tcpinfo_rcv_space",
                                  "upstream_response_time",
                                  "upstream_connect_time",
                                  "upstream_header_time",
                                  "upstream_response_length",
                                  "upstream_bytes_received",
                                  "upstream_bytes_sent",
                                  "upstream_cache_status",
                                  "ssl_protocol",
                                  "ssl_cipher",
                                  "ssl_server_name",
                                  "proxy_protocol_addr",
                                  "proxy_protocol_port",
                                  "gzip_ratio",
                                  "invalid_referer"};

}  // namespace

std::int32_t variable_index(std::vector<VariableUse>& variables, std::string_view name) {
  const auto found = std::find_if(variables.begin(), variables.end(),
                                  [&](const VariableUse& use) { return use.name == name; });
  if (found == variables.end()) {
    VariableUse use;
    use.name = name;
    variables.push_back(std::move(use));
    return static_cast<std::int32_t>(variables.size()) - 1;
  }
  return static_cast<std::int32_t>(found - variables.begin());
}

Result<Template> compile_template(std::string_view text, std::vector<VariableUse>& variables) {
  Template result;
  std::string literal;
  const auto flush = [&] {
    if (!literal.empty()) result.parts.push_back({std::exchange(literal, {}), -1, 0});
  };
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] != '$') {
      literal += text[i++];
      continue;
    }
    if (i + 1 < text.size() && text[i + 1] >= '1' && text[i + 1] <= '9') {
      flush();
      result.parts.push_back({{}, -1, static_cast<std::uint32_t>(text[i + 1] - '0')});
      i += 2;
      continue;
    }
    const bool braces = i + 1 < text.size() && text[i + 1] == '{';
    const std::size_t start = i + (braces ? 2 : 1);
    std::size_t end = start;
    while (end < text.size() && name_character(text[end])) ++end;
    const std::string_view name = text.substr(start, end - start);
    if (braces && (end == text.size() || text[end] != '}')) {
      return Error("the closing bracket in \"" + std::string(name) + "\" variable is missing");
    }
    if (name.empty()) return Error("invalid variable name");
    flush();
    result.parts.push_back({{}, variable_index(variables, name), 0});
    i = end + (braces ? 1 : 0);
  }
  flush();
  return result;
}

bool may_be_defined(std::string_view name) {
  if (name == "args" || name == "limit_rate") return true;
  return std::none_of(known.begin(), known.end(), [&](const auto& entry) { return name == entry.first; }) &&
         std::none_of(elsewhere.begin(), elsewhere.end(),
                      [&](std::string_view other) { return name == other; });
}

bool known_elsewhere(std::string_view name) {
  constexpr std::array prefixes = {"upstream_http_", "upstream_cookie_", "sent_http_", "upstream_trailer_",
                                   "sent_trailer_"};
  const auto is = [name](std::string_view other) { return name == other; };
  const auto starts = [name](std::string_view prefix) { return name.starts_with(prefix); };
  return std::any_of(elsewhere.begin(), elsewhere.end(), is) ||
         std::any_of(prefixes.begin(), prefixes.end(), starts);
}

bool resolve_variable(VariableUse& use) {
  const std::string_view name = use.name;
  for (const auto& [text, kind] : known) {
    if (name == text) {
      use.kind = kind;
      return true;
    }
  }
  const auto prefixed = [&](std::string_view prefix, Variable kind) {
    if (!name.starts_with(prefix) || name.size() == prefix.size()) return false;
    use.kind = kind;
    use.argument = name.substr(prefix.size());
    return true;
  };
  return prefixed("http_", Variable::http_field) || prefixed("cookie_", Variable::cookie) ||
         prefixed("arg_", Variable::argument);
}

}  // namespace roundhouse::proxy
