// JSON as text: checks it, finds values in it, quotes strings, and never builds a tree. RFC 8259.
// Positions are byte offsets; views point into the text that was given.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace roundhouse::json_text {

/// Arrays and objects inside each other. JavaScript's parser has no limit of its own; ours keeps one bit a level.
inline constexpr std::size_t nesting_max = 512;
inline constexpr std::size_t npos = static_cast<std::size_t>(-1);

std::size_t skip_space(std::string_view text, std::size_t at);
/// The end of the value that begins at `at` (no space before it). npos where none begins there, or its nesting is too deep.
std::size_t value_end(std::string_view text, std::size_t at);
/// One whole value with nothing but space around it.
bool is_value(std::string_view text);

/// Walks over the elements of an array text that is known to be valid.
class Elements {
 public:
  explicit Elements(std::string_view array);
  /// The next element's text; empty at the end.
  std::optional<std::string_view> next();
  /// Where the next element begins, or the `]`.
  std::size_t position() const { return at_; }

 private:
  std::string_view array_;
  std::size_t at_ = 0;
};

/// The value at a key of an object text that is known to be valid. The last of equal keys counts, as in JavaScript.
std::optional<std::string_view> member(std::string_view object, std::string_view key);
/// The text inside a string literal, escapes resolved. Lone surrogates become U+FFFD.
std::string unquote(std::string_view literal);
/// Appends a string literal, escaped as JSON.stringify does.
void append_quoted(std::string& out, std::string_view text);
std::string quote(std::string_view text);
/// A non-negative integer literal.
std::optional<std::uint64_t> unsigned_integer(std::string_view literal);

}  // namespace roundhouse::json_text
