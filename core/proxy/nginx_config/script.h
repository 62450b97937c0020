// The rewrite directives of a server or location, in the order written: what nginx compiles them to, one step a directive.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/proxy/nginx_config/pattern.h"
#include "core/proxy/nginx_config/template.h"

namespace roundhouse::proxy {

struct Return {
  int status = 200;
  Template text;  ///< the body, or the Location of a 301, 302, 303, 307 or 308
};

/// `rewrite PATTERN REPLACEMENT [FLAG]`.
struct Rewrite {
  Pattern pattern;
  Template replacement;
  int redirect = 0;        ///< 301 or 302; 0: goes on inside
  bool ends = false;       ///< the script, where it matches
  bool is_final = false;   ///< flag `break`: no other location is looked for
  bool adds_args = false;  ///< the request's own arguments are kept
  bool has_args = false;   ///< a `?` is written in the replacement
};

/// `if (...)`.
struct Condition {
  enum class Test : std::uint8_t { set, equal, unequal, match, no_match, no_file, file };
  Test test = Test::set;
  std::int32_t variable = -1;
  Template value;
  std::optional<Pattern> pattern;
  std::size_t otherwise = 0;              ///< the step behind the block
  std::optional<std::uint32_t> location;  ///< index into Location::conditional: applies from then on
};

struct ScriptStep {
  enum class Kind : std::uint8_t { set, rewrite, answer, stop, condition };
  Kind kind = Kind::stop;
  std::int32_t variable = -1;  ///< of set
  Template value;
  Return answer;
  std::optional<Rewrite> rewrite;
  std::optional<Condition> condition;
};
using Script = std::vector<ScriptStep>;

}  // namespace roundhouse::proxy
