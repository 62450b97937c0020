// Pages and heads for clients. See answer.h; sources: ngx_http_special_response.c, ngx_http_header_filter_module.c.
#include "core/proxy/answer.h"

#include <algorithm>
#include <array>

#include "core/http/date.h"
#include "core/http/writer.h"

namespace roundhouse::proxy {

using http::append_field;
using http::equal_ignoring_case;

std::string_view status_line(int status) {
  switch (status) {
    case 200:
      return "200 OK";
    case 201:
      return "201 Created";
    case 202:
      return "202 Accepted";
    case 204:
      return "204 No Content";
    case 206:
      return "206 Partial Content";
    case 301:
      return "301 Moved Permanently";
    case 302:
      return "302 Moved Temporarily";
    case 303:
      return "303 See Other";
    case 304:
      return "304 Not Modified";
    case 307:
      return "307 Temporary Redirect";
    case 308:
      return "308 Permanent Redirect";
    case 400:
      return "400 Bad Request";
    case 401:
      return "401 Unauthorized";
    case 402:
      return "402 Payment Required";
    case 403:
      return "403 Forbidden";
    case 404:
      return "404 Not Found";
    case 405:
      return "405 Not Allowed";
    case 406:
      return "406 Not Acceptable";
    case 408:
      return "408 Request Time-out";
    case 409:
      return "409 Conflict";
    case 410:
      return "410 Gone";
    case 411:
      return "411 Length Required";
    case 412:
      return "412 Precondition Failed";
    case 413:
      return "413 Request Entity Too Large";
    case 414:
      return "414 Request-URI Too Large";
    case 415:
      return "415 Unsupported Media Type";
    case 416:
      return "416 Requested Range Not Satisfiable";
    case 421:
      return "421 Misdirected Request";
    case 429:
      return "429 Too Many Requests";
    case 500:
      return "500 Internal Server Error";
    case 501:
      return "501 Not Implemented";
    case 502:
      return "502 Bad Gateway";
    case 503:
      return "503 Service Temporarily Unavailable";
    case 504:
      return "504 Gateway Time-out";
    case 505:
      return "505 HTTP Version Not Supported";
    case 507:
      return "507 Insufficient Storage";
    default:
      return {};
  }
}

namespace {

/// The page's words differ from the status line's for these two.
std::string_view page_title(int status) {
  if (status == 302) return "302 Found";
  if (status == 401) return "401 Authorization Required";
  return status_line(status);
}

std::string page(const OwnAnswer& answer) {
  if (answer.status < 300 || page_title(answer.status).empty()) return {};
  const std::string_view title = page_title(answer.status);
  std::string text = "<html>\r\n<head><title>";
  text.append(answer.header_too_large ? "400 Request Header Or Cookie Too Large" : title);
  text.append("</title></head>\r\n<body>\r\n<center><h1>").append(title).append("</h1></center>\r\n");
  if (answer.header_too_large) text.append("<center>Request Header Or Cookie Too Large</center>\r\n");
  text.append("<hr><center>").append(server_token).append("</center>\r\n</body>\r\n</html>\r\n");
  return text;
}

void append_start(Bytes& out, std::string_view status_text, std::string_view date) {
  out.append("HTTP/1.1 ").append(status_text).append("\r\n");
  append_field(out, "Server", server_token);
  append_field(out, "Date", date);
}

void append_connection(Bytes& out, bool keep_alive, std::int64_t keep_alive_s) {
  append_field(out, "Connection", keep_alive ? "keep-alive" : "close");
  if (keep_alive && keep_alive_s > 0)
    append_field(out, "Keep-Alive", "timeout=" + std::to_string(keep_alive_s));
}

/// Of a status that nginx has no words for.
std::string bare_status(int status) {
  const std::string digits = std::to_string(status);
  return std::string(3 - std::min<std::size_t>(3, digits.size()), '0') + digits + " ";
}

/// Fields that nginx writes itself, or keeps to itself. The first three come back at a fixed place.
constexpr std::array<std::string_view, 15> not_copied = {"Content-Type",
                                                         "Content-Length",
                                                         "Last-Modified",
                                                         "Connection",
                                                         "Keep-Alive",
                                                         "Transfer-Encoding",
                                                         "Date",
                                                         "Server",
                                                         "X-Pad",
                                                         "X-Accel-Expires",
                                                         "X-Accel-Redirect",
                                                         "X-Accel-Limit-Rate",
                                                         "X-Accel-Buffering",
                                                         "X-Accel-Charset",
                                                         "Status"};

}  // namespace

void append_own_answer(Bytes& out, const OwnAnswer& answer, std::string_view date) {
  const std::string body = answer.text ? *answer.text : page(answer);
  if (answer.body_only) {
    out.append(body);
    return;
  }
  const std::string_view line = status_line(answer.status);
  append_start(out, line.empty() ? bare_status(answer.status) : std::string(line), date);
  if (answer.status != 204) {
    // A status without a page of nginx's has no type either.
    if (!answer.type.empty() && (answer.text || !body.empty()))
      append_field(out, "Content-Type", answer.type);
    append_field(out, "Content-Length", std::to_string(body.size()));
  }
  const bool early = answer.location_completed;
  if (early) append_field(out, "Location", *answer.location);
  append_connection(out, answer.keep_alive, answer.keep_alive_s);
  if (!early && answer.location) append_field(out, "Location", *answer.location);
  if (!answer.cookie.empty()) append_field(out, "Set-Cookie", answer.cookie);
  out.append(answer.added).append("\r\n");
  if (!answer.head_only && answer.status != 204) out.append(body);
}

void append_relayed_head(Bytes& out, const http::ResponseHead& head, const Relayed& relayed,
                         std::string_view date) {
  append_start(out, relayed.status_text, date);
  std::string_view type;  // of several the last counts
  for (const http::Field& field : head.fields.all()) {
    if (equal_ignoring_case(field.name, "Content-Type")) type = field.value;
  }
  if (!type.empty()) append_field(out, "Content-Type", type);
  if (relayed.length) append_field(out, "Content-Length", std::to_string(*relayed.length));
  for (const http::Field& field : head.fields.all()) {
    if (equal_ignoring_case(field.name, "Last-Modified") && !field.value.empty())
      append_field(out, "Last-Modified", field.value);
  }
  if (relayed.chunked) append_field(out, "Transfer-Encoding", "chunked");
  if (relayed.switched) {
    append_field(out, "Connection", "upgrade");
  } else {
    append_connection(out, relayed.keep_alive, relayed.keep_alive_s);
  }
  if (!relayed.cookie.empty()) append_field(out, "Set-Cookie", relayed.cookie);
  for (const http::Field& field : head.fields.all()) {
    bool own = false;
    for (const std::string_view name : not_copied) own |= equal_ignoring_case(field.name, name);
    if (!own) append_field(out, field.name, field.value);
  }
  out.append(relayed.added).append("\r\n");
}

std::string sticky_cookie_text(const StickyCookie& sticky, std::string_view id, std::int64_t epoch_seconds) {
  std::string text = sticky.name + "=";
  text.append(id);
  if (sticky.expires_max) {
    text.append("; expires=Thu, 31-Dec-37 23:55:55 GMT; max-age=315360000");
  } else if (sticky.expires_s) {
    text.append("; expires=").append(http::cookie_date(epoch_seconds + *sticky.expires_s));
    text.append("; max-age=").append(std::to_string(*sticky.expires_s));
  }
  if (!sticky.domain.empty()) text.append("; domain=").append(sticky.domain);
  if (sticky.http_only) text.append("; httponly");
  if (sticky.secure) text.append("; secure");
  if (!sticky.same_site.empty()) text.append("; samesite=").append(sticky.same_site);
  if (!sticky.path.empty()) text.append("; path=").append(sticky.path);
  return text;
}

}  // namespace roundhouse::proxy
