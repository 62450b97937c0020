// What a live run and a recording share: records are folded and gathered as they come in, and the playhead moves over them.
#pragma once

#include <algorithm>

#include "gui/models/chronicle.h"
#include "gui/models/run_model.h"
#include "gui/models/scene_maker.h"

namespace roundhouse::view {

class FoldedRun : public RunModel {
 public:
  const Recording& recording() const override { return recording_; }
  std::string title() const override { return title_; }
  Instant head() const override { return head_; }
  Instant planned_end() const override { return head_; }
  bool ended() const override { return chronicle_.ended; }
  std::string problem() const override { return {}; }
  std::uint64_t dropped() const override { return 0; }
  Instant live_edge() const override { return head_; }
  void seek(Instant when) override;
  Instant now() const override { return now_; }
  const State& state() const override { return state_; }
  Instant next_moment() const override;
  Instant previous_moment() const override;
  const Scene& scene() const override;
  const Flow& flow(Duration window) const override;
  std::vector<TimelineMark> marks() const override { return chronicle_.marks.all(); }
  Histogram histogram(std::size_t columns) const override;
  std::vector<PredictedRow> predicted() const override;
  std::vector<LogRow> log(EntityId client, std::size_t max) const override;
  Narration narration() const override;
  std::vector<Series> series(const std::string& chart, std::size_t max) const override;
  Duration default_second() const override;
  bool send(const Step&) override { return false; }

 protected:
  explicit FoldedRun(std::string title) : title_(std::move(title)) {}
  /// The record at this place of the recording is there; `state` is the fold up to it.
  void gather(std::size_t place, const State& state);
  /// Time has come so far, with records or without.
  void reach(Instant now) { head_ = std::max(head_, now); }
  /// Records have been gathered: what is shown may have changed.
  void gathered() { stale_ = true; }

  Recording recording_;
  Chronicle chronicle_;
  std::string title_;

 private:
  Instant head_;
  Instant now_;
  State state_;  // at now_
  std::size_t gathered_ = 0;
  std::size_t folded_ = 0;  // records in state_
  mutable Scene scene_;
  mutable SceneMaker maker_;
  mutable bool stale_ = true;
  mutable Flow flow_;
  mutable Instant flow_at_ = Instant::never();
  mutable Duration flow_window_{};
  mutable std::size_t flow_gathered_ = 0;
};

}  // namespace roundhouse::view
