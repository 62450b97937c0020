#include "core/msgpack/number.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <limits>
#include <system_error>

#include "core/base/assertion.h"

namespace roundhouse::msgpack {
namespace {

constexpr double two_to_53 = 9007199254740992.0;
constexpr double infinity = std::numeric_limits<double>::infinity();

bool is_finite(double value) {
  return value - value == 0;
}

}  // namespace

bool is_whole(double value) {
  if (!is_finite(value)) return false;
  if (value >= two_to_53 || value <= -two_to_53) return true;
  return static_cast<double>(static_cast<std::int64_t>(value)) == value;
}

std::uint64_t modulo_2_64(double value) {
  ROUNDHOUSE_ASSERT(is_whole(value));
  if (value > -two_to_53 && value < two_to_53) {
    return static_cast<std::uint64_t>(static_cast<std::int64_t>(value));
  }
  const auto bits = std::bit_cast<std::uint64_t>(value);
  const int exponent =
      static_cast<int>((bits >> 52) & 0x7ff) - 1075;  // of the lowest bit of the mantissa; >= 1 here
  const std::uint64_t mantissa = (bits & 0xfffffffffffffu) | 0x10000000000000u;
  const std::uint64_t size = exponent < 64 ? mantissa << exponent : 0;
  return value < 0 ? 0 - size : size;
}

void append_number_text(Bytes& out, double value) {
  if (!is_finite(value)) {
    out.append("null");
    return;
  }
  if (value == 0) {
    out.push_back('0');
    return;
  }
  // Shortest digits first: d.ddde[+-]xx, then ECMAScript's own rules for where the point goes.
  char buffer[40];
  const char* const end =
      std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific).ptr;
  std::string_view text(buffer, static_cast<std::size_t>(end - buffer));
  if (text.front() == '-') {
    out.push_back('-');
    text.remove_prefix(1);
  }
  const std::size_t e = text.find('e');
  int exponent = 0;
  const std::string_view exponent_text = text.substr(text[e + 1] == '+' ? e + 2 : e + 1);
  std::from_chars(exponent_text.data(), exponent_text.data() + exponent_text.size(), exponent);
  char digits[20];
  int count = 0;
  for (const char c : text.substr(0, e)) {
    if (c != '.') digits[count++] = c;
  }
  const std::string_view all(digits, static_cast<std::size_t>(count));
  const int point = exponent + 1;  // digits before the decimal point
  if (count <= point && point <= 21) {
    out.append(all);
    out.append(static_cast<std::size_t>(point - count), '0');
  } else if (0 < point && point <= 21) {
    out.append(all.substr(0, static_cast<std::size_t>(point)));
    out.push_back('.');
    out.append(all.substr(static_cast<std::size_t>(point)));
  } else if (-6 < point && point <= 0) {
    out.append("0.");
    out.append(static_cast<std::size_t>(-point), '0');
    out.append(all);
  } else {
    out.push_back(digits[0]);
    if (count > 1) {
      out.push_back('.');
      out.append(all.substr(1));
    }
    out.push_back('e');
    out.push_back(exponent < 0 ? '-' : '+');
    out.append(std::to_string(exponent < 0 ? -exponent : exponent));
  }
}

double read_number_text(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  ROUNDHOUSE_ASSERT(end == text.data() + text.size());
  if (error == std::errc::result_out_of_range) {
    // from_chars does not say which way. Overflow has a large exponent or many digits before the point, underflow neither.
    const bool negative = text.front() == '-';
    const std::size_t e = text.find_first_of("eE");
    std::int64_t exponent = 0;
    if (e != std::string_view::npos) {
      std::string_view digits = text.substr(e + 1);
      const bool minus = digits.front() == '-';
      if (minus || digits.front() == '+') digits.remove_prefix(1);
      constexpr std::int64_t enough = std::numeric_limits<std::int32_t>::max();
      const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), exponent);
      if (read.ec != std::errc() || exponent > enough) exponent = enough;
      if (minus) exponent = -exponent;
    }
    const std::string_view mantissa =
        text.substr(negative ? 1 : 0, e == std::string_view::npos ? e : e - (negative ? 1 : 0));
    const std::size_t point = std::min(mantissa.find('.'), mantissa.size());
    const std::size_t first = std::min(mantissa.find_first_of("123456789"), mantissa.size());
    // Digits before the point, or minus the zeros behind it, in front of the first that counts.
    const bool huge = exponent + static_cast<std::int64_t>(point) - static_cast<std::int64_t>(first) > 0;
    value = huge ? (negative ? -infinity : infinity) : 0.0;
  }
  return value;
}

}  // namespace roundhouse::msgpack
