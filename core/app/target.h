// A request's target: path and query, taken apart. Only what Engine.IO needs; nothing is copied.
#pragma once

#include <optional>
#include <string_view>

namespace roundhouse::app {

class Target {
 public:
  explicit Target(std::string_view target);

  std::string_view path() const { return path_; }
  /// The first value of that name as it stands, escapes included; empty optional where there is none. sids and transports have none.
  std::optional<std::string_view> query(std::string_view name) const;

 private:
  std::string_view path_;
  std::string_view query_;
};

}  // namespace roundhouse::app
