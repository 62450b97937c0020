// Pages: see page.h. The page itself is page.html beside this file; it loads nothing from anywhere else.
#include "core/app/page.h"

#include <vector>

#include "core/app/target.h"
#include "core/base/json_text.h"

namespace roundhouse::app {

namespace {

constexpr std::string_view page_text =
#include "page_text.h"
    ;
constexpr std::string_view instance_mark = "{{INSTANCE}}";

void append_escaped(Bytes& out, std::string_view text) {
  for (const char c : text) {
    if (c == '<') {
      out += "&lt;";
    } else if (c == '&') {
      out += "&amp;";
    } else {
      out += c;
    }
  }
}

Bytes make_page(std::string_view instance) {
  const std::size_t place = page_text.find(instance_mark);
  Bytes page(page_text.substr(0, place));
  append_escaped(page, instance);
  page += page_text.substr(place + instance_mark.size());
  return page;
}

/// Fields of one name are one member, their values joined by a comma (RFC 9110 §5.3).
Bytes headers_json(const http::Fields& fields) {
  std::vector<http::Field> joined;
  for (const http::Field& field : fields.all()) {
    http::Field* same = nullptr;
    for (http::Field& known : joined) {
      if (http::equal_ignoring_case(known.name, field.name)) same = &known;
    }
    if (same) {
      same->value += ", " + field.value;
    } else {
      joined.push_back(field);
    }
  }
  Bytes json = "{";
  for (const http::Field& field : joined) {
    if (json.size() > 1) json += ',';
    json_text::append_quoted(json, field.name);
    json += ':';
    json_text::append_quoted(json, field.value);
  }
  return json + '}';
}

}  // namespace

std::optional<Answer> answer_page(const http::RequestHead& head, std::string_view instance, Bytes& storage) {
  if (head.method != "GET") return std::nullopt;
  const std::string_view path = Target(head.target).path();
  if (path == "/") {
    storage = make_page(instance);
    return Answer{.content_type = "text/html; charset=utf-8", .no_store = true, .body = storage};
  }
  if (path == "/headers") {
    storage = headers_json(head.fields);
    return Answer{.content_type = "application/json", .no_store = true, .body = storage};
  }
  return std::nullopt;
}

}  // namespace roundhouse::app
