// A scenario's run in a thread of its own, as a model.
#pragma once

#include "gui/models/folded_run.h"
#include "gui/models/live_feed.h"

namespace roundhouse::view {

class LiveRun final : public FoldedRun {
 public:
  /// Errors: those of the scenario and of Cluster::build.
  static Result<std::unique_ptr<RunModel>> start(const Scenario& scenario, bool loopback);
  LiveRun(const Scenario& scenario, bool loopback);

  Instant planned_end() const override;
  bool ended() const override;
  std::string problem() const override { return feed_.problem(); }
  std::uint64_t dropped() const override { return feed_.dropped(); }
  Instant live_edge() const override;
  bool take_in() override;
  void seek(Instant when) override;
  std::vector<TimelineMark> marks() const override;
  bool send(const Step& step) override { return feed_.send(step); }

 private:
  Scenario scenario_;
  bool loopback_;
  LiveFeed::Batch batch_;   // what was handed over and is not folded yet
  std::size_t folded_ = 0;  // records of it that are
  LiveFeed feed_;           // last: its thread ends first
};

}  // namespace roundhouse::view
