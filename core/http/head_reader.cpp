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

RequestHeadReader::State RequestHeadReader::fail(HeadFault fault, std::string why) {
  fault_ = fault;
  why_ = std::move(why);
  why_ += in_fields_ ? " while reading client request headers" : " while reading client request line";
  return State::fault;
}

RequestHeadReader::State RequestHeadReader::read(ByteView bytes) {
  if (fault_ != HeadFault::none) return State::fault;
  while (true) {
    if (!in_fields_) {  // nginx skips CR and LF before a request
      while (at_ < bytes.size() && (bytes[at_] == '\r' || bytes[at_] == '\n')) ++at_;
    }
    const std::size_t lf = bytes.find('\n', std::max(at_, searched_));
    const std::size_t line_bytes = (lf == ByteView::npos ? bytes.size() : lf + 1) - at_;
    if (line_bytes > request_line_bytes_max) {
      if (!in_fields_) return fail(HeadFault::uri_too_large, "client sent too long URI");
      const std::string start(bytes.substr(at_, logged_line_bytes_max));
      return fail(HeadFault::header_too_large, "client sent too long header line: \"" + start + "...\"");
    }
    if (at_ + line_bytes > request_head_bytes_max) {
      return fail(HeadFault::header_too_large, "client sent too large request");
    }
    if (lf == ByteView::npos) {
      searched_ = bytes.size();
      return State::more;
    }
    const std::string_view line = bytes.substr(at_, lf - at_);
    at_ = lf + 1;
    searched_ = at_;
    if (!in_fields_) {
      if (!read_request_line(line)) return State::fault;
      in_fields_ = true;
    } else if (line.empty() || line == "\r") {
      return State::done;
    } else if (!read_field(line)) {
      return fail(HeadFault::bad_request,
                  "client sent invalid header line: \"" + bad_line_shown(line) + "\"");
    }
  }
}

bool RequestHeadReader::read_request_line(std::string_view line) {
  const auto refuse = [this](HeadFault fault, std::string_view why) {
    fail(fault, std::string(why));
    return false;
  };
  const std::string_view invalid_request = "client sent invalid request";
  std::size_t i = 0;
  while (i < line.size() && ((line[i] >= 'A' && line[i] <= 'Z') || line[i] == '_' || line[i] == '-')) ++i;
  if (i == 0 || i == line.size() || line[i] != ' ') {
    return refuse(HeadFault::bad_request, "client sent invalid method");
  }
  head_.method = line.substr(0, i);
  if (!cut_cr(line)) return refuse(HeadFault::bad_request, invalid_request);
  while (i < line.size() && line[i] == ' ') ++i;
  const std::size_t space = line.find(' ', i);
  std::string_view target = line.substr(i, space == std::string_view::npos ? space : space - i);
  for (const char c : target) {
    if (is_control(c)) return refuse(HeadFault::bad_request, invalid_request);
  }
  if (target.empty()) return refuse(HeadFault::bad_request, invalid_request);
  if (target.front() != '/') {  // http://host[:port][/path]
    const std::size_t slashes = target.find("://");
    const std::string_view scheme = target.substr(0, slashes);
    const bool named = slashes != std::string_view::npos && is_letter(scheme.front()) &&
                       std::all_of(scheme.begin(), scheme.end(), [](char c) {
                         return is_letter(c) || is_digit(c) || c == '+' || c == '-' || c == '.';
                       });
    if (!named || slashes + 3 == target.size()) return refuse(HeadFault::bad_request, invalid_request);
  }
  head_.target = target;
  // Without a version it is HTTP/0.9, which nginx would answer without a head. Nobody here speaks it: refused.
  if (space == std::string_view::npos) return refuse(HeadFault::bad_request, invalid_request);
  std::string_view version = line.substr(space);
  while (!version.empty() && version.front() == ' ') version.remove_prefix(1);
  while (!version.empty() && version.back() == ' ') version.remove_suffix(1);
  if (!version.starts_with("HTTP/") || version.size() < 8 || version[5] < '1' || version[5] > '9') {
    return refuse(HeadFault::bad_request, invalid_request);
  }
  if (version[5] != '1' || version[6] != '.') {
    return version[5] != '1' ? refuse(HeadFault::version_not_supported, "client sent invalid version")
                             : refuse(HeadFault::bad_request, invalid_request);
  }
  int minor = 0;
  for (const char c : version.substr(7)) {
    if (!is_digit(c) || minor > 9) return refuse(HeadFault::bad_request, invalid_request);
    minor = minor * 10 + (c - '0');
  }
  head_.minor_version = minor == 0 ? 0 : 1;
  return true;
}

bool RequestHeadReader::read_field(std::string_view line) {
  const auto field = parse_field(line, /*underscores_usual=*/false);
  if (!field) return false;
  // ignore_invalid_headers is on and underscores_in_headers is off: such a field is as if it had not been sent.
  if (field->usual) head_.fields.add(field->name, field->value);
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
