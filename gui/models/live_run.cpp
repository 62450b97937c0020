#include "gui/models/live_run.h"

#include <algorithm>

namespace roundhouse::view {

namespace {

/// When every client has its seat: all have connected, or seating has waited long enough.
Instant seated(const Scenario& scenario) {
  constexpr Duration to_connect = std::chrono::seconds(1);
  Duration last{};
  Duration first = scenario.duration;
  for (const ClientGroup& group : scenario.clients) {
    last = std::max(last, group.start + group.spread);
    first = std::min(first, group.start);
  }
  return Instant{} + std::min(last + to_connect, first + seats_wait + lead);
}

}  // namespace

LiveRun::LiveRun(const Scenario& scenario, bool loopback)
    : FoldedRun(scenario.title.empty() ? scenario.name : scenario.title),
      scenario_(scenario),
      loopback_(loopback) {}

Result<std::unique_ptr<RunModel>> LiveRun::start(const Scenario& scenario, bool loopback) {
  auto run = std::make_unique<LiveRun>(scenario, loopback);
  ClusterOptions options;
  options.world = loopback ? WorldKind::loopback : WorldKind::virtual_time;
  options.sinks = {&run->feed_};
  auto cluster = Cluster::build(scenario, options);
  if (!cluster) return cluster.error();
  run->feed_.start(std::move(*cluster), !loopback, std::max(seated(scenario), Instant{} + lead));
  return std::unique_ptr<RunModel>(std::move(run));
}

Instant LiveRun::planned_end() const {
  return ended() ? head() : std::max(head(), Instant{} + scenario_.duration);
}

bool LiveRun::ended() const {
  return folded_ == batch_.records.size() && feed_.ended();
}

Instant LiveRun::live_edge() const {
  if (!loopback_ || ended()) return head();
  const Duration lag = default_second() * screen_lag.count() / 1'000'000'000;
  return std::max(Instant{}, head() - lag);
}

bool LiveRun::take_in() {
  if (folded_ == batch_.records.size()) {
    batch_ = feed_.take();
    folded_ = 0;
    for (const std::string& text : batch_.texts) recording_.add_text(text);
  }
  const std::size_t end = std::min(batch_.records.size(), folded_ + taken_max);
  const Instant before = head();
  if (end == batch_.records.size()) reach(batch_.reached);
  if (end == folded_) return head() > before;
  for (; folded_ < end; ++folded_) {
    recording_.append(batch_.records[folded_]);
    gather(recording_.records().size() - 1, recording_.state());
  }
  gathered();
  return true;
}

void LiveRun::seek(Instant when) {
  feed_.want(std::min(when, Instant{} + scenario_.duration) + lead);
  FoldedRun::seek(when);
}

// Those that were, and those that the scenario still holds.
std::vector<TimelineMark> LiveRun::marks() const {
  std::vector<TimelineMark> marks = FoldedRun::marks();
  for (const Step& step : scenario_.steps) {
    if (Instant{} + step.at <= head() || ended()) continue;
    std::string arguments;
    for (const auto& [name, value] : step.arguments)
      arguments += (arguments.empty() ? "" : " ") + name + '=' + value;
    marks.push_back(mark_of(Instant{} + step.at, step.verb, step.target, arguments));
  }
  std::stable_sort(marks.begin(), marks.end(),
                   [](const TimelineMark& a, const TimelineMark& b) { return a.at < b.at; });
  return marks;
}

Result<std::unique_ptr<RunModel>> play_scenario(const std::string& file, bool loopback) {
  auto scenario = read_scenario(file);
  if (!scenario) return scenario.error();
  return LiveRun::start(*scenario, loopback);
}

}  // namespace roundhouse::view
