#include "core/base/json_text.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include <array>
#include <bit>
#include <charconv>
#include <cstring>

namespace roundhouse::json_text {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_hex(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

// Where a plain run ends: at a quote, a backslash, or a character below the space. Sixteen characters at a time where the machine can,
// then eight; of those the lowest bit that is found is exact, whatever a borrow does to the bits above it.
std::size_t plain_end(std::string_view text, std::size_t at) {
  static_assert(std::endian::native == std::endian::little);
  constexpr std::uint64_t ones = 0x0101010101010101u;
  constexpr std::uint64_t highs = 0x8080808080808080u;
  const auto has_zero = [](std::uint64_t x) { return (x - ones) & ~x; };
#ifdef __SSE2__
  const __m128i below_space_max = _mm_set1_epi8(0x1f);
  for (; at + 16 <= text.size(); at += 16) {
    const __m128i v = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + at));
    const __m128i ends =
        _mm_or_si128(_mm_cmpeq_epi8(v, _mm_set1_epi8('"')), _mm_cmpeq_epi8(v, _mm_set1_epi8('\\')));
    const __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(v, below_space_max), v);
    const auto found = static_cast<unsigned>(_mm_movemask_epi8(_mm_or_si128(ends, control)));
    if (found != 0) return at + static_cast<std::size_t>(std::countr_zero(found));
  }
#endif
  for (; at + 8 <= text.size(); at += 8) {
    std::uint64_t v = 0;
    std::memcpy(&v, text.data() + at, 8);
    const std::uint64_t below_space = (v - ones * 0x20) & ~v;
    const std::uint64_t found =
        (below_space | has_zero(v ^ (ones * '"')) | has_zero(v ^ (ones * '\\'))) & highs;
    if (found != 0) return at + static_cast<std::size_t>(std::countr_zero(found)) / 8;
  }
  while (at < text.size() && static_cast<unsigned char>(text[at]) >= 0x20 && text[at] != '"' &&
         text[at] != '\\')
    ++at;
  return at;
}

// `at` is the opening quote.
std::size_t string_end(std::string_view text, std::size_t at) {
  ++at;
  while (at < text.size()) {
    at = plain_end(text, at);
    if (at >= text.size()) return npos;
    if (text[at] == '"') return at + 1;
    if (text[at] != '\\' || at + 1 >= text.size()) return npos;
    if (text[at + 1] == 'u') {
      if (at + 6 > text.size()) return npos;
      for (std::size_t k = 2; k < 6; ++k) {
        if (!is_hex(text[at + k])) return npos;
      }
      at += 6;
    } else {
      if (std::string_view("\"\\/bfnrt").find(text[at + 1]) == std::string_view::npos) return npos;
      at += 2;
    }
  }
  return npos;
}

std::size_t digits_end(std::string_view text, std::size_t at) {
  const std::size_t begin = at;
  while (at < text.size() && is_digit(text[at])) ++at;
  return at == begin ? npos : at;
}

std::size_t number_end(std::string_view text, std::size_t at) {
  if (text[at] == '-') ++at;
  if (at < text.size() && text[at] == '0') {
    ++at;
  } else {
    at = digits_end(text, at);
  }
  if (at != npos && at < text.size() && text[at] == '.') at = digits_end(text, at + 1);
  if (at != npos && at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    at = digits_end(text, at);
  }
  return at;
}

std::size_t word_end(std::string_view text, std::size_t at, std::string_view word) {
  return text.substr(at, word.size()) == word ? at + word.size() : npos;
}

// A value that holds no other.
std::size_t scalar_end(std::string_view text, std::size_t at) {
  switch (text[at]) {
    case '"':
      return string_end(text, at);
    case 't':
      return word_end(text, at, "true");
    case 'f':
      return word_end(text, at, "false");
    case 'n':
      return word_end(text, at, "null");
    default:
      return is_digit(text[at]) || text[at] == '-' ? number_end(text, at) : npos;
  }
}

