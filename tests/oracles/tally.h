// Counts rows and those that differ, and says so: a line a file, a short line a differing row, and the sum at the end.
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace roundhouse::oracles {

/// What was compared of a row.
struct Part {
  std::string what;
  std::string expected;
  std::string got;
};

class Tally {
 public:
  /// Reads the differences that are known: a line each, `FILE: ROW`, and behind a `#` why. Errors: a file that cannot be read throws.
  void know(const std::string& path);

  void begin(std::string file);
  /// A row of the file that was begun, by its number or name. It differs where any part does.
  void row(std::string_view name, const std::vector<Part>& parts);
  /// Rows that are judged together and not one by one.
  void agree(std::size_t rows) { file_rows_ += rows; }
  void end();

  /// Prints the sum. The exit status: 0 where no row differs, but for those that are known; a known one that agrees is a failure too.
  int finish();

 private:
  static constexpr std::size_t shown_max = 5;  ///< differing rows that a file may show

  std::set<std::string> known_;
  std::string file_;
  std::size_t file_rows_ = 0;
  std::size_t file_differ_ = 0;
  std::size_t rows_ = 0;
  std::size_t differ_ = 0;
  std::size_t unknown_ = 0;
  std::size_t agree_now_ = 0;
};

}  // namespace roundhouse::oracles
