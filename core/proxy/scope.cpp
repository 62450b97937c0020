// Variables of a request. See scope.h; source: ngx_http_variables.c.
#include "core/proxy/scope.h"

#include <algorithm>

#include "core/proxy/host_names.h"
#include "core/proxy/nginx_config/values.h"

namespace roundhouse::proxy {

namespace {

constexpr int map_depth_max = 8;  // a map whose value names itself would never end

void append_variable(Bytes& out, std::int32_t variable, const Scope& scope, int depth);

void append_parts(Bytes& out, const Template& text, const Scope& scope, int depth) {
  for (const TemplatePart& part : text.parts) {
    if (part.group > 0) {
      out.append(scope.values.group(part.group));
    } else if (part.variable < 0) {
      out.append(part.text);
    } else {
      append_variable(out, part.variable, scope, depth);
    }
  }
}

/// $http_x_y is the field X-Y, without case.
bool is_field(std::string_view name, std::string_view variable) {
  if (name.size() != variable.size()) return false;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char c = name[i] >= 'A' && name[i] <= 'Z' ? static_cast<char>(name[i] + 32)
                   : name[i] == '-'                 ? '_'
                                                    : name[i];
    const char v =
        variable[i] >= 'A' && variable[i] <= 'Z' ? static_cast<char>(variable[i] + 32) : variable[i];
    if (c != v) return false;
  }
  return true;
}

void append_field(Bytes& out, const http::Fields& fields, std::string_view variable) {
  // nginx joins the fields that may come several times; of others it shows the first.
  const std::string_view between = variable == "cookie" ? "; " : variable == "x_forwarded_for" ? ", " : "";
  bool first = true;
  for (const http::Field& field : fields.all()) {
    if (!is_field(field.name, variable)) continue;
    if (!first) out.append(between);
    out.append(field.value);
    if (between.empty()) return;
    first = false;
  }
}

void append_argument(Bytes& out, std::string_view args, std::string_view key) {
  while (!args.empty()) {
    const std::size_t end = args.find('&');
    const std::string_view pair = args.substr(0, end);
    const std::size_t equals = pair.find('=');
    if (equals != std::string_view::npos && http::equal_ignoring_case(pair.substr(0, equals), key)) {
      out.append(pair.substr(equals + 1));
      return;
    }
    if (end == std::string_view::npos) return;
    args.remove_prefix(end + 1);
  }
}

/// Which value a map has for a source: a whole key, then wildcards, then the first regular expression, then `default`.
const Template& mapped(const Map& map, std::string_view source, const Scope& scope) {
  const std::string lower = lower_case(source);
  const Map::Entry* best = nullptr;
  std::size_t best_fit = 0;
  for (const Map::Entry& entry : map.entries) {
    if (!map.hostnames) {
      if (entry.key == lower) return entry.value;
      continue;
    }
    const std::size_t fits = name_fit(entry.key, lower);
    if (fits <= best_fit) continue;
    best_fit = fits;
    best = &entry;
  }
  if (best != nullptr) return best->value;
  if (source.empty()) return map.otherwise;
  for (const Map::PatternEntry& entry : map.patterns) {
    const Regex::Outcome outcome = scope.values.search(entry.pattern, source);
    if (outcome == Regex::Outcome::match) return entry.value;
    if (outcome == Regex::Outcome::gave_up) break;
  }
  return map.otherwise;
}

void append_map(Bytes& out, std::uint32_t index, const Scope& scope, int depth) {
  if (depth >= map_depth_max) return;
  const Map& map = scope.config.maps[index];
  const bool kept = scope.config.keeps_map_values && !map.is_volatile;
  if (kept) {
    if (const std::string* known = scope.values.map(index)) {
      out.append(*known);
      return;
    }
  }
  Bytes source;
  append_parts(source, map.source, scope, depth + 1);
  if (map.hostnames && source.ends_with('.')) source.pop_back();
  const std::size_t before = out.size();
  append_parts(out, mapped(map, source, scope), scope, depth + 1);
  if (kept) scope.values.keep_map(index, std::string(out.substr(before)));
}

void append_variable(Bytes& out, std::int32_t variable, const Scope& scope, int depth) {
  const VariableUse& use = scope.config.variables[static_cast<std::size_t>(variable)];
  const http::Fields& fields = scope.head.fields;
  if (use.is_set) {
    if (const std::string* value = scope.values.was_set(variable)) {
      out.append(*value);
      return;
    }
  }
  switch (use.kind) {
    case Variable::remote_addr:
      out.append(scope.client_ip);
      break;
    case Variable::binary_remote_addr:
      out.append(scope.client_bytes);
      break;
    case Variable::remote_port:
      if (scope.client_port != 0) out.append(std::to_string(scope.client_port));
      break;
    case Variable::realip_remote_addr:
      out.append(scope.peer.host);
      break;
    case Variable::realip_remote_port:
      if (scope.peer.port != 0) out.append(std::to_string(scope.peer.port));
      break;
    case Variable::named_group:
      out.append(scope.values.named(variable));
      break;
    case Variable::http_field:
      append_field(out, fields, use.argument);
      break;
    case Variable::cookie:
      out.append(cookie(fields, use.argument));
      break;
    case Variable::argument:
      append_argument(out, scope.target.args, use.argument);
      break;
    case Variable::request_uri:
      out.append(scope.target.unparsed);
      break;
    case Variable::uri:
      out.append(scope.target.path);
      break;
    case Variable::args:
      out.append(scope.target.args);
      break;
    case Variable::is_args:
      out.append(scope.target.args.empty() ? "" : "?");
      break;
    case Variable::host:
      out.append(scope.host);
      break;
    case Variable::http_host:
      append_field(out, fields, "host");
      break;
    case Variable::proxy_host:
      if (scope.passed != nullptr) {
        out.append(scope.passed->shown);
      } else if (scope.location != nullptr) {
        out.append(scope.location->proxy_host);
      }
      break;
    case Variable::proxy_port:
      if (scope.passed != nullptr) {
        if (!scope.passed->host.starts_with("unix:")) out.append(std::to_string(scope.passed->port));
      } else if (scope.location != nullptr && scope.location->upstream) {
        const UpstreamConfig& upstream = scope.config.upstreams[*scope.location->upstream];
        out.append(std::to_string(upstream.implicit ? upstream.port : 80));
      }
      break;
    case Variable::scheme:
      out.append("http");
      break;
    case Variable::request_method:
      out.append(scope.head.method);
      break;
    case Variable::request:
      out.append(scope.head.method).append(" ").append(scope.head.target);
      if (!scope.head.simple) out.append(scope.head.minor_version == 0 ? " HTTP/1.0" : " HTTP/1.1");
      break;
    case Variable::server_protocol:
      out.append(scope.head.simple ? "HTTP/0.9" : scope.head.minor_version == 0 ? "HTTP/1.0" : "HTTP/1.1");
      break;
    case Variable::server_addr:
      out.append(scope.local.host);
      break;
    case Variable::server_port:
      out.append(std::to_string(scope.local.port));
      break;
    case Variable::server_name:
      out.append(scope.server_name);
      break;
    case Variable::proxy_add_x_forwarded_for: {
      append_field(out, fields, "x_forwarded_for");
      if (fields.find("X-Forwarded-For")) out.append(", ");  // an empty one counts too
      out.append(scope.client_ip);
      break;
    }
    case Variable::upstream_addr:
      out.append(scope.upstream_addr);
      break;
    case Variable::upstream_status:
      out.append(scope.upstream_status);
      break;
    case Variable::content_length:
      append_field(out, fields, "content_length");
      break;
    case Variable::content_type:
      append_field(out, fields, "content_type");
      break;
    case Variable::nginx_version:
      out.append("1.22.1");
      break;
    case Variable::map:
      append_map(out, use.map, scope, depth);
      break;
    case Variable::body_length:
      if (scope.body_bytes) out.append(std::to_string(*scope.body_bytes));
      break;
    case Variable::nothing:
    case Variable::unresolved:
      break;
  }
}

}  // namespace