// ` :` and the space behind it.
std::size_t colon_end(std::string_view text, std::size_t at) {
  at = skip_space(text, at);
  if (at >= text.size() || text[at] != ':') return npos;
  return skip_space(text, at + 1);
}

// `"key" :` and the space behind it.
std::size_t key_end(std::string_view text, std::size_t at) {
  if (at >= text.size() || text[at] != '"') return npos;
  at = string_end(text, at);
  return at == npos ? npos : colon_end(text, at);
}

// Which of the open brackets are objects: one bit a level.
class Nesting {
 public:
  bool push(bool object) {
    if (depth_ == nesting_max) return false;
    const std::uint64_t bit = std::uint64_t{1} << (depth_ % 64);
    if (depth_ % 64 == 0) bits_[depth_ / 64] = 0;
    if (object) bits_[depth_ / 64] |= bit;
    ++depth_;
    return true;
  }
  void pop() { --depth_; }
  bool empty() const { return depth_ == 0; }
  bool in_object() const { return (bits_[(depth_ - 1) / 64] >> ((depth_ - 1) % 64) & 1) != 0; }

 private:
  std::array<std::uint64_t, nesting_max / 64>
      bits_;  // NOLINT: each word is set when its first level is pushed
  std::size_t depth_ = 0;
};

void append_utf8(std::string& out, std::uint32_t code) {
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xC0 | code >> 6);
    out += static_cast<char>(0x80 | (code & 63));
  } else if (code < 0x10000) {
    out += static_cast<char>(0xE0 | code >> 12);
    out += static_cast<char>(0x80 | (code >> 6 & 63));
    out += static_cast<char>(0x80 | (code & 63));
  } else {
    out += static_cast<char>(0xF0 | code >> 18);
    out += static_cast<char>(0x80 | (code >> 12 & 63));
    out += static_cast<char>(0x80 | (code >> 6 & 63));
    out += static_cast<char>(0x80 | (code & 63));
  }
}

std::uint32_t hex4(std::string_view digits) {
  std::uint32_t code = 0;
  std::from_chars(digits.data(), digits.data() + 4, code, 16);
  return code;
}

}  // namespace

std::size_t skip_space(std::string_view text, std::size_t at) {
  while (at < text.size() && (text[at] == ' ' || text[at] == '\n' || text[at] == '\r' || text[at] == '\t'))
    ++at;
  return at;
}

std::size_t value_end(std::string_view text, std::size_t at) {
  Nesting nesting;
  for (;;) {
    // A value begins here.
    if (at >= text.size()) return npos;
    const char c = text[at];
    if (c == '[' || c == '{') {
      at = skip_space(text, at + 1);
      if (at >= text.size()) return npos;
      if (text[at] != (c == '[' ? ']' : '}')) {
        if (!nesting.push(c == '{')) return npos;
        if (c == '{' && (at = key_end(text, at)) == npos) return npos;
        continue;
      }
      ++at;
    } else {
      at = scalar_end(text, at);
      if (at == npos) return npos;
    }
    // A value ended here: close what closes, until another one begins.
    for (;;) {
      if (nesting.empty()) return at;
      at = skip_space(text, at);
      if (at >= text.size()) return npos;
      if (text[at] == ',') {
        at = skip_space(text, at + 1);
        if (nesting.in_object() && (at = key_end(text, at)) == npos) return npos;
        break;
      }
      if (text[at] != (nesting.in_object() ? '}' : ']')) return npos;
      ++at;
      nesting.pop();
    }
  }
}

bool is_value(std::string_view text) {
  const std::size_t end = value_end(text, skip_space(text, 0));
  return end != npos && skip_space(text, end) == text.size();
}

Elements::Elements(std::string_view array) : array_(array) {
  at_ = skip_space(array_, 0);
  if (at_ < array_.size() && array_[at_] == '[') at_ = skip_space(array_, at_ + 1);
}

