// The only file that includes the TOML library, header-only. It asserts some things that bad input breaks (`[*`, in 3.3): its assertions
// are ours here, and throw.
#include "sim/scenario/toml_value.h"

namespace {
struct TomlAssertionFailed {};
[[noreturn]] void fail_assertion() {
  throw TomlAssertionFailed{};
}
}  // namespace

// With NDEBUG the library would take its assertions for granted.
#undef NDEBUG
#define TOML_ASSERT(expression) ((expression) ? static_cast<void>(0) : fail_assertion())
#define TOML_ENABLE_FORMATTERS 0
#define TOML_ENABLE_WINDOWS_COMPAT 0
#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <vector>

namespace roundhouse::scenario_file {
namespace {

std::string where(const std::string& file, const toml::source_position& at) {
  return file + ":" + std::to_string(at.line);
}

TomlValue convert(const toml::node& node);

void convert_table(const toml::table& table, TomlValue& value) {
  struct Place {
    toml::source_position at;
    const toml::key* key;
    const toml::node* node;
  };
  std::vector<Place> places;
  for (const auto& [key, node] : table) places.push_back({key.source().begin, &key, &node});
  // The library keeps keys by name; mistakes are reported in the order of the file.
  std::sort(places.begin(), places.end(), [](const Place& a, const Place& b) {
    if (a.at.line != b.at.line) return a.at.line < b.at.line;
    return a.at.column < b.at.column;
  });
  for (const Place& place : places) {
    value.entries.push_back(
        {std::string(place.key->str()), static_cast<int>(place.at.line), convert(*place.node)});
  }
}

TomlValue convert(const toml::node& node) {
  TomlValue value;
  value.line = static_cast<int>(node.source().begin.line);
  value.last_line = static_cast<int>(node.source().end.line);
  if (const auto* text = node.as_string()) {
    value.kind = TomlValue::Kind::text;
    value.text = text->get();
  } else if (const auto* integer = node.as_integer()) {
    value.kind = TomlValue::Kind::integer;
    value.integer = integer->get();
    value.number = static_cast<double>(integer->get());
  } else if (const auto* number = node.as_floating_point()) {
    value.kind = TomlValue::Kind::number;
    value.number = number->get();
  } else if (const auto* boolean = node.as_boolean()) {
    value.kind = TomlValue::Kind::boolean;
    value.boolean = boolean->get();
  } else if (const auto* array = node.as_array()) {
    value.kind = TomlValue::Kind::array;
    for (const toml::node& item : *array) value.items.push_back(convert(item));
  } else if (const auto* table = node.as_table()) {
    value.kind = TomlValue::Kind::table;
    convert_table(*table, value);
  }
  return value;
}

}  // namespace

const TomlValue* TomlValue::find(std::string_view key) const {
  for (const TomlEntry& entry : entries) {
    if (entry.key == key) return &entry.value;
  }
  return nullptr;
}

namespace {

bool breaks_the_library(std::string_view document) {
  try {
    (void)toml::parse(document);
  } catch (const TomlAssertionFailed&) {
    return true;
  } catch (const toml::parse_error&) {
    return false;
  }
  return false;
}

// The parser reads from left to right: the beginning that ends with the line breaks it, and every shorter one does not.
std::size_t line_that_breaks(std::string_view document) {
  std::vector<std::size_t> ends;
  for (std::size_t at = 0; at < document.size(); ++at)
    if (document[at] == '\n') ends.push_back(at + 1);
  ends.push_back(document.size());
  const auto first = std::partition_point(ends.begin(), ends.end(), [&](std::size_t end) {
    return !breaks_the_library(document.substr(0, end));
  });
  return static_cast<std::size_t>(first - ends.begin()) + 1;
}

}  // namespace

Result<TomlValue> read_toml(std::string_view document, const std::string& file) {
  try {
    return convert(toml::parse(document));
  } catch (const toml::parse_error& error) {
    return Error(where(file, error.source().begin), std::string(error.description()));
  } catch (const TomlAssertionFailed&) {
    return Error(file + ":" + std::to_string(line_that_breaks(document)), "this is not TOML");
  }
}

std::string describe(const TomlValue& value) {
  switch (value.kind) {
    case TomlValue::Kind::text: {
      constexpr std::size_t shown = 40;
      const std::string_view all = value.text;
      if (all.size() <= shown && all.find('\n') == all.npos) return fmt::format("the text \"{}\"", all);
      return fmt::format("a text of {} bytes", all.size());
    }
    case TomlValue::Kind::integer:
      return fmt::format("the number {}", value.integer);
    case TomlValue::Kind::number:
      return fmt::format("the number {}", value.number);
    case TomlValue::Kind::boolean:
      return value.boolean ? "true" : "false";
    case TomlValue::Kind::array:
      return "an array";
    case TomlValue::Kind::table:
      return "a table";
    case TomlValue::Kind::other:
      return "a date or time";
  }
  return "";
}

}  // namespace roundhouse::scenario_file
