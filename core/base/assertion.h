// Conditions that must hold. They stay on in release builds; a run turns InvariantBroken into a verdict.
#pragma once

#include <roundhouse/result.h>

#define ROUNDHOUSE_ASSERT(condition)                                        \
  do {                                                                      \
    if (!(condition)) ::roundhouse::broken(#condition, __FILE__, __LINE__); \
  } while (false)

namespace roundhouse {
[[noreturn]] inline void broken(const char* condition, const char* file, int line) {
  throw InvariantBroken(std::string(file) + ":" + std::to_string(line) + ": must hold: " + condition);
}
}  // namespace roundhouse