std::optional<std::string_view> Elements::next() {
  if (at_ >= array_.size() || array_[at_] == ']') return std::nullopt;
  const std::size_t end = value_end(array_, at_);
  if (end == npos) return std::nullopt;
  const std::string_view element = array_.substr(at_, end - at_);
  at_ = skip_space(array_, end);
  if (at_ < array_.size() && array_[at_] == ',') at_ = skip_space(array_, at_ + 1);
  return element;
}

std::optional<std::string_view> member(std::string_view object, std::string_view key) {
  std::size_t at = skip_space(object, 0);
  if (at >= object.size() || object[at] != '{') return std::nullopt;
  at = skip_space(object, at + 1);
  std::optional<std::string_view> found;
  while (at < object.size() && object[at] == '"') {
    const std::size_t name_end = string_end(object, at);
    if (name_end == npos) return std::nullopt;
    const std::string_view name = object.substr(at + 1, name_end - at - 2);
    const bool same = name == key || (name.find('\\') != std::string_view::npos &&
                                      unquote(object.substr(at, name_end - at)) == key);
    at = colon_end(object, name_end);
    if (at == npos) return std::nullopt;
    const std::size_t end = value_end(object, at);
    if (end == npos) return std::nullopt;
    if (same) found = object.substr(at, end - at);
    at = skip_space(object, end);
    if (at < object.size() && object[at] == ',') at = skip_space(object, at + 1);
  }
  return found;
}

std::string unquote(std::string_view literal) {
  std::string text;
  if (literal.size() < 2 || literal.front() != '"' || literal.back() != '"') return text;
  literal = literal.substr(1, literal.size() - 2);
  text.reserve(literal.size());
  for (std::size_t i = 0; i < literal.size(); ++i) {
    if (literal[i] != '\\' || i + 1 >= literal.size()) {
      text += literal[i];
      continue;
    }
    const char c = literal[++i];
    if (c != 'u') {
      constexpr std::string_view names = "bfnrt";
      constexpr std::string_view values = "\b\f\n\r\t";
      const std::size_t k = names.find(c);
      text += k == std::string_view::npos ? c : values[k];
      continue;
    }
    if (i + 5 > literal.size()) break;
    std::uint32_t code = hex4(literal.substr(i + 1));
    i += 4;
    if (code >= 0xD800 && code < 0xE000) {
      std::uint32_t low = 0;
      if (code < 0xDC00 && literal.substr(i + 1, 2) == "\\u" && i + 7 <= literal.size()) {
        low = hex4(literal.substr(i + 3));
      }
      if (low >= 0xDC00 && low < 0xE000) {
        code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
        i += 6;
      } else {
        code = 0xFFFD;
      }
    }
    append_utf8(text, code);
  }
  return text;
}

void append_quoted(std::string& out, std::string_view text) {
  constexpr std::string_view hex = "0123456789abcdef";
  out += '"';
  std::size_t plain = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c >= 0x20 && c != '"' && c != '\\') continue;
    out.append(text.substr(plain, i - plain));
    plain = i + 1;
    constexpr std::string_view values = "\"\\\b\f\n\r\t";
    constexpr std::string_view names = "\"\\bfnrt";
    const std::size_t k = values.find(text[i]);
    out += '\\';
    if (k != std::string_view::npos) {
      out += names[k];
    } else {
      out += "u00";
      out += hex[c >> 4];
      out += hex[c & 15];
    }
  }
  out.append(text.substr(plain));
  out += '"';
}

std::string quote(std::string_view text) {
  std::string out;
  out.reserve(text.size() + 2);
  append_quoted(out, text);
  return out;
}

std::optional<std::uint64_t> unsigned_integer(std::string_view literal) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(literal.data(), literal.data() + literal.size(), value);
  if (error != std::errc{} || end != literal.data() + literal.size() || literal.empty()) return std::nullopt;
  return value;
}

}  // namespace roundhouse::json_text
