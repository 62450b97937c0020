#include "sim/scenario/key_table.h"

namespace roundhouse::scenario_file {

using Kind = TomlValue::Kind;

Problem read_text(std::string& to, const TomlValue& value) {
  if (value.kind != Kind::text) return wanted("a text", value);
  to = value.text;
  return std::nullopt;
}

Problem read_whole(std::uint64_t& to, const TomlValue& value, std::uint64_t low, std::uint64_t high) {
  const bool fits = value.kind == Kind::integer && value.integer >= 0 &&
                    static_cast<std::uint64_t>(value.integer) >= low &&
                    static_cast<std::uint64_t>(value.integer) <= high;
  if (!fits) return wanted("a " + whole_type(low, high), value);
  to = static_cast<std::uint64_t>(value.integer);
  return std::nullopt;
}

Problem read_duration(Duration& to, const TomlValue& value) {
  constexpr std::string_view what = "a duration, such as \"250ms\" or \"5s\" or a number of seconds,";
  constexpr double seconds_max =
      static_cast<double>(std::chrono::duration_cast<std::chrono::seconds>(duration_max).count());
  if (value.kind == Kind::integer || value.kind == Kind::number) {
    if (!(value.number >= 0 && value.number <= seconds_max)) return wanted(what, value);
    to = value.kind == Kind::integer ? Duration(std::chrono::seconds(value.integer))
                                     : Duration(static_cast<std::int64_t>(value.number * 1e9 + 0.5));
    return std::nullopt;
  }
  const auto read = value.kind == Kind::text ? parse_duration(value.text) : std::nullopt;
  if (!read) return wanted(what, value);
  to = *read;
  return std::nullopt;
}

Problem read_flag(bool& to, const TomlValue& value) {
  if (value.kind != Kind::boolean) return wanted("true or false", value);
  to = value.boolean;
  return std::nullopt;
}

std::string in_quotes(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      quoted += '\\';
      quoted += c;
    } else if (c == '\n') {
      quoted += "\\n";
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      constexpr std::string_view digits = "0123456789abcdef";
      quoted += "\\u00";
      quoted += digits[static_cast<unsigned char>(c) >> 4];
      quoted += digits[static_cast<unsigned char>(c) & 15];
    } else {
      quoted += c;
    }
  }
  return quoted + '"';
}

std::string whole_type(std::uint64_t low, std::uint64_t high) {
  return high == whole_max ? "whole number of 0 or more"
                           : "whole number from " + std::to_string(low) + " to " + std::to_string(high);
}

std::string either(const std::vector<std::string>& words) {
  std::string all;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) all += i + 1 == words.size() ? " or " : ", ";
    all += in_quotes(words[i]);
  }
  return all;
}

}  // namespace roundhouse::scenario_file
