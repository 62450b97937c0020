// Numbers, times, sizes and addresses of an nginx text. See values.h; sources: ngx_string.c, ngx_parse.c, ngx_parse_time.c, ngx_inet.c.
#include "core/proxy/nginx_config/values.h"

#include <algorithm>

namespace roundhouse::proxy {

namespace {

constexpr std::int64_t number_max = std::int64_t{1} << 53;

bool digit(char c) {
  return c >= '0' && c <= '9';
}

enum Step { start, year, month, week, day, hour, minute, second, millisecond, last };

std::optional<std::int64_t> read_time(std::string_view text, bool whole_seconds) {
  Step step = whole_seconds ? start : month;  // milliseconds have no years: they would overflow
  std::int64_t total = 0;
  std::int64_t value = 0;
  bool valid = false;
  for (std::size_t i = 0; i < text.size();) {
    const char c = text[i++];
    if (digit(c)) {
      value = value * 10 + (c - '0');
      if (value > number_max) return std::nullopt;
      valid = true;
      continue;
    }
    std::int64_t scale = 0;
    Step unit = last;
    switch (c) {
      case 'y':
        unit = year;
        scale = 60 * 60 * 24 * 365;
        break;
      case 'M':
        unit = month;
        scale = 60 * 60 * 24 * 30;
        break;
      case 'w':
        unit = week;
        scale = 60 * 60 * 24 * 7;
        break;
      case 'd':
        unit = day;
        scale = 60 * 60 * 24;
        break;
      case 'h':
        unit = hour;
        scale = 60 * 60;
        break;
      case 'm':
        if (i < text.size() && text[i] == 's') {
          if (whole_seconds) return std::nullopt;
          ++i;
          unit = millisecond;
        } else {
          unit = minute;
          scale = 60;
        }
        break;
      case 's':
        unit = second;
        scale = 1;
        break;
      case ' ':
        unit = second;
        scale = 1;
        break;
      default:
        return std::nullopt;
    }
    if (unit == year ? step > start : step >= unit) return std::nullopt;
    step = c == ' ' ? last : unit;
    if (unit == millisecond) {
      total += value;
    } else {
      total += value * scale * (whole_seconds ? 1 : 1000);
    }
    value = 0;
    while (i < text.size() && text[i] == ' ') ++i;
  }
  if (!valid) return std::nullopt;
  return total + value * (whole_seconds ? 1 : 1000);
}

bool read_ipv4(std::string_view text, std::string& bytes) {
  bytes.clear();
  while (true) {
    const std::size_t dot = text.find('.');
    const auto part = read_number(text.substr(0, dot));
    if (!part || *part > 255 || bytes.size() == 4) return false;
    bytes += static_cast<char>(*part);
    if (dot == std::string_view::npos) return bytes.size() == 4;
    text.remove_prefix(dot + 1);
  }
}

bool read_ipv6(std::string_view text, std::string& bytes) {
  bytes.clear();
  std::size_t gap = std::string::npos;
  if (text.starts_with("::")) {
    gap = 0;
    text.remove_prefix(2);
  }
  while (!text.empty()) {
    const std::size_t colon = text.find(':');
    const std::string_view group = text.substr(0, colon);
    if (colon == std::string_view::npos && group.find('.') != std::string_view::npos) {
      std::string v4;
      if (!read_ipv4(group, v4)) return false;
      bytes += v4;
      break;
    }
    if (group.empty() || group.size() > 4) return false;
    unsigned value = 0;
    for (const char c : group) {
      const int hex = digit(c)               ? c - '0'
                      : c >= 'a' && c <= 'f' ? c - 'a' + 10
                      : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                             : -1;
      if (hex < 0) return false;
      value = value * 16 + static_cast<unsigned>(hex);
    }
    bytes += static_cast<char>(value >> 8);
    bytes += static_cast<char>(value & 255);
    if (colon == std::string_view::npos) break;
    text.remove_prefix(colon + 1);
    if (text.starts_with(':')) {
      if (gap != std::string::npos) return false;
      gap = bytes.size();
      text.remove_prefix(1);
    } else if (text.empty()) {
      return false;
    }
  }
  if (gap != std::string::npos && bytes.size() < 16) bytes.insert(gap, std::string(16 - bytes.size(), '\0'));
  return bytes.size() == 16;
}

}  // namespace

std::optional<std::int64_t> read_number(std::string_view text) {
  if (text.empty()) return std::nullopt;
  std::int64_t value = 0;
  for (const char c : text) {
    if (!digit(c)) return std::nullopt;
    value = value * 10 + (c - '0');
    if (value > number_max) return std::nullopt;
  }
  return value;
}

std::optional<std::int64_t> read_time_ms(std::string_view text) {
  return read_time(text, false);
}
std::optional<std::int64_t> read_time_s(std::string_view text) {
  return read_time(text, true);
}

Duration duration_of_ms(std::int64_t milliseconds) {
  constexpr std::int64_t most = std::chrono::duration_cast<std::chrono::milliseconds>(time_max).count();
  return std::chrono::milliseconds(std::min(milliseconds, most));
}

std::optional<std::int64_t> read_size(std::string_view text) {
  std::int64_t scale = 1;
  if (!text.empty()) {
    switch (text.back()) {
      case 'k':
      case 'K':
        scale = 1024;
        break;
      case 'm':
      case 'M':
        scale = 1024 * 1024;
        break;
      case 'g':
      case 'G':
        scale = 1024 * 1024 * 1024;
        break;
      default:
        break;
    }
    if (scale > 1) text.remove_suffix(1);
  }
  const auto number = read_number(text);
  if (!number || *number > number_max / scale) return std::nullopt;
  return *number * scale;
}

Result<Url> read_url(std::string_view text, const UrlRules& rules) {
  Url url;
  url.port = rules.default_port;
  if (text.starts_with("unix:")) {
    url.is_ip = true;
    url.port = 0;
    std::string_view path = text.substr(5);
    if (rules.uri_allowed) {
      const std::size_t colon = path.find(':');
      if (colon != std::string_view::npos) {
        url.uri = path.substr(colon + 1);
        path = path.substr(0, colon);
      }
    }
    if (path.empty()) return Error("no path in the unix domain socket");
    url.host = "unix:" + std::string(path);
    return url;
  }
  const std::size_t slash = text.find_first_of(rules.uri_allowed ? "/?" : "/");
  if (slash != std::string_view::npos) {
    if (!rules.uri_allowed) return Error("invalid host");
    url.uri = text.substr(slash);
    text = text.substr(0, slash);
  }
  if (rules.listen && read_number(text)) {
    const auto port = read_number(text);
    if (*port < 1 || *port > 65535) return Error("invalid port");
    url.host = "*";
    url.port = static_cast<std::uint16_t>(*port);
    url.no_port = false;
    url.is_ip = true;
    return url;
  }
  std::string_view port_text;
  bool has_port = false;
  if (text.starts_with('[')) {
    const std::size_t bracket = text.find(']');
    if (bracket == std::string_view::npos) return Error("invalid host");
    const std::string_view after = text.substr(bracket + 1);
    if (!after.empty() && after.front() != ':') return Error("invalid host");
    has_port = !after.empty();
    if (has_port) port_text = after.substr(1);
    url.host = text.substr(1, bracket - 1);
    if (address_bytes(url.host).size() != 16) return Error("invalid IPv6 address");
    url.is_ip = true;
  } else {
    const std::size_t colon = text.find(':');
    has_port = colon != std::string_view::npos;
    if (has_port) port_text = text.substr(colon + 1);
    url.host = text.substr(0, colon);
    url.is_ip = !address_bytes(url.host).empty() || (rules.listen && url.host == "*");
  }
  if (has_port) {
    const auto port = read_number(port_text);
    if (!port || *port < 1 || *port > 65535) return Error("invalid port");
    url.port = static_cast<std::uint16_t>(*port);
    url.no_port = false;
  }
  if (url.host.empty()) return Error("no host");
  return url;
}

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  }
  return lower;
}

