#include "gui/models/folded_run.h"

#include <algorithm>

#include "gui/models/figures.h"
#include "gui/models/storyteller.h"

namespace roundhouse::view {

void FoldedRun::gather(std::size_t place, const State& state) {
  const Record& record = recording_.records()[place];
  chronicle_.take(record, recording_, state, place);
  head_ = std::max(head_, record.at);
  gathered_ = place + 1;
}

void FoldedRun::seek(Instant when) {
  now_ = std::clamp(when, Instant{}, head_);
  const std::size_t wanted = std::min(recording_.records_until(now_), gathered_);
  if (wanted < folded_ || wanted > folded_ + keyframe_records_max) {
    state_ = recording_.state_after(wanted);
  } else {
    for (std::size_t i = folded_; i < wanted; ++i) {
      Record record = recording_.records()[i];  // the fold stamps what it is given
      state_.apply(record);
    }
  }
  folded_ = wanted;
  stale_ = true;
}

Instant FoldedRun::next_moment() const {
  const std::size_t next = recording_.records_until(now_);
  return next < gathered_ ? recording_.records()[next].at : head_;
}

Instant FoldedRun::previous_moment() const {
  const std::size_t now = recording_.records_until(now_ - Duration(1));
  return now == 0 ? Instant{} : recording_.records()[now - 1].at;
}

const Scene& FoldedRun::scene() const {
  if (stale_) {
    scene_.title = title_;
    maker_.make(scene_, now_, state_, folded_, recording_, chronicle_, default_second());
    stale_ = false;
  }
  return scene_;
}

const Flow& FoldedRun::flow(Duration window) const {
  if (flow_at_ != now_ || flow_window_ != window || flow_gathered_ != gathered_) {
    flow_ = flow_at(chronicle_.journeys.flights, now_, window);
    flow_at_ = now_;
    flow_window_ = window;
    flow_gathered_ = gathered_;
  }
  return flow_;
}

Histogram FoldedRun::histogram(std::size_t columns) const {
  return chronicle_.columns.histogram(columns, planned_end());
}

std::vector<PredictedRow> FoldedRun::predicted() const {
  return predicted_rows(state_, recording_, chronicle_, ended() && now_ >= head_);
}

std::vector<LogRow> FoldedRun::log(EntityId client, std::size_t max) const {
  return chronicle_.logs.rows(client, now_, max, recording_, chronicle_.roles, chronicle_.journeys.messages);
}

Narration FoldedRun::narration() const {
  return tell(
      {.scene = scene(), .rows = maker_, .state = state_, .recording = recording_, .chronicle = chronicle_});
}

std::vector<Series> FoldedRun::series(const std::string& chart, std::size_t max) const {
  return chronicle_.columns.series(chart, max, now_, chronicle_.roles.instances().size());
}

Duration FoldedRun::default_second() const {
  // A run whose clients never connect has no message's hop; its requests move then.
  const Journeys& journeys = chronicle_.journeys;
  const Duration median = (journeys.hops.count() > 0 ? journeys.hops : journeys.requests).quantile(500);
  if (median.count() <= 0) return std::chrono::seconds(1);
  return Duration(median.count() * 1000 / (screen_hop.count() / 1'000'000));
}

}  // namespace roundhouse::view
