// Heads by nginx's grammar. See head_reader.h; names of states and rules follow src/http/ngx_http_parse.c.
#include "core/http/head_reader.h"

#include <algorithm>
#include <utility>

namespace roundhouse::http {

namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_method_letter(char c) {
  return (c >= 'A' && c <= 'Z') || c == '_' || c == '-';
}
bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

/// Cuts the CR (or several) off a line's end. False where a CR stands inside the line.
bool cut_cr(std::string_view& line) {
  const std::size_t cr = line.find('\r');
  if (cr == std::string_view::npos) return true;
  const bool only_cr = line.find_first_not_of('\r', cr) == std::string_view::npos;
  line = line.substr(0, cr);
  return only_cr;
}

/// scheme://host[:port][/path], as far as ngx_http_parse_request_line looks at it.
bool is_absolute(std::string_view target) {
  const std::size_t slashes = target.find("://");
  if (slashes == std::string_view::npos || slashes == 0 || !is_letter(target.front())) return false;
  for (const char c : target.substr(0, slashes)) {
    if (!is_letter(c) && !is_digit(c) && c != '+' && c != '-' && c != '.') return false;
  }
  std::string_view rest = target.substr(slashes + 3);
  if (rest.empty()) return false;
  if (rest.front() == '[') {
    const std::size_t close = rest.find(']');
    if (close == std::string_view::npos) return false;
    for (const char c : rest.substr(1, close - 1)) {
      constexpr std::string_view others = ":-._~!$&'()*+,;=";
      if (!is_letter(c) && !is_digit(c) && others.find(c) == std::string_view::npos) return false;
    }
    rest.remove_prefix(close + 1);
  } else {
    while (!rest.empty() &&
           (is_letter(rest.front()) || is_digit(rest.front()) || rest.front() == '.' || rest.front() == '-'))
      rest.remove_prefix(1);
  }
  if (rest.starts_with(':')) {
    rest.remove_prefix(1);
    while (!rest.empty() && is_digit(rest.front())) rest.remove_prefix(1);
  }
  return rest.empty() || rest.front() == '/' || rest.front() == '?';
}

struct FieldLine {
  std::string_view name;
  std::string_view value;
  bool usual = true;  // false: characters that nginx calls invalid and passes over
};

/// Empty where the line is malformed. A line without a colon is a name with an empty value.
std::optional<FieldLine> parse_field(std::string_view line, bool underscores_usual) {
  if (line.find('\0') != std::string_view::npos) return std::nullopt;
  if (!cut_cr(line)) return std::nullopt;
  FieldLine field;
  std::size_t i = 0;
  for (; i < line.size() && line[i] != ':'; ++i) {
    const char c = line[i];
    if (is_letter(c) || is_digit(c) || c == '-') continue;
    if (c == '_' && underscores_usual) continue;
    if (c == ' ' || is_control(c)) return std::nullopt;
    field.usual = false;
  }
  if (i == 0) return std::nullopt;
  field.name = line.substr(0, i);
  std::string_view value = i < line.size() ? line.substr(i + 1) : std::string_view();
  while (!value.empty() && value.front() == ' ') value.remove_prefix(1);
  while (!value.empty() && value.back() == ' ') value.remove_suffix(1);
  field.value = value;
  return field;
}

/// A malformed line as nginx shows it in its log: up to the byte at which it gave up, and that byte's number.
std::string bad_line_shown(std::string_view line) {
  const std::size_t colon = std::min(line.find(':'), line.size());
  std::size_t at = 0;
  for (; at + 1 < line.size(); ++at) {
    const char c = line[at];
    if (c == '\0' || c == '\r' || colon == 0) break;
    if (at < colon && (c == ' ' || is_control(c))) break;
  }
  constexpr std::string_view digits = "0123456789abcdef";
  const auto byte = static_cast<unsigned char>(line[at]);
  return std::string(line.substr(0, at)) + "\\x" + digits[byte >> 4] + digits[byte & 15] + "...";
}

}  // namespace

std::optional<std::string_view> host_of_target(std::string_view target) {
  if (target.front() == '/') return std::nullopt;
  const std::string_view rest = target.substr(target.find("://") + 3);
  return rest.substr(0, rest.find_first_of("/?"));
}

RequestHeadReader::State RequestHeadReader::fail(HeadFault fault, std::string why) {
  fault_ = fault;
  why_ = std::move(why);
  why_ += in_fields_ ? " while reading client request headers" : " while reading client request line";
  return State::fault;
}

