// A text of the configuration with $variables in it. Compiled once, filled in for each request (core/proxy/scope.h).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <roundhouse/result.h>

namespace roundhouse::proxy {

enum class Variable : std::uint8_t {
  unresolved,
  remote_addr,
  binary_remote_addr,
  remote_port,
  http_field,  ///< $http_X
  cookie,      ///< $cookie_X
  argument,    ///< $arg_X, raw
  request_uri,
  uri,
  args,
  is_args,
  host,
  http_host,
  proxy_host,
  proxy_port,
  scheme,
  request_method,
  request,
  server_protocol,
  server_addr,
  server_port,
  server_name,
  proxy_add_x_forwarded_for,
  upstream_addr,
  upstream_status,
  content_length,
  content_type,
  nginx_version,
  realip_remote_addr,  ///< of the connection, whatever realip says
  realip_remote_port,
  map,
  named_group,  ///< `(?<name>...)` of some regular expression, or of `set`
  body_length,  ///< nginx's internal Content-Length of a forwarded body
  nothing       ///< known to nginx, never set here
};

/// A variable that the configuration names.
struct VariableUse {
  std::string name;
  Variable kind = Variable::unresolved;
  std::string argument;   ///< of http_field, cookie and argument: the field, cookie or key
  std::uint32_t map = 0;  ///< index of the map
  bool is_set = false;    ///< by a `set` somewhere
};

struct TemplatePart {
  std::string text;            ///< literal; empty where a variable stands
  std::int32_t variable = -1;  ///< index into Config::variables
  std::uint32_t group = 0;     ///< `$1` to `$9`, of the last regular expression that matched; 0: none
};

struct Template {
  std::vector<TemplatePart> parts;

  bool constant() const {
    return parts.empty() || (parts.size() == 1 && parts[0].variable < 0 && parts[0].group == 0);
  }
  std::string_view constant_text() const { return parts.empty() ? std::string_view() : parts[0].text; }
};

/// The index of a variable in `variables`, added where it is new.
std::int32_t variable_index(std::vector<VariableUse>& variables, std::string_view name);
/// Errors: nginx's texts for a `$` without a name and a `${` without end.
Result<Template> compile_template(std::string_view text, std::vector<VariableUse>& variables);
/// Whether an expression's named group, or a map, may have this name: nginx's own are its own, but for a few.
bool may_be_defined(std::string_view name);
/// Known to nginx, but nothing here can say its value: it is empty.
bool known_elsewhere(std::string_view name);
/// Fills in `kind`. False: nginx knows no such variable.
bool resolve_variable(VariableUse& use);

}  // namespace roundhouse::proxy
