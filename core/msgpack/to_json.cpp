#include <charconv>

#include "core/msgpack/json.h"
#include "core/msgpack/number.h"

namespace roundhouse::msgpack {
namespace {

Error fail(const char* what) {
  return Error(std::string("MessagePack: ") + what);
}

void append_integer_text(std::string& out, std::int64_t value) {
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  out.append(digits, static_cast<std::size_t>(end - digits));
}

// Whole doubles beyond 2^53 lose digits in JavaScript, and so do they here.
void append_integer_as_number(std::string& out, std::int64_t value) {
  constexpr std::int64_t exact = 9007199254740992;
  if (value >= -exact && value <= exact) {
    append_integer_text(out, value);
  } else {
    append_number_text(out, static_cast<double>(value));
  }
}

// The length of the well-formed UTF-8 sequence at the front, or 0; `bad` is then how many bytes one U+FFFD stands for.
std::size_t sequence(ByteView text, std::size_t& bad) {
  const auto at = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
  const unsigned first = at(0);
  bad = 1;
  if (first < 0x80) return 1;
  std::size_t size = 0;
  unsigned low = 0x80;
  unsigned high = 0xbf;
  if (first >= 0xc2 && first <= 0xdf) {
    size = 2;
  } else if (first >= 0xe0 && first <= 0xef) {
    size = 3;
    if (first == 0xe0) low = 0xa0;
    if (first == 0xed) high = 0x9f;
  } else if (first >= 0xf0 && first <= 0xf4) {
    size = 4;
    if (first == 0xf0) low = 0x90;
    if (first == 0xf4) high = 0x8f;
  } else {
    return 0;
  }
  for (std::size_t i = 1; i < size; ++i) {
    if (i >= text.size() || at(i) < low || at(i) > high) {
      bad = i;
      return 0;
    }
    low = 0x80;
    high = 0xbf;
  }
  return size;
}

void append_string(std::string& out, ByteView text) {
  static constexpr char hex[] = "0123456789abcdef";
  out.push_back('"');
  for (std::size_t i = 0; i < text.size();) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c < 0x80) {
      ++i;
      switch (c) {
        case '"':
          out.append("\\\"");
          break;
        case '\\':
          out.append("\\\\");
          break;
        case '\b':
          out.append("\\b");
          break;
        case '\f':
          out.append("\\f");
          break;
        case '\n':
          out.append("\\n");
          break;
        case '\r':
          out.append("\\r");
          break;
        case '\t':
          out.append("\\t");
          break;
        default:
          if (c < 0x20) {
            out.append("\\u00");
            out.push_back(hex[c >> 4]);
            out.push_back(hex[c & 15]);
          } else {
            out.push_back(static_cast<char>(c));
          }
      }
      continue;
    }
    std::size_t bad = 1;
    const std::size_t size = sequence(text.substr(i), bad);
    if (size == 0) {
      out.append("\xef\xbf\xbd");
      i += bad;
    } else {
      out.append(text.substr(i, size));
      i += size;
    }
  }
  out.push_back('"');
}

void append_padded(std::string& out, std::int64_t value, std::size_t width) {
  std::string digits;
  append_integer_text(digits, value);
  if (digits.size() < width) out.append(width - digits.size(), '0');
  out.append(digits);
}