RequestHeadReader::State RequestHeadReader::read(ByteView bytes) {
  if (fault_ != HeadFault::none) return State::fault;
  if (buffer_bytes_ == 0) buffer_bytes_ = limits_.first_bytes;
  while (true) {
    if (!in_fields_) {  // nginx skips CR and LF before a request; what they fill is used again
      while (at_ < bytes.size() && (bytes[at_] == '\r' || bytes[at_] == '\n')) ++at_;
      if (large_buffers_ == 0) buffer_at_ = at_ % limits_.first_bytes;
    }
    const std::size_t fresh_from = std::max(at_, searched_);
    const std::size_t lf = bytes.find('\n', fresh_from);
    const bool whole = lf != ByteView::npos;
    const std::size_t line_bytes = (whole ? lf + 1 : bytes.size()) - at_;
    const std::string_view line = bytes.substr(at_, line_bytes - (whole ? 1 : 0));
    if (!fits(bytes.substr(at_), line_bytes, whole)) return State::fault;
    if (!whole) {
      searched_ = bytes.size();
      return read_partial(line, fresh_from - at_) ? State::more : State::fault;
    }
    at_ = lf + 1;
    searched_ = at_;
    buffer_at_ += line_bytes;
    if (!in_fields_) {
      if (!read_request_line(line)) return State::fault;
      in_fields_ = true;
      if (head_.simple) return State::done;
    } else if (line.empty() || line == "\r") {
      return State::done;
    } else if (!read_field(line)) {
      if (fault_ != HeadFault::none) return State::fault;
      return fail(HeadFault::bad_request,
                  "client sent invalid header line: \"" + bad_line_shown(line) + "\"");
    }
  }
}

/// Whether nginx has a buffer for the line, or for what came of it: ngx_http_alloc_large_header_buffer. A line that fills what is left of
/// its buffer moves to a large one, unless it is longer than that already, or none is left.
bool RequestHeadReader::fits(std::string_view line, std::size_t line_bytes, bool whole) {
  while (whole ? buffer_at_ + line_bytes > buffer_bytes_ : buffer_at_ + line_bytes >= buffer_bytes_) {
    const std::size_t held = buffer_bytes_ - buffer_at_;
    if (held >= limits_.large_bytes || large_buffers_ >= limits_.large_max) {
      if (!in_fields_) {
        fail(HeadFault::uri_too_large, "client sent too long URI");
      } else {
        const std::string start(line.substr(0, std::min(held, logged_line_bytes_max)));
        fail(HeadFault::header_too_large, "client sent too long header line: \"" + start + "...\"");
      }
      return false;
    }
    ++large_buffers_;
    buffer_bytes_ = limits_.large_bytes;
    buffer_at_ = 0;
  }
  return true;
}

/// From here on the limits are those of the server that the host names.
void RequestHeadReader::note_host(std::string_view host) {
  if (host_known_) return;
  host_known_ = true;
  if (rules_ != nullptr) limits_ = rules_->of_host(host);
}

/// nginx does not wait for a line's end to see that it is none.
bool RequestHeadReader::read_partial(std::string_view line, std::size_t fresh_from) {
  if (line.empty() || line.front() == '\r') return true;
  if (in_fields_) {
    const bool in_name = line.find(':') == std::string_view::npos;
    const bool bad = line.find('\0', fresh_from) != std::string_view::npos ||
                     (in_name && !parse_field(line, /*underscores_usual=*/false));
    if (!bad) return true;
    fail(HeadFault::bad_request, "client sent invalid header line: \"" + bad_line_shown(line) + "\"");
    return false;
  }
  std::size_t i = 0;
  while (i < line.size() && is_method_letter(line[i])) ++i;
  if (i < line.size() && (i == 0 || line[i] != ' ')) {
    fail(HeadFault::bad_request, "client sent invalid method");
    return false;
  }
  for (i = fresh_from == 0 ? 0 : fresh_from - 1; i < line.size(); ++i) {
    if (!is_control(line[i]) || (line[i] == '\r' && i + 1 == line.size())) continue;
    fail(HeadFault::bad_request, "client sent invalid request");
    return false;
  }
  return true;
}

