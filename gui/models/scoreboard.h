// The score between two runs that stand beside each other: what each has come to so far, and which of the two is the better.
#pragma once

#include <string>
#include <vector>

#include "gui/models/run_model.h"

namespace roundhouse::view {

struct ScoreRow {
  std::string name;
  std::string one;
  std::string two;
  std::string predicted;  ///< `0 / 8`; `-` where neither run predicts it
  int better = 0;         ///< 1 or 2; 0: neither
  bool harm = false;      ///< counts what should not happen: any above 0 is bad
};

/// 400s, polls that reach home, deliveries, reconnects, latency; of each run at its now(). Sides are called 1 and 2, since A, B, C are
/// instances.
std::vector<ScoreRow> scoreboard(const RunModel& one, const RunModel& two);

}  // namespace roundhouse::view