// `"2026-11-24T03:51:33.000Z"`, or null outside the range of JavaScript's Date.
void append_date(std::string& out, double milliseconds) {
  constexpr double date_max = 8.64e15;
  if (!(milliseconds >= -date_max && milliseconds <= date_max)) {
    out.append("null");
    return;
  }
  const auto ms = static_cast<std::int64_t>(milliseconds);
  constexpr std::int64_t day_ms = 86'400'000;
  const std::int64_t days = (ms >= 0 ? ms : ms - day_ms + 1) / day_ms;
  const std::int64_t of_day = ms - days * day_ms;
  // Civil date from a day count, in eras of 400 years that begin on 1 March (Hinnant, "chrono-compatible low-level date algorithms").
  const std::int64_t shifted = days + 719'468;
  const std::int64_t era = (shifted >= 0 ? shifted : shifted - 146'096) / 146'097;
  const std::int64_t day_of_era = shifted - era * 146'097;
  const std::int64_t year_of_era =
      (day_of_era - day_of_era / 1'460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const std::int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t month_index = (5 * day_of_year + 2) / 153;
  const std::int64_t day = day_of_year - (153 * month_index + 2) / 5 + 1;
  const std::int64_t month = month_index < 10 ? month_index + 3 : month_index - 9;
  const std::int64_t year = year_of_era + era * 400 + (month <= 2 ? 1 : 0);
  out.push_back('"');
  if (year < 0 || year > 9999) {
    out.push_back(year < 0 ? '-' : '+');
    append_padded(out, year < 0 ? -year : year, 6);
  } else {
    append_padded(out, year, 4);
  }
  out.push_back('-');
  append_padded(out, month, 2);
  out.push_back('-');
  append_padded(out, day, 2);
  out.push_back('T');
  append_padded(out, of_day / 3'600'000, 2);
  out.push_back(':');
  append_padded(out, of_day / 60'000 % 60, 2);
  out.push_back(':');
  append_padded(out, of_day / 1'000 % 60, 2);
  out.push_back('.');
  append_padded(out, of_day % 1'000, 3);
  out.append("Z\"");
}

std::uint64_t big_endian(ByteView bytes) {
  std::uint64_t value = 0;
  for (const char c : bytes) value = value << 8 | static_cast<unsigned char>(c);
  return value;
}
std::int64_t signed_high(ByteView bytes) {
  return static_cast<std::int32_t>(big_endian(bytes));
}

class Converter {
 public:
  Converter(std::string& out, Reader& from, std::vector<Bytes>& attachments)
      : out_(out), from_(from), attachments_(attachments) {}

  // False where the value is `undefined` and nothing was written.
  Result<bool> value(std::size_t depth) {
    const auto item = from_.next();
    if (!item) return item.error();
    switch (item->type) {
      case Type::nil:
        out_.append("null");
        break;
      case Type::boolean:
        out_.append(item->boolean ? "true" : "false");
        break;
      case Type::integer:
        append_integer_as_number(out_, item->integer);
        break;
      case Type::natural:
        append_number_text(out_, static_cast<double>(item->natural));
        break;
      case Type::number:
        append_number_text(out_, item->number);
        break;
      case Type::text:
        append_string(out_, item->bytes);
        break;
      case Type::binary:
        append_placeholder(item->bytes);
        break;
      case Type::extension:
        return extension(*item);
      case Type::array:
      case Type::map:
        if (depth == from_.limits().depth_max) return fail("nested deeper than the limit");
        return item->type == Type::array ? array(item->count, depth) : map(item->count / 2, depth);
    }
    return true;
  }

 private:
  void append_placeholder(ByteView bytes) {
    out_.append(R"({"_placeholder":true,"num":)");
    append_integer_text(out_, static_cast<std::int64_t>(attachments_.size()));
    out_.push_back('}');
    attachments_.emplace_back(bytes);
  }

  Result<bool> array(std::uint32_t count, std::size_t depth) {
    out_.push_back('[');
    for (std::uint32_t i = 0; i < count; ++i) {
      if (i > 0) out_.push_back(',');
      const auto written = value(depth + 1);
      if (!written) return written.error();
      if (!*written) out_.append("null");
    }
    out_.push_back(']');
    return true;
  }

  Result<bool> map(std::uint32_t pairs, std::size_t depth) {
    out_.push_back('{');
    bool first = true;
    for (std::uint32_t i = 0; i < pairs; ++i) {
      const std::size_t before = out_.size();
      if (!first) out_.push_back(',');
      const auto key = from_.next();
      if (!key) return key.error();
      if (key->type == Type::text) {
        append_string(out_, key->bytes);
      } else if (key->type == Type::integer) {
        out_.push_back('"');
        append_integer_as_number(out_, key->integer);
        out_.push_back('"');
      } else {
        return fail("a key that is neither text nor integer");
      }
      out_.push_back(':');
      const auto written = value(depth + 1);
      if (!written) return written.error();
      if (*written) {
        first = false;
      } else {
        out_.resize(before);
      }
    }
    out_.push_back('}');
    return true;
  }

  // Which type and size means what: notepack.io, decode.js. Nanoseconds below a millisecond are dropped, as Date does.
  Result<bool> extension(const Item& item) {
    const ByteView data = item.bytes;
    if (item.extension == 0 && data.size() == 1) return false;  // undefined, as older encoders wrote it
    constexpr double two_to_32 = 4294967296.0;
    if (item.extension == -1 && data.size() == 4) {
      append_date(out_, static_cast<double>(big_endian(data)) * 1e3);
    } else if (item.extension == -1 && data.size() == 8) {
      const std::uint64_t bits = big_endian(data);
      append_date(out_,
                  static_cast<double>(bits & 0x3ffffffffu) * 1e3 + static_cast<double>(bits >> 34) / 1e6);
    } else if (item.extension == -1 && data.size() == 12) {
      const double seconds = static_cast<double>(signed_high(data.substr(4, 4))) * two_to_32 +
                             static_cast<double>(big_endian(data.substr(8, 4)));
      append_date(out_, seconds * 1e3 + static_cast<double>(big_endian(data.substr(0, 4))) / 1e6);
    } else if (item.extension == 0 && data.size() == 8) {
      append_date(out_, static_cast<double>(signed_high(data.substr(0, 4))) * two_to_32 +
                            static_cast<double>(big_endian(data.substr(4, 4))));
    } else if (item.extension == 0 && data.size() != 2 && data.size() != 4 && data.size() != 16) {
      append_placeholder(data);  // an ArrayBuffer, as older encoders wrote it
    } else {
      out_.push_back('[');
      append_integer_text(out_, item.extension);
      out_.push_back(',');
      append_placeholder(data);
      out_.push_back(']');
    }
    return true;
  }

  std::string& out_;
  Reader& from_;
  std::vector<Bytes>& attachments_;
};

}  // namespace

Result<void> append_as_json(std::string& out, Reader& from, std::vector<Bytes>& attachments) {
  const auto written = Converter(out, from, attachments).value(0);
  if (!written) return written.error();
  if (!*written) out.append("null");
  return {};
}

}  // namespace roundhouse::msgpack