bool RequestHeadReader::read_request_line(std::string_view line) {
  const auto refuse = [this](HeadFault fault, std::string_view why) {
    fail(fault, std::string(why));
    return false;
  };
  const std::string_view invalid_request = "client sent invalid request";
  std::size_t i = 0;
  while (i < line.size() && is_method_letter(line[i])) ++i;
  if (i == 0 || i == line.size() || line[i] != ' ') {
    return refuse(HeadFault::bad_request, "client sent invalid method");
  }
  head_.method = line.substr(0, i);
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (line.find('\r') != std::string_view::npos) return refuse(HeadFault::bad_request, invalid_request);
  while (i < line.size() && line[i] == ' ') ++i;
  const std::size_t space = line.find(' ', i);
  std::string_view target = line.substr(i, space == std::string_view::npos ? space : space - i);
  for (const char c : target) {
    if (is_control(c)) return refuse(HeadFault::bad_request, invalid_request);
  }
  if (target.empty()) return refuse(HeadFault::bad_request, invalid_request);
  if (target.front() != '/' && !is_absolute(target)) return refuse(HeadFault::bad_request, invalid_request);
  head_.target = target;
  if (const auto host = host_of_target(target)) note_host(*host);
  std::string_view version = space == std::string_view::npos ? std::string_view() : line.substr(space);
  while (!version.empty() && version.front() == ' ') version.remove_prefix(1);
  while (!version.empty() && version.back() == ' ') version.remove_suffix(1);
  if (version.empty()) {  // HTTP/0.9
    head_.simple = true;
    head_.minor_version = 0;
    if (head_.method != "GET")
      return refuse(HeadFault::bad_request, "client sent invalid method in HTTP/0.9 request");
    return true;
  }
  if (!version.starts_with("HTTP/") || version.size() < 6 || version[5] < '1' || version[5] > '9') {
    return refuse(HeadFault::bad_request, invalid_request);
  }
  if (version[5] != '1' || (version.size() > 6 && is_digit(version[6]))) {
    return refuse(HeadFault::version_not_supported, "client sent invalid version");
  }
  if (version.size() < 8 || version[6] != '.') return refuse(HeadFault::bad_request, invalid_request);
  int minor = 0;
  for (const char c : version.substr(7)) {
    if (!is_digit(c) || minor > 99) return refuse(HeadFault::bad_request, invalid_request);
    minor = minor * 10 + (c - '0');
  }
  head_.minor_version = minor == 0 ? 0 : 1;
  return true;
}

bool RequestHeadReader::read_field(std::string_view line) {
  const auto field = parse_field(line, /*underscores_usual=*/false);
  if (!field) return false;
  if (field->usual && ++fields_ > request_fields_max) {
    fail(HeadFault::header_too_large, "client sent too many header lines");
    return false;
  }
  // ignore_invalid_headers is on and underscores_in_headers is off: such a field is as if it had not been sent.
  if (!field->usual) return true;
  head_.fields.add(field->name, field->value);
  if (equal_ignoring_case(field->name, "Host")) note_host(field->value);
  return true;
}

ResponseHeadReader::State ResponseHeadReader::read(ByteView bytes) {
  constexpr std::string_view start = "HTTP/";
  if (!in_fields_ && !start.starts_with(bytes.substr(0, start.size())) && !bytes.starts_with(start)) {
    return State::no_status_line;
  }
  while (true) {
    const std::size_t lf = bytes.find('\n', std::max(at_, searched_));
    if (lf == ByteView::npos || lf >= bytes_max_) {
      searched_ = bytes.size();
      return bytes.size() >= bytes_max_ ? State::bad : State::more;
    }
    const std::string_view line = bytes.substr(at_, lf - at_);
    at_ = lf + 1;
    searched_ = at_;
    if (!in_fields_) {
      if (!read_status_line(line)) return State::no_status_line;
      in_fields_ = true;
    } else if (line.empty() || line == "\r") {
      return State::done;
    } else if (line.starts_with("HTTP/")) {
      continue;  // nginx: some servers send the status line twice
    } else {
      const auto field = parse_field(line, /*underscores_usual=*/true);
      if (!field) {
        bad_line_ = bad_line_shown(line);
        return State::bad;
      }
      head_.fields.add(field->name, field->value);
    }
  }
}

bool ResponseHeadReader::read_status_line(std::string_view line) {
  std::string_view rest = line.substr(5);
  const auto digits = [&rest] {
    std::size_t i = 0;
    while (i < rest.size() && is_digit(rest[i])) ++i;
    const std::string_view number = rest.substr(0, i);
    rest.remove_prefix(i);
    return number;
  };
  const std::string_view major = digits();
  if (major.empty() || major.front() == '0' || major.size() > 2 || !rest.starts_with('.')) return false;
  rest.remove_prefix(1);
  const std::string_view minor = digits();
  if (minor.empty() || minor.size() > 2 || !rest.starts_with(' ')) return false;
  while (rest.starts_with(' ')) rest.remove_prefix(1);
  const std::string_view text = rest.substr(0, rest.find('\r'));
  const std::string_view code = digits();
  if (code.size() != 3) return false;
  if (!rest.empty() && rest.front() != ' ' && rest.front() != '.' && rest.front() != '\r') return false;
  head_.status = (code[0] - '0') * 100 + (code[1] - '0') * 10 + (code[2] - '0');
  head_.minor_version = major == "1" && minor == "0" ? 0 : 1;
  status_text_ = text;
  head_.reason = text.size() > 4 ? text.substr(4) : std::string_view();
  return true;
}

}  // namespace roundhouse::http
