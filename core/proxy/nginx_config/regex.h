// A regular expression of a configuration. PCRE2, as in nginx, so that a pattern means the same and a mistake gets the same words.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <roundhouse/result.h>

struct pcre2_real_code_8;

namespace roundhouse::proxy {

/// PCRE2's own limit of a match's steps, which nginx leaves as it is. A pattern that backtracks without end is given up there.
inline constexpr std::uint32_t regex_steps_max = 10'000'000;

class Regex {
 public:
  enum class Letters : std::uint8_t { as_written, any_case };
  enum class Outcome : std::uint8_t { no, match, gave_up };
  /// First byte and end of each group; the whole match is group 0. A group that took no part is empty.
  using Groups = std::vector<std::pair<std::size_t, std::size_t>>;
  struct Name {
    std::string text;
    std::uint32_t group = 0;
  };

  /// Errors: nginx's `pcre2_compile() failed: ... in "PATTERN" at "REST"`.
  static Result<Regex> compile(std::string_view pattern, Letters letters);

  /// Searches anywhere in `subject`; fills `groups` only where it matches.
  Outcome search(std::string_view subject, Groups& groups) const;
  const std::string& pattern() const { return pattern_; }
  /// `(?<name>...)`, in PCRE2's order.
  const std::vector<Name>& names() const { return names_; }

 private:
  std::string pattern_;
  std::shared_ptr<const pcre2_real_code_8> code_;
  std::vector<Name> names_;
};

}  // namespace roundhouse::proxy
