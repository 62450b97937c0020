// A step: the one value for whatever is done to a run. A fault, a scenario line, a button in a window, a line of a plan.
#pragma once

#include <map>
#include <string>

#include <roundhouse/instant.h>

namespace roundhouse {

/// `target` is a node (`app-1`, `client-7`), a link (`app-1-broker`, or `app-1->broker` for one direction) or empty. A step whose target is
/// gone does nothing and is recorded as skipped, so every part of a plan is a plan.
struct Step {
  Duration at{};
  std::string verb = {};
  std::string target = {};
  std::map<std::string, std::string> arguments = {};
  int line = 0;  ///< of the scenario file; 0: not from a file

  friend bool operator==(const Step&, const Step&) = default;
};

}  // namespace roundhouse