std::string address_bytes(std::string_view text) {
  std::string bytes;
  if (read_ipv4(text, bytes)) return bytes;
  if (text.find(':') != std::string_view::npos && read_ipv6(text, bytes)) return bytes;
  return {};
}

std::string address_text(std::string_view bytes) {
  const auto octet = [&](std::size_t i) {
    return static_cast<unsigned>(static_cast<unsigned char>(bytes[i]));
  };
  const auto dotted = [&](std::size_t from) {
    std::string text;
    for (std::size_t i = from; i < from + 4; ++i) text += (i > from ? "." : "") + std::to_string(octet(i));
    return text;
  };
  if (bytes.size() == 4) return dotted(0);
  if (bytes.size() != 16) return {};
  std::size_t gap = 16;  // the longest run of zero groups, of the longest ones the first
  std::size_t gap_bytes = 2;
  for (std::size_t i = 0; i < 16; i += 2) {
    std::size_t end = i;
    while (end < 16 && octet(end) == 0 && octet(end + 1) == 0) end += 2;
    if (end - i > gap_bytes) {
      gap = i;
      gap_bytes = end - i;
    }
  }
  std::string text;
  for (std::size_t i = 0; i < 16; i += 2) {
    if (i == gap) {
      text += i == 0 ? "::" : ":";
      i += gap_bytes - 2;
      continue;
    }
    const bool tail_is_ipv4 =
        gap == 0 && i == 12 && (gap_bytes == 12 || (gap_bytes == 10 && text == "::ffff:"));
    if (tail_is_ipv4) return text + dotted(12);
    constexpr std::string_view digits = "0123456789abcdef";
    bool shown = false;
    for (const unsigned half : {octet(i) >> 4, octet(i) & 15, octet(i + 1) >> 4, octet(i + 1) & 15}) {
      if (half != 0) shown = true;
      if (shown) text += digits[half];
    }
    if (!shown) text += '0';
    if (i < 14) text += ':';
  }
  return text;
}

}  // namespace roundhouse::proxy
