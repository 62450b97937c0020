// What the window does in each frame: it takes in what has come, lets time pass, and shows scenes, panels, charts and timeline, each in
// its turn.
#include <algorithm>

#include "gui/views/main_window.h"

namespace roundhouse::view {
namespace {

constexpr double panels_apart = 0.1;
constexpr double flows_apart = 0.1;
constexpr double charts_apart = 0.062;
constexpr double timeline_apart = 0.25;
constexpr int slow_frame_milliseconds = 33;
constexpr double notice_seconds = 5;

}  // namespace

void MainWindow::frame(double screen_seconds) {
  if (runs_.take_in() && !speed_chosen_) {
    const double second = std::chrono::duration<double>(run()->default_second()).count();
    if (second > 0) playback_.set_speed(second);
  }
  pass_time(screen_seconds);
  if (!runs_.any()) return;
  go_on_to_what_was_sought();
  show_scenes();
  const auto due = [screen_seconds](double& last, double apart) {
    if (screen_seconds >= last && screen_seconds - last < apart) return false;
    last = screen_seconds;
    return true;
  };
  if (due(panels_at_, panels_apart)) show_panels(false);
  if (due(charts_at_, charts_apart)) charts_->show_next(*run(), run(1));
  if (due(timeline_at_, timeline_apart)) show_timeline();
  watch_budget();
}

void MainWindow::pass_time(double screen_seconds) {
  const Duration passed = playback_.pass(screen_seconds);
  if (passed == Duration{} || !runs_.any()) return;
  const Instant limit = runs_.latest(true);
  // The edge of a live run moves with its speed; what has been seen is not taken back.
  now_ = std::max(now_, std::min(now_ + passed, limit));
  if (runs_.ended() && now_ >= limit) set_playing(false);
}

void MainWindow::go_on_to_what_was_sought() {
  if (!sought_) return;
  now_ = std::max(now_, std::min(*sought_, runs_.latest(playback_.playing())));
  settled_ = true;
  if (now_ >= *sought_ || runs_.ended())
    sought_ = std::nullopt;
  else
    runs_.ask_for(*sought_);
}

void MainWindow::show_scenes() {
  runs_.seek(now_);
  const bool still = !playback_.playing() || settled_;
  const double waited = playback_.screen_seconds() - flows_at_;
  const bool measure = still || waited < 0 || waited >= flows_apart;
  if (measure) flows_at_ = playback_.screen_seconds();
  for (const std::size_t side : {std::size_t{0}, std::size_t{1}}) {
    if (run(side) == nullptr) continue;
    const SceneWidget::Moment moment{.second = playback_.second(),
                                     .screen_seconds = playback_.screen_seconds(),
                                     .running = !still,
                                     .flow = flow_of(side, measure)};
    scenes_[side]->show_scene(&run(side)->scene(), moment);
  }
  settled_ = false;
  if (!client_chosen_ && !comparing_ && !run()->scene().clients.empty())
    select(run()->scene().clients.front().entity);
  timeline_->set_time(now_, playback_.speed());
}

const Flow* MainWindow::flow_of(std::size_t side, bool anew) {
  // Two runs beside each other are shown in one way.
  if (!is_flow(run()->default_second(), playback_.second())) return flows_[side] = nullptr;
  if (anew || flows_[side] == nullptr) {
    const Duration window(playback_.second() / 1000 * (flow_window_of_screen / std::chrono::milliseconds(1)));
    flows_[side] = &run(side)->flow(window);
  }
  return flows_[side];
}

void MainWindow::show_panels(bool at_once) {
  const RunModel& one = *run();
  const double ms = playback_.speed() * 1000;
  timeline_->set_speed(playback_.speed(), QString("1 s here = %1 simulated")
                                              .arg(ms < 1000 ? QString::number(ms, 'g', 2) + " ms"
                                                             : QString::number(ms / 1000, 'g', 2) + " s"));
  top_bar_->set_policy(QString::fromStdString(one.scene().policy));
  top_bar_->set_instances(one.scene().instances);
  if (playback_.screen_seconds() >= notice_until_ ||
      playback_.screen_seconds() < notice_until_ - notice_seconds) {
    top_bar_->set_notice(QString::fromStdString(one.problem().empty() ? one.unfinished() : one.problem()));
  }
  const QString title = QString::fromStdString(one.title());
  if (!comparing_) {
    top_bar_->set_title(title);
    column_->show_run(one, {.selected = selected_,
                            .speed = playback_.speed(),
                            .screen_seconds = playback_.screen_seconds(),
                            .at_once = at_once});
    return;
  }
  const QString other = QString::fromStdString(run(1)->title());
  scenes_[0]->set_side(1, title);
  scenes_[1]->set_side(2, other);
  charts_->show_score(one, *run(1));
  top_bar_->set_title("compare: " + title + " vs " + other);
}

void MainWindow::show_timeline() {
  const auto heads = runs_.heads();
  const auto columns = timeline_->track()->columns();
  if (heads == timeline_heads_ && columns == timeline_columns_) return;
  timeline_heads_ = heads;
  timeline_columns_ = columns;
  timeline_->track()->set_run(runs_.histograms(columns, comparing_), runs_.marks(own_marks_),
                              runs_.latest(playback_.playing()), runs_.planned_end());
}

void MainWindow::refresh() {
  if (!runs_.any()) return;
  if (!speed_chosen_) {
    const double second = std::chrono::duration<double>(run()->default_second()).count();
    if (second > 0) playback_.set_speed(second);
  }
  settled_ = true;
  show_scenes();
  settled_ = true;
  show_panels(true);
  timeline_heads_ = {};
  timeline_columns_ = 0;
  show_timeline();
  charts_->show_all(*run(), run(1));
}

void MainWindow::watch_budget() {
  // A clock set by hand says nothing about frames.
  if (clock_by_hand_ || !playback_.playing()) return;
  const double took = scenes_[0]->paint_milliseconds() + (comparing_ ? scenes_[1]->paint_milliseconds() : 0);
  if (!budget_.took(took)) return;
  for (SceneWidget* scene : scenes_) scene->set_effort(budget_.effort());
  if (budget_.half_as_often()) timer_.setInterval(slow_frame_milliseconds);
  notice(budget_.words());
}

void MainWindow::notice(const QString& text) {
  notice_until_ = playback_.screen_seconds() + notice_seconds;
  top_bar_->set_notice(text);
}

}  // namespace roundhouse::view
