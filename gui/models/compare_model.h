// Two runs beside each other, on one clock, and the score between them.
#pragma once

#include <memory>
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
};

/// Sides are called 1 and 2, since A, B, C are instances.
class CompareModel {
 public:
  CompareModel(std::unique_ptr<RunModel> one, std::unique_ptr<RunModel> two);

  RunModel& one() { return *one_; }
  RunModel& two() { return *two_; }
  const RunModel& one() const { return *one_; }
  const RunModel& two() const { return *two_; }

  bool take_in();
  /// Both go to `when`; a run that has ended before stays at its end.
  void seek(Instant when);
  Instant now() const;
  /// As far as both can be shown.
  Instant head() const;
  Instant planned_end() const;
  bool ended() const { return one_->ended() && two_->ended(); }
  /// 400s, polls that reach home, deliveries, reconnects, latency, at now().
  std::vector<ScoreRow> scoreboard() const;

 private:
  std::unique_ptr<RunModel> one_;
  std::unique_ptr<RunModel> two_;
};

}  // namespace roundhouse::view
