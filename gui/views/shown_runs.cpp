#include "gui/views/shown_runs.h"

#include <algorithm>
#include <cmath>

namespace roundhouse::view {

void ShownRuns::show(std::unique_ptr<RunModel> one, std::unique_ptr<RunModel> two) {
  runs_ = {std::move(one), std::move(two)};
}

bool ShownRuns::take_in() {
  bool came = false;
  for (const auto& run : runs_)
    if (run && run->take_in()) came = true;
  return came;
}

void ShownRuns::seek(Instant when) {
  for (const auto& run : runs_)
    if (run) run->seek(std::min(when, run->head()));
}

void ShownRuns::ask_for(Instant when) {
  for (const auto& run : runs_) {
    if (!run) continue;
    const Instant shown = run->now();
    run->seek(when);
    run->seek(shown);
  }
}

Instant ShownRuns::latest(bool playing) const {
  Instant end;
  Instant known = Instant::never();
  for (const auto& run : runs_) {
    if (!run) continue;
    end = std::max(end, run->head());
    if (!run->ended()) known = std::min(known, playing ? run->live_edge() : run->head());
  }
  return known == Instant::never() ? end : known;
}

Instant ShownRuns::planned_end() const {
  Instant end;
  for (const auto& run : runs_)
    if (run) end = std::max({end, run->planned_end(), run->head()});
  return end;
}

bool ShownRuns::ended() const {
  return std::all_of(runs_.begin(), runs_.end(), [](const auto& run) { return !run || run->ended(); });
}

Instant ShownRuns::moment_after(Instant now) const {
  Instant to = Instant::never();
  for (const auto& run : runs_)
    if (run && run->next_moment() > now) to = std::min(to, run->next_moment());
  return to == Instant::never() ? now : to;
}

Instant ShownRuns::moment_before() const {
  Instant to;
  for (const auto& run : runs_)
    if (run) to = std::max(to, run->previous_moment());
  return to;
}

std::array<Instant, 2> ShownRuns::heads() const {
  std::array<Instant, 2> heads = {};
  for (std::size_t side = 0; side < runs_.size(); ++side)
    if (runs_[side]) heads[side] = runs_[side]->head();
  return heads;
}

Instant ShownRuns::heads_end() const {
  const auto both = heads();
  return std::max(both[0], both[1]);
}

std::vector<TimelineMark> ShownRuns::marks(const std::vector<TimelineMark>& own) const {
  std::vector<TimelineMark> marks = own;
  for (const auto& run : runs_) {
    if (!run) continue;
    for (const auto& mark : run->marks()) {
      const auto same = [&](const TimelineMark& other) {
        return other.at == mark.at && other.text == mark.text;
      };
      if (std::none_of(marks.begin(), marks.end(), same)) marks.push_back(mark);
    }
  }
  std::stable_sort(marks.begin(), marks.end(), [](const auto& a, const auto& b) { return a.at < b.at; });
  return marks;
}

std::vector<Histogram> ShownRuns::histograms(std::size_t columns, bool both) const {
  std::vector<Histogram> histograms;
  const double end = static_cast<double>(std::max<std::int64_t>(planned_end().ns, 1));
  for (const auto& run : runs_) {
    if (!run || (!both && !histograms.empty())) continue;
    // All bars are equally wide, so a shorter run has fewer.
    const double share = static_cast<double>(run->planned_end().ns) / end;
    histograms.push_back(run->histogram(std::max<std::size_t>(
        1, static_cast<std::size_t>(std::lround(share * static_cast<double>(columns))))));
  }
  return histograms;
}

bool ShownRuns::send(const Step& step) {
  bool taken = false;
  for (const auto& run : runs_)
    if (run && run->send(step)) taken = true;
  return taken;
}

}  // namespace roundhouse::view
