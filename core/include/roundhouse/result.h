// What went wrong, as a value. `Result<T>` is one alias, so that the day std::expected is here one line moves.
#pragma once

#include <boost/system/result.hpp>
#include <stdexcept>
#include <string>
#include <utility>

namespace roundhouse {

/// Their mistake (a peer's bytes, a file's text) in words for people. `where` is `FILE:LINE`, or empty.
class Error {
 public:
  Error() = default;  // Boost.System asks for it in error()
  explicit Error(std::string what) : what_(std::move(what)) {}
  Error(std::string where, std::string what) : where_(std::move(where)), what_(std::move(what)) {}

  const std::string& what() const { return what_; }
  const std::string& where() const { return where_; }
  /// `FILE:LINE: text`, or the text alone.
  std::string text() const { return where_.empty() ? what_ : where_ + ": " + what_; }

 private:
  std::string where_;
  std::string what_;
};

template <class T>
using Result = boost::system::result<T, Error>;

/// The embedding program called something it may not call; the text says what to do instead.
class UsageError : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

/// Roundhouse is wrong: a condition that must hold does not. A run turns it into a verdict.
class InvariantBroken : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

[[noreturn]] inline void throw_exception_from_error(const Error& error, const boost::source_location&) {
  throw UsageError("value() of a failed result: " + error.text());
}

}  // namespace roundhouse
