// What stands above the timeline: the steps, what died or came back without one, and marks that the run set itself.
#pragma once

#include <vector>

#include "gui/models/moment.h"
#include "gui/models/run_model.h"

namespace roundhouse::view {

class Marks {
 public:
  void take(const Record& record, const Moment& moment);
  const std::vector<TimelineMark>& all() const { return marks_; }

 private:
  std::vector<TimelineMark> marks_;
  Instant last_step_ = Instant::never();
};

/// The mark that a step will leave.
TimelineMark mark_of(Instant at, std::string_view verb, std::string_view target, std::string_view arguments);

}  // namespace roundhouse::view
