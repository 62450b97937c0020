#include <optional>

#include "core/msgpack/json.h"
#include "core/msgpack/number.h"
#include "core/msgpack/writer.h"

namespace roundhouse::msgpack {
namespace {

bool is_space(char c) {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

void append_utf8(Bytes& out, std::uint32_t c) {
  if (c < 0x80) {
    out.push_back(static_cast<char>(c));
  } else if (c < 0x800) {
    out.push_back(static_cast<char>(0xc0 | c >> 6));
    out.push_back(static_cast<char>(0x80 | (c & 0x3f)));
  } else if (c < 0x10000) {
    out.push_back(static_cast<char>(0xe0 | c >> 12));
    out.push_back(static_cast<char>(0x80 | (c >> 6 & 0x3f)));
    out.push_back(static_cast<char>(0x80 | (c & 0x3f)));
  } else {
    out.push_back(static_cast<char>(0xf0 | c >> 18));
    out.push_back(static_cast<char>(0x80 | (c >> 12 & 0x3f)));
    out.push_back(static_cast<char>(0x80 | (c >> 6 & 0x3f)));
    out.push_back(static_cast<char>(0x80 | (c & 0x3f)));
  }
}

// Recursive descent; the depth is bounded by limits.depth_max. A method that returns false has set `what_`.
class Converter {
 public:
  Converter(Bytes& out, std::string_view json, std::span<const Bytes> attachments, Limits limits)
      : out_(out), json_(json), attachments_(attachments), limits_(limits) {}

  bool run() {
    if (!value(0)) return false;
    skip_space();
    return at_ == json_.size() || fail("text behind the value");
  }
  const char* what() const { return what_; }

 private:
  bool fail(const char* what) {
    what_ = what;
    return false;
  }
  void skip_space() {
    while (at_ < json_.size() && is_space(json_[at_])) ++at_;
  }
  bool next_is(char c) {
    skip_space();
    if (at_ == json_.size() || json_[at_] != c) return false;
    ++at_;
    return true;
  }
  bool word(std::string_view text) {
    if (json_.substr(at_, text.size()) != text) return fail("not JSON");
    at_ += text.size();
    return true;
  }

  bool value(std::size_t depth) {
    skip_space();
    if (at_ == json_.size()) return fail("the text ends too early");
    switch (json_[at_]) {
      case '{':
        return depth < limits_.depth_max ? object(depth) : fail("nested deeper than the limit");
      case '[':
        return depth < limits_.depth_max ? array(depth) : fail("nested deeper than the limit");
      case '"':
        return string();
      case 't':
        append_boolean(out_, true);
        return word("true");
      case 'f':
        append_boolean(out_, false);
        return word("false");
      case 'n':
        append_nil(out_);
        return word("null");
      default:
        return number();
    }
  }

  bool array(std::size_t depth) {
    ++at_;
    const std::size_t begin = out_.size();
    std::size_t items = 0;
    if (!next_is(']')) {
      do {
        if (!value(depth + 1)) return false;
        ++items;
      } while (next_is(','));
      if (!next_is(']')) return fail("an array without its end");
    }
    insert_array(out_, begin, items);
    return true;
  }

  bool object(std::size_t depth) {
    ++at_;
    const std::size_t begin = out_.size();
    std::size_t pairs = 0;
    bool placeholder = false;
    std::optional<std::size_t> attachment;
    if (!next_is('}')) {
      do {
        skip_space();
        if (at_ == json_.size() || json_[at_] != '"') return fail("a key is not a string");
        const std::size_t key = at_;
        if (!string()) return false;
        const std::string_view key_text = json_.substr(key, at_ - key);
        if (!next_is(':')) return fail("no colon behind a key");
        skip_space();
        const std::size_t member = at_;
        if (!value(depth + 1)) return false;
        const std::string_view member_text = json_.substr(member, at_ - member);
        if (key_text == R"("_placeholder")") placeholder = member_text == "true";
        if (key_text == R"("num")") attachment = small_integer(member_text);
        ++pairs;
      } while (next_is(','));
      if (!next_is('}')) return fail("an object without its end");
    }
    if (placeholder) {
      if (!attachment || *attachment >= attachments_.size()) return fail("a placeholder for no attachment");
      out_.resize(begin);
      append_binary(out_, attachments_[*attachment]);
      return true;
    }
    insert_map(out_, begin, pairs);
    return true;
  }

  static std::optional<std::size_t> small_integer(std::string_view text) {
    if (text.empty() || text.size() > 6) return std::nullopt;
    std::size_t value = 0;
    for (const char c : text) {
      if (!is_digit(c)) return std::nullopt;
      value = value * 10 + static_cast<std::size_t>(c - '0');
    }
    return value;
  }

  bool string() {
    const std::size_t begin = ++at_;
    // Most strings have no escape and go over in one piece.
    std::size_t i = begin;
    while (i < json_.size() && json_[i] != '"' && json_[i] != '\\' &&
           static_cast<unsigned char>(json_[i]) >= 0x20)
      ++i;
    if (i < json_.size() && json_[i] == '"') {
      append_text(out_, json_.substr(begin, i - begin));
      at_ = i + 1;
      return true;
    }
    text_.assign(json_.substr(begin, i - begin));
    for (;; ++i) {
      if (i == json_.size()) return fail("a string without its end");
      const char c = json_[i];
      if (c == '"') break;
      if (static_cast<unsigned char>(c) < 0x20) return fail("a control character in a string");
      if (c != '\\') {
        text_.push_back(c);
      } else if (!escape(i)) {
        return false;
      }
    }
    append_text(out_, text_);
    at_ = i + 1;
    return true;
  }

  // At the backslash; leaves `i` on the last character of the escape.
  bool escape(std::size_t& i) {
    if (++i == json_.size()) return fail("a string without its end");
    switch (json_[i]) {
      case '"':
      case '\\':
      case '/':
        text_.push_back(json_[i]);
        return true;
      case 'b':
        text_.push_back('\b');
        return true;
      case 'f':
        text_.push_back('\f');
        return true;
      case 'n':
        text_.push_back('\n');
        return true;
      case 'r':
        text_.push_back('\r');
        return true;
      case 't':
        text_.push_back('\t');
        return true;
      case 'u':
        break;
      default:
        return fail("an unknown escape");
    }
    std::uint32_t unit = 0;
    if (!hex(i + 1, unit)) return fail("a bad \\u escape");
    i += 4;
    std::uint32_t low = 0;
    if (unit >= 0xd800 && unit < 0xdc00 && json_.substr(i + 1, 2) == "\\u" && hex(i + 3, low) &&
        low >= 0xdc00 && low < 0xe000) {
      append_utf8(text_, 0x10000 + ((unit & 0x3ff) << 10 | (low & 0x3ff)));
      i += 6;
    } else {
      // A lone surrogate has no UTF-8. Node's Buffer writes U+FFFD (notepack's path for short strings writes bytes that nobody reads back).
      append_utf8(text_, unit >= 0xd800 && unit < 0xe000 ? 0xfffd : unit);
    }
    return true;
  }
  bool hex(std::size_t from, std::uint32_t& out) const {
    if (from + 4 > json_.size()) return false;
    out = 0;
    for (std::size_t k = from; k < from + 4; ++k) {
      const char c = json_[k];
      std::uint32_t digit = 0;
      if (is_digit(c)) {
        digit = static_cast<std::uint32_t>(c - '0');
      } else if (c >= 'a' && c <= 'f') {
        digit = static_cast<std::uint32_t>(c - 'a' + 10);
      } else if (c >= 'A' && c <= 'F') {
        digit = static_cast<std::uint32_t>(c - 'A' + 10);
      } else {
        return false;
      }
      out = out << 4 | digit;
    }
    return true;
  }

  bool number() {
    const std::size_t begin = at_;
    const auto digits = [this] {
      const std::size_t from = at_;
      while (at_ < json_.size() && is_digit(json_[at_])) ++at_;
      return at_ - from;
    };
    const bool negative = json_[at_] == '-';
    if (negative) ++at_;
    const std::size_t first = at_;
    const std::size_t whole = digits();
    if (whole == 0) return fail("not JSON");
    if (whole > 1 && json_[first] == '0') return fail("a number with a leading zero");
    bool integer = true;
    if (at_ < json_.size() && json_[at_] == '.') {
      integer = false;
      ++at_;
      if (digits() == 0) return fail("a number without digits behind its point");
    }
    if (at_ < json_.size() && (json_[at_] == 'e' || json_[at_] == 'E')) {
      integer = false;
      ++at_;
      if (at_ < json_.size() && (json_[at_] == '+' || json_[at_] == '-')) ++at_;
      if (digits() == 0) return fail("a number without digits in its exponent");
    }
    if (integer && whole <= 15) {  // exact in a double, and far cheaper to read
      std::int64_t value = 0;
      for (std::size_t i = first; i < at_; ++i) value = value * 10 + (json_[i] - '0');
      append_integer(out_, negative ? -value : value);
    } else {
      append_number(out_, read_number_text(json_.substr(begin, at_ - begin)));
    }
    return true;
  }

  Bytes& out_;
  std::string_view json_;
  std::span<const Bytes> attachments_;
  Limits limits_;
  std::size_t at_ = 0;
  Bytes text_;  // a string with escapes, unescaped
  const char* what_ = "";
};

}  // namespace

Result<void> append_json(Bytes& out, std::string_view json, std::span<const Bytes> attachments,
                         Limits limits) {
  const std::size_t before = out.size();
  Converter converter(out, json, attachments, limits);
  if (converter.run()) return {};
  out.resize(before);
  return Error(std::string("JSON: ") + converter.what());
}

}  // namespace roundhouse::msgpack