void append_value(Bytes& out, const Template& text, const Scope& scope) {
  append_parts(out, text, scope, 0);
}

void append_part(Bytes& out, const TemplatePart& part, const Scope& scope) {
  if (part.group > 0) {
    out.append(scope.values.group(part.group));
  } else if (part.variable < 0) {
    out.append(part.text);
  } else {
    append_variable(out, part.variable, scope, 0);
  }
}

std::string value_of(const Template& text, const Scope& scope) {
  Bytes out;
  append_value(out, text, scope);
  return out;
}

std::string_view cookie(const http::Fields& fields, std::string_view name) {
  for (const http::Field& field : fields.all()) {
    if (!http::equal_ignoring_case(field.name, "Cookie")) continue;
    std::string_view rest = field.value;
    while (!rest.empty()) {
      while (!rest.empty() && (rest.front() == ' ' || rest.front() == ';' || rest.front() == ','))
        rest.remove_prefix(1);
      std::string_view pair = rest.substr(0, rest.find(';'));
      rest.remove_prefix(pair.size());
      const std::size_t equals = pair.find('=');
      if (equals == std::string_view::npos) continue;
      std::string_view key = pair.substr(0, equals);
      while (!key.empty() && key.back() == ' ') key.remove_suffix(1);
      if (!http::equal_ignoring_case(key, name)) continue;
      std::string_view value = pair.substr(equals + 1);
      while (!value.empty() && value.front() == ' ') value.remove_prefix(1);
      return value;
    }
  }
  return {};
}

std::string plain_host(std::string_view host) {
  const std::size_t bracket = host.starts_with('[') ? host.find(']') : std::string_view::npos;
  const std::size_t colon = host.find(':', bracket == std::string_view::npos ? 0 : bracket);
  host = host.substr(0, colon);
  if (host.ends_with('.')) host.remove_suffix(1);
  return lower_case(host);
}

std::string host_of(const http::RequestHead& head, const Target& target, std::string_view otherwise) {
  std::string_view host = target.host;
  if (host.empty()) host = head.fields.find("Host").value_or(otherwise);
  return plain_host(host);
}

}  // namespace roundhouse::proxy
