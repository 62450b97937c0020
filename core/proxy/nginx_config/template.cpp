// Texts with variables. See template.h; the grammar is ngx_http_script_compile's, captures ($1) excepted.
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
    std::pair{"realip_remote_addr", Variable::remote_addr},
    std::pair{"realip_remote_port", Variable::remote_port},
};

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
    if (!literal.empty()) result.parts.push_back({std::exchange(literal, {}), -1});
  };
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] != '$') {
      literal += text[i++];
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
    result.parts.push_back({{}, variable_index(variables, name)});
    i = end + (braces ? 1 : 0);
  }
  flush();
  return result;
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
