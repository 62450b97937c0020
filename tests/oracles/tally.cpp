#include "tests/oracles/tally.h"

#include <fmt/core.h>

#include <algorithm>
#include <fstream>
#include <stdexcept>

namespace roundhouse::oracles {

namespace {

constexpr std::size_t shown_characters_max = 160;

/// On one line, and from shortly before the first character in which the two differ.
std::string shown(const std::string& text, const std::string& other) {
  const auto apart = std::mismatch(text.begin(), text.end(), other.begin(), other.end()).first - text.begin();
  const std::size_t from = apart > 40 ? static_cast<std::size_t>(apart) - 40 : 0;
  std::string line = from > 0 ? "..." : "";
  for (const char c : text.substr(from, shown_characters_max)) {
    if (c == '\r') {
      line += "\\r";
    } else if (c == '\n') {
      line += "\\n";
    } else {
      line += c;
    }
  }
  return line + (text.size() > from + shown_characters_max ? "..." : "");
}

}  // namespace

void Tally::know(const std::string& path) {
  std::ifstream in(path);
  if (!in) throw std::runtime_error("cannot read " + path);
  for (std::string line; std::getline(in, line);) {
    line = line.substr(0, line.find('#'));
    while (!line.empty() && line.back() == ' ') line.pop_back();
    if (!line.empty()) known_.insert(line);
  }
}

void Tally::begin(std::string file) {
  file_ = std::move(file);
  file_rows_ = 0;
  file_differ_ = 0;
}

void Tally::row(std::string_view name, const std::vector<Part>& parts) {
  ++file_rows_;
  const std::string key = fmt::format("{}: {}", file_, name);
  const bool known = known_.contains(key);
  const bool differs =
      std::any_of(parts.begin(), parts.end(), [](const Part& part) { return part.expected != part.got; });
  if (!differs) {
    if (!known) return;
    ++agree_now_;
    fmt::print("{} agrees, but is listed as a known difference\n", key);
    return;
  }
  ++file_differ_;
  if (!known) ++unknown_;
  if (file_differ_ > shown_max) return;
  for (const Part& part : parts) {
    if (part.expected == part.got) continue;
    fmt::print("  {}{}: {}: expected {} | got {}\n", key, known ? " (known)" : "", part.what,
               shown(part.expected, part.got), shown(part.got, part.expected));
  }
}

void Tally::end() {
  fmt::print("{}: {} rows, {} differ\n", file_, file_rows_, file_differ_);
  rows_ += file_rows_;
  differ_ += file_differ_;
}

int Tally::finish() {
  fmt::print("{} rows, {} differ\n", rows_, differ_);
  return rows_ > 0 && unknown_ == 0 && agree_now_ == 0 ? 0 : 1;
}

}  // namespace roundhouse::oracles
