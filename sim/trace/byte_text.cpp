// See byte_text.h.
#include "sim/trace/byte_text.h"

#include <cstdint>

namespace roundhouse {

namespace {

constexpr char hex_digits[] = "0123456789abcdef";

void append_escape(std::string& out, std::uint32_t code) {
  out += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) out += hex_digits[code >> shift & 15];
}

std::uint8_t byte_at(std::string_view text, std::size_t at) {
  return at < text.size() ? static_cast<std::uint8_t>(text[at]) : 0;
}

// Bytes of the well-formed UTF-8 sequence that begins here; 0 where none does. Unicode 15, table 3-7.
std::size_t sequence_at(std::string_view text, std::size_t at) {
  const std::uint8_t first = byte_at(text, at);
  if (first < 0x80) return 1;
  const std::uint8_t second = byte_at(text, at + 1);
  const auto follows = [&](std::size_t i) { return (byte_at(text, at + i) & 0xc0) == 0x80; };
  if (first >= 0xc2 && first <= 0xdf) return follows(1) ? 2 : 0;
  if (first >= 0xe0 && first <= 0xef) {
    if (first == 0xe0 && second < 0xa0) return 0;
    if (first == 0xed && second > 0x9f) return 0;
    return follows(1) && follows(2) ? 3 : 0;
  }
  if (first >= 0xf0 && first <= 0xf4) {
    if (first == 0xf0 && second < 0x90) return 0;
    if (first == 0xf4 && second > 0x8f) return 0;
    return follows(1) && follows(2) && follows(3) ? 4 : 0;
  }
  return 0;
}

void append_utf8(std::string& out, std::uint32_t code) {
  const auto put = [&out](std::uint32_t byte) { out += static_cast<char>(byte); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xc0 | code >> 6);
    put(0x80 | (code & 63));
  } else if (code < 0x10000) {
    put(0xe0 | code >> 12);
    put(0x80 | (code >> 6 & 63));
    put(0x80 | (code & 63));
  } else {
    put(0xf0 | code >> 18);
    put(0x80 | (code >> 12 & 63));
    put(0x80 | (code >> 6 & 63));
    put(0x80 | (code & 63));
  }
}

std::uint32_t hex4(std::string_view text, std::size_t at) {
  std::uint32_t code = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    const std::uint8_t c = byte_at(text, at + i);
    code = code * 16 + (c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10u);
  }
  return code;
}

bool is_low(std::uint32_t code) {
  return code >= 0xdc00 && code <= 0xdfff;
}

// Reads what follows `\u` at `at`, and returns how many characters that was.
std::size_t read_code(std::string& out, std::string_view text, std::size_t at) {
  const std::uint32_t code = hex4(text, at);
  if (code < 0xd800 || code > 0xdfff) {
    append_utf8(out, code);
    return 4;
  }
  if (code >= 0xdc80 && code <= 0xdcff) {
    out += static_cast<char>(code - 0xdc00);
    return 4;
  }
  const bool pair = code < 0xdc00 && byte_at(text, at + 4) == '\\' && byte_at(text, at + 5) == 'u' &&
                    is_low(hex4(text, at + 6));
  if (!pair) {
    append_utf8(out, 0xfffd);
    return 4;
  }
  append_utf8(out, 0x10000 + ((code - 0xd800) << 10) + (hex4(text, at + 6) - 0xdc00));
  return 10;
}

}  // namespace

void append_byte_text(std::string& out, std::string_view text) {
  out += '"';
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    const std::size_t length = sequence_at(text, at);
    if (length == 0) {
      append_escape(out, 0xdc00u + byte_at(text, at));
      ++at;
      continue;
    }
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (static_cast<unsigned char>(c) < 0x20) {
      append_escape(out, byte_at(text, at));
    } else {
      out.append(text, at, length);
    }
    at += length;
  }
  out += '"';
}

std::string read_byte_text(std::string_view literal) {
  const std::string_view text = literal.substr(1, literal.size() - 2);
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] != '\\') {
      out += text[at++];
      continue;
    }
    const char escape = text[at + 1];
    at += 2;
    switch (escape) {
      case 'b':
        out += '\b';
        break;
      case 'f':
        out += '\f';
        break;
      case 'n':
        out += '\n';
        break;
      case 'r':
        out += '\r';
        break;
      case 't':
        out += '\t';
        break;
      case 'u':
        at += read_code(out, text, at);
        break;
      default:
        out += escape;
        break;
    }
  }
  return out;
}

}  // namespace roundhouse
