// Request targets. See uri.h; source: ngx_http_parse_complex_uri, with merge_slashes on.
#include "core/proxy/uri.h"

namespace roundhouse::proxy {

namespace {

int hex(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::optional<std::string> normalized(std::string_view path, bool& quoted) {
  std::string decoded;
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (path[i] != '%') {
      decoded += path[i];
      continue;
    }
    if (i + 2 >= path.size() || hex(path[i + 1]) < 0 || hex(path[i + 2]) < 0) return std::nullopt;
    const char c = static_cast<char>(hex(path[i + 1]) * 16 + hex(path[i + 2]));
    if (c == '\0') return std::nullopt;
    decoded += c;
    quoted = true;
    i += 2;
  }
  std::string out;
  for (std::size_t i = 0; i < decoded.size();) {  // one segment and the slash before it at a time
    std::size_t end = decoded.find('/', i + 1);
    if (end == std::string::npos) end = decoded.size();
    const std::string_view segment = std::string_view(decoded).substr(i + 1, end - i - 1);
    const bool last = end == decoded.size();
    if (segment == "..") {
      const std::size_t slash = out.rfind('/');
      if (slash == std::string::npos) return std::nullopt;
      out.erase(slash);
      if (last) out += '/';
    } else if (segment == "." || segment.empty()) {
      if (last) out += '/';
    } else {
      out.append("/").append(segment);
    }
    i = end;
  }
  return out;
}

}  // namespace

std::optional<Target> read_target(std::string_view text) {
  Target target;
  if (!text.starts_with('/')) {
    const std::size_t start = text.find("://") + 3;
    const std::size_t end = text.find_first_of("/?", start);
    target.host = text.substr(start, end == std::string_view::npos ? end : end - start);
    text = end == std::string_view::npos ? "/" : text.substr(end);
  }
  target.unparsed = text.starts_with('/') ? std::string(text) : "/" + std::string(text);
  std::string_view path = target.unparsed;
  const std::size_t fragment = path.find('#');
  if (fragment != std::string_view::npos) path = path.substr(0, fragment);
  const std::size_t question = path.find('?');
  if (question != std::string_view::npos) {
    target.args = path.substr(question + 1);
    target.has_args = true;
    path = path.substr(0, question);
  }
  if (path.find('%') == std::string_view::npos && path.find("//") == std::string_view::npos &&
      path.find("/.") == std::string_view::npos) {
    target.path = path;
    target.extension = extension_of(target.path);
    return target;
  }
  const auto clean = normalized(path, target.quoted);
  if (!clean) return std::nullopt;
  target.path = *clean;
  target.extension = extension_of(target.path);
  return target;
}

std::string_view extension_of(std::string_view path) {
  path.remove_prefix(path.rfind('/') + 1);
  for (int dots = 0; dots < 3 && path.starts_with('.'); ++dots) path.remove_prefix(1);
  const std::size_t dot = path.rfind('.');
  return dot == std::string_view::npos ? std::string_view() : path.substr(dot + 1);
}

std::string_view rewritten_extension_of(std::string_view path) {
  for (std::size_t i = path.size(); i-- > 2;) {
    if (path[i] == '.' && path[i - 1] != '/') return path.substr(i + 1);
    if (path[i] == '/') return {};
  }
  return {};
}

namespace {

std::string escaped(std::string_view text, std::string_view more) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte > 0x20 && byte < 0x7f && more.find(c) == std::string_view::npos) {
      out += c;
      continue;
    }
    out += '%';
    out += "0123456789ABCDEF"[byte >> 4];
    out += "0123456789ABCDEF"[byte & 15];
  }
  return out;
}

}  // namespace

std::string escape_path(std::string_view path) {
  return escaped(path, "%#?");
}

std::string escape_args(std::string_view text) {
  return escaped(text, "#%&+;?");
}

std::string unescape_redirect(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '?') return out.append(text.substr(i));
    const bool encoded =
        text[i] == '%' && i + 2 < text.size() && hex(text[i + 1]) >= 0 && hex(text[i + 2]) >= 0;
    if (!encoded) {
      out += text[i];
      continue;
    }
    const char c = static_cast<char>(hex(text[i + 1]) * 16 + hex(text[i + 2]));
    if (c == '?') return out.append("?").append(text.substr(i + 3));
    if (c > '%' && c < 0x7f) {
      out += c;
    } else {
      out.append(text.substr(i, 3));
    }
    i += 2;
  }
  return out;
}

}  // namespace roundhouse::proxy
