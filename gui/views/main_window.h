// The window: it owns the runs it shows, lets their time pass, and hands what RunModel says to the scene, the panels, the charts and the
// timeline. It changes nothing of a run by itself: buttons send steps.
#pragma once

#include <QElapsedTimer>
#include <QTimer>
#include <QWidget>
#include <array>
#include <functional>
#include <memory>
#include <optional>

#include "gui/views/chart_strip.h"
#include "gui/views/frame_budget.h"
#include "gui/views/help_card.h"
#include "gui/views/playback.h"
#include "gui/views/problem_card.h"
#include "gui/views/scene_widget.h"
#include "gui/views/search_box.h"
#include "gui/views/shown_runs.h"
#include "gui/views/side_column.h"
#include "gui/views/timeline.h"
#include "gui/views/top_bar.h"

namespace roundhouse::view {

inline constexpr int right_column_width = 318;
inline constexpr int charts_height = 150;
inline constexpr int compare_charts_height = 190;
inline constexpr int compare_charts_height_low = 172;  ///< in a low window
inline constexpr int timeline_height = 92;
inline constexpr int top_bar_height = 50;
inline constexpr QSize window_size_min(1180, 720);

/// Makes a run of a scenario's name or file, or of a recording.
using RunOpener = std::function<Result<std::unique_ptr<RunModel>>(const QString& name)>;

class MainWindow : public QWidget {
  Q_OBJECT

 public:
  struct Options {
    bool light = false;
    QStringList scenarios;  ///< what the scenario's menu offers
    RunOpener open;
  };
  explicit MainWindow(Options options, QWidget* parent = nullptr);

  /// Shows one run, or two beside each other.
  void show_runs(std::unique_ptr<RunModel> one, std::unique_ptr<RunModel> two = nullptr);
  /// A message in the place of the scene.
  void show_problem(const QString& problem);

  /// From the first call on the window's clock is set by hand. Milliseconds of the screen; one call is one frame.
  void setTime(qint64 milliseconds);
  void set_playing(bool playing);
  bool playing() const { return playback_.playing(); }
  void set_speed(double speed);
  /// A moment that a live run has not come to is shown as soon as it has.
  void seek(Instant when);
  Instant now() const { return now_; }
  /// Everything is shown as of now, without waiting for anybody's turn.
  void refresh();
  void set_compare(bool compare);
  bool comparing() const { return comparing_; }
  void select(EntityId entity);
  /// A client by a part of its name. False: there is none.
  bool select_named(const QString& name);
  RunModel* run(std::size_t side = 0) const { return runs_.side(side); }
  SceneWidget* scene(std::size_t side = 0) const { return scenes_[side]; }

 protected:
  void resizeEvent(QResizeEvent* event) override;
  void paintEvent(QPaintEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void dragEnterEvent(QDragEnterEvent* event) override;
  void dropEvent(QDropEvent* event) override;

 private:
  void connect_controls();
  void open(const QString& name);
  void open_file();
  void frame(double screen_seconds);
  void pass_time(double screen_seconds);
  void go_on_to_what_was_sought();
  void show_scenes();
  const Flow* flow_of(std::size_t side, bool anew);
  void show_panels(bool at_once);
  void show_timeline();
  void watch_budget();
  void lay_out();
  void apply_theme();
  void send(const Step& step);
  void step(int by);
  void go_to_mark(int direction);
  void set_own_mark(Instant at);
  void notice(const QString& text);
  bool handle_key(int key, bool shift);

  Options options_;
  const Theme* theme_;
  ShownRuns runs_;
  Playback playback_;
  Instant now_;
  /// Beyond the head of a live run: it is gone to as soon as the run has come there.
  std::optional<Instant> sought_;
  bool comparing_ = false;
  bool speed_chosen_ = false;
  bool client_chosen_ = false;
  bool settled_ = true;  ///< after a seek: layers and sentences do not wait for their turn
  EntityId selected_;
  std::vector<TimelineMark> own_marks_;
  std::array<Instant, 2> timeline_heads_ = {};
  std::array<const Flow*, 2> flows_ = {};  ///< the runs' own
  double flows_at_ = -1;
  std::size_t timeline_columns_ = 0;
  double panels_at_ = -1;
  double charts_at_ = -1;
  double timeline_at_ = -1;
  double notice_until_ = 0;
  FrameBudget budget_;

  QTimer timer_;
  QElapsedTimer watch_;
  bool clock_by_hand_ = false;

  TopBar* top_bar_;
  std::array<SceneWidget*, 2> scenes_;
  SideColumn* column_;
  ChartStrip* charts_;
  Timeline* timeline_;
  ProblemCard* problem_;
  HelpCard* help_;
  SearchBox* search_;
};

}  // namespace roundhouse::view
