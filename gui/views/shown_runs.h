// The run that a window shows, or the two beside each other: one clock, one set of marks, one end.
#pragma once

#include <array>
#include <memory>
#include <vector>

#include "gui/models/run_model.h"
#include "gui/views/playback.h"

namespace roundhouse::view {

class ShownRuns {
 public:
  void show(std::unique_ptr<RunModel> one, std::unique_ptr<RunModel> two);
  /// nullptr: this side is empty.
  RunModel* side(std::size_t side) const { return runs_[side].get(); }
  bool any() const { return runs_[0] != nullptr; }
  bool two() const { return runs_[1] != nullptr; }

  /// True: something has come.
  bool take_in();
  /// Each run shows that moment, or its end where it ended before.
  void seek(Instant when);
  /// Runs on virtual time go on to there; what is shown stays.
  void ask_for(Instant when);

  /// The latest moment that all can show; a run that has ended holds nobody up.
  Instant latest(bool playing) const;
  Instant planned_end() const;
  bool ended() const;
  /// Of two runs the one whose event is nearer steps. `now` where there is none.
  Instant moment_after(Instant now) const;
  Instant moment_before() const;
  std::array<Instant, 2> heads() const;
  /// The later one of both.
  Instant heads_end() const;

  /// `own` and those of the runs, each once, by time.
  std::vector<TimelineMark> marks(const std::vector<TimelineMark>& own) const;
  std::vector<Histogram> histograms(std::size_t columns, bool both) const;
  /// To both. False: none takes it.
  bool send(const Step& step);

 private:
  std::array<std::unique_ptr<RunModel>, 2> runs_;
};

}  // namespace roundhouse::view
