// The forwarded head. See forward.h.
#include "core/proxy/forward.h"

#include <algorithm>

#include "core/base/assertion.h"
#include "core/http/writer.h"

namespace roundhouse::proxy {

namespace {

/// `proxy_pass http://app/base/` in `location /x/`: /base/ takes the place of /x/, and the rest was decoded, so it is encoded again.
void append_uri(Bytes& out, const Scope& scope) {
  const Location& location = *scope.location;
  const Target& target = scope.target;
  if (scope.passed != nullptr && scope.passed->uri) {
    out.append(*scope.passed->uri);
    return;
  }
  if (!location.uri && target.unparsed_valid) {
    out.append(target.unparsed);
    return;
  }
  const bool takes_place = location.uri && target.location_valid;
  const std::size_t prefix = takes_place ? std::min(location.path.size(), target.path.size()) : 0;
  if (takes_place) out.append(*location.uri);
  const std::string_view rest = std::string_view(target.path).substr(prefix);
  const bool rewritten = !target.unparsed_valid;
  out.append(target.quoted || rewritten ? escape_path(rest) : std::string(rest));
  if (!target.args.empty()) out.append("?").append(target.args);
}

}  // namespace

void append_forwarded_head(Bytes& out, const Scope& scope) {
  ROUNDHOUSE_ASSERT(scope.location != nullptr);
  const Location& location = *scope.location;
  out.append(scope.head.method).append(" ");
  append_uri(out, scope);
  out.append(location.upstream_minor_version == 0 ? " HTTP/1.0\r\n" : " HTTP/1.1\r\n");
  for (const HeaderLine& line : location.headers) {
    const std::size_t before = out.size();
    out.append(line.name).append(": ");
    const std::size_t value_at = out.size();
    append_value(out, line.value, scope);
    if (out.size() == value_at) {
      out.resize(before);  // an empty value: the header is not sent at all
    } else {
      out.append("\r\n");
    }
  }
  for (const http::Field& field : scope.head.fields.all()) {
    const bool replaced =
        std::any_of(location.headers.begin(), location.headers.end(),
                    [&](const HeaderLine& line) { return http::equal_ignoring_case(line.name, field.name); });
    if (!replaced) http::append_field(out, field.name, field.value);
  }
  out.append("\r\n");
}

}  // namespace roundhouse::proxy
