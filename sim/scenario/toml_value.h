// A TOML document as plain values with line numbers. The TOML library itself stays inside toml_value.cpp: it is slow to compile.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <roundhouse/result.h>

namespace roundhouse::scenario_file {

struct TomlEntry;

struct TomlValue {
  enum class Kind : std::uint8_t { text, integer, number, boolean, array, table, other };
  Kind kind = Kind::other;
  std::string text;
  std::int64_t integer = 0;
  double number = 0;  ///< of an integer as well
  bool boolean = false;
  std::vector<TomlValue> items;
  std::vector<TomlEntry> entries;  ///< of a table, in the order of the file
  int line = 0;                    ///< where the value begins: of a text, its opening quotes
  int last_line = 0;

  const TomlValue* find(std::string_view key) const;
};

struct TomlEntry {
  std::string key;
  int line = 0;
  TomlValue value;
};

/// Reads a whole document, UTF-8. Error: `FILE:LINE: text`, the TOML library's words.
Result<TomlValue> read_toml(std::string_view document, const std::string& file);

/// What a value is, for messages: `the text "x"`, `the number 7`, `a table`.
std::string describe(const TomlValue& value);

}  // namespace roundhouse::scenario_file
