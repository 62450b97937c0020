// What regular expressions and maps have found during one request. One pointer as long as they found nothing.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/proxy/nginx_config/config.h"

namespace roundhouse::proxy {

class RequestValues {
 public:
  RequestValues();
  RequestValues(RequestValues&&) noexcept;
  RequestValues& operator=(RequestValues&&) noexcept;
  ~RequestValues();

  /// Where it matches, `$1` to `$9` and its named groups are this match's from now on, as in nginx: whatever searched last.
  Regex::Outcome search(const Pattern& pattern, std::string_view subject);
  /// Of the last match; empty where there was none, or the group took no part.
  std::string_view group(std::uint32_t number) const;
  /// A named group by its variable; empty where no expression has set it.
  std::string_view named(std::int32_t variable) const;

  void set(std::int32_t variable, std::string value);
  /// Null: neither `set` nor a named group has come to it.
  const std::string* was_set(std::int32_t variable) const;
  /// As after an expression that did not match.
  void forget_groups();

  /// A map's value counts for the whole request once it was asked for, unless the map is volatile. Null: not asked yet.
  const std::string* map(std::uint32_t index) const;
  void keep_map(std::uint32_t index, std::string value);

 private:
  struct Found;
  Found& found();

  std::unique_ptr<Found> found_;
};

}  // namespace roundhouse::proxy
