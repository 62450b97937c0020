#include "gui/views/main_window.h"

#include <QDragEnterEvent>
#include <QFileDialog>
#include <QKeyEvent>
#include <QMimeData>
#include <QPainter>
#include <algorithm>
#include <cmath>

namespace roundhouse::view {
namespace {

constexpr int margin = 10;
constexpr double panels_apart = 0.1;
constexpr double charts_apart = 0.062;
constexpr double timeline_apart = 0.25;
constexpr double notice_seconds = 5;
constexpr int frame_milliseconds = 16;
constexpr int slow_frame_milliseconds = 33;
constexpr double frame_budget_milliseconds = 14;
constexpr std::size_t log_rows_max = 60;
constexpr std::size_t deliveries_chart = 0, latency_chart = 1, errors_chart = 2, sessions_chart = 3;

const char help_text[] =
    "<p style='font-size:15px'><b>Roundhouse</b></p>"
    "<table cellspacing='5'>"
    "<tr><td><b>Space</b></td><td>play or pause</td><td>&nbsp;&nbsp;<b>, &nbsp; .</b></td><td>one event "
    "back, on</td></tr>"
    "<tr><td><b>[ &nbsp; ]</b></td><td>slower, faster</td><td>&nbsp;&nbsp;<b>← →</b></td><td>1 % back, on; "
    "with Shift 1 s</td></tr>"
    "<tr><td><b>Home, End</b></td><td>beginning, latest</td><td>&nbsp;&nbsp;<b>Page ↑ ↓</b></td><td>mark "
    "before, mark after</td></tr>"
    "<tr><td><b>M</b></td><td>set a mark</td><td>&nbsp;&nbsp;<b>↑ ↓</b></td><td>client before, "
    "after</td></tr>"
    "<tr><td><b>/</b></td><td>search a client</td><td>&nbsp;&nbsp;<b>Esc</b></td><td>select nobody</td></tr>"
    "<tr><td><b>K, R</b></td><td>kill, restart; then the letter</td><td>&nbsp;&nbsp;<b>1, "
    "3</b></td><td>Flow, Compare</td></tr>"
    "<tr><td><b>D</b></td><td>dark or light</td><td>&nbsp;&nbsp;<b>F11</b></td><td>full screen</td></tr>"
    "<tr><td><b>Ctrl+O</b></td><td>open a scenario or recording</td><td>&nbsp;&nbsp;<b>?</b></td><td>this "
    "help</td></tr>"
    "</table>"
    "<p>A client wears the colour and letter of the instance that holds its session.<br>"
    "The sign that moves has the colour of the instance where its message came in.<br>"
    "A bar is the sessions held now; its tick is the share that the policy predicts.</p>";

}  // namespace

MainWindow::MainWindow(Options options, QWidget* parent)
    : QWidget(parent),
      options_(std::move(options)),
      theme_(options_.light ? &Theme::light_one() : &Theme::dark()) {
  setObjectName("mainWindow");
  setAccessibleName("Roundhouse");
  setWindowTitle("Roundhouse");
  setMinimumSize(window_size_min);
  setAcceptDrops(true);
  top_bar_ = new TopBar(options_.scenarios, *theme_, this);
  scenes_ = {new SceneWidget(*theme_, SceneForm::full, this),
             new SceneWidget(*theme_, SceneForm::compact, this)};
  scenes_[0]->setObjectName("scene");
  scenes_[0]->setAccessibleName("The service: clients, proxy, instances, broker");
  scenes_[1]->setObjectName("scene2");
  scenes_[1]->setAccessibleName("The second service: clients, proxy, instances, broker");
  narration_ = new NarrationPanel(*theme_, this);
  predicted_ = new PredictedPanel(*theme_, this);
  log_ = new LogPanel(*theme_, this);
  charts_ = {new ChartPanel("chartDeliveries", "Deliveries per second", "deliveries", *theme_, this),
             new ChartPanel("chartLatency", "Latency, ms", "latency", *theme_, this),
             new ChartPanel("chartErrors", "400 errors per second", "errors", *theme_, this),
             new ChartPanel("chartSessions", "Sessions per instance", "sessions", *theme_, this)};
  charts_[latency_chart]->set_compared_heading("Latency p95, ms");
  scoreboard_ = new Scoreboard(*theme_, this);
  timeline_ = new Timeline(*theme_, this);
  problem_ = new QLabel(this);
  problem_->setObjectName("lblProblem");
  problem_->setAccessibleName("Problem");
  problem_->setWordWrap(true);
  problem_->setAlignment(Qt::AlignCenter);
  problem_->setMargin(40);
  problem_->setFont(text_font(15, QFont::DemiBold));
  problem_->hide();
  help_ = new QLabel(QString::fromUtf8(help_text), this);
  help_->setObjectName("lblHelp");
  help_->setAccessibleName("Help");
  help_->setFont(text_font(12.5));
  help_->setMargin(22);
  help_->hide();
  search_ = new QLineEdit(this);
  search_->setObjectName("edtSearch");
  search_->setAccessibleName("Search a client by its name");
  search_->setPlaceholderText("client");
  search_->setFont(text_font(13));
  search_->hide();
  connect_controls();
  apply_theme();
  set_compare(false);
  scenes_[0]->setFocus();
  timer_.setTimerType(Qt::PreciseTimer);
  connect(&timer_, &QTimer::timeout, this, [this] { frame(static_cast<double>(watch_.elapsed()) / 1000); });
  watch_.start();
  timer_.start(frame_milliseconds);
}

void MainWindow::connect_controls() {
  connect(top_bar_, &TopBar::scenario_chosen, this, &MainWindow::open);
  connect(top_bar_, &TopBar::file_wanted, this, &MainWindow::open_file);
  connect(top_bar_, &TopBar::policy_chosen, this, [this](const QString& policy) { send("policy", policy); });
  connect(top_bar_, &TopBar::asked, this, &MainWindow::send);
  connect(top_bar_, &TopBar::view_chosen, this, &MainWindow::set_compare);
  connect(top_bar_, &TopBar::help_pressed, this, &MainWindow::toggle_help);
  connect(top_bar_, &TopBar::theme_pressed, this, [this] {
    theme_ = theme_->light ? &Theme::dark() : &Theme::light_one();
    apply_theme();
  });
  for (SceneWidget* scene : scenes_) {
    connect(scene, &SceneWidget::chosen, this, &MainWindow::select);
    connect(scene, &SceneWidget::asked, this, &MainWindow::send);
  }
  connect(timeline_, &Timeline::play_pressed, this, [this] { set_playing(!playback_.playing()); });
  connect(timeline_, &Timeline::step_pressed, this, &MainWindow::step);
  connect(timeline_, &Timeline::speed_chosen, this, &MainWindow::set_speed);
  connect(timeline_->track(), &TimelineTrack::sought, this, &MainWindow::seek);
  connect(timeline_->track(), &TimelineTrack::mark_wanted, this, &MainWindow::set_own_mark);
  connect(search_, &QLineEdit::returnPressed, this, [this] {
    select_named(search_->text());
    search_->hide();
    scenes_[0]->setFocus();
  });
}

void MainWindow::show_runs(std::unique_ptr<RunModel> one, std::unique_ptr<RunModel> two) {
  // Scenes hold pointers into the runs that go away now.
  for (SceneWidget* scene : scenes_) scene->show_scene(nullptr, {});
  runs_ = {std::move(one), std::move(two)};
  problem_->hide();
  now_ = {};
  own_marks_.clear();
  timeline_heads_ = {};
  client_chosen_ = false;
  speed_chosen_ = false;
  selected_ = {};
  set_compare(runs_[1] != nullptr);
  set_playing(false);
  refresh();
}

void MainWindow::show_problem(const QString& problem) {
  problem_->setText(problem);
  problem_->setAccessibleDescription(problem);
  problem_->show();
  problem_->raise();
}

void MainWindow::open(const QString& name) {
  if (!options_.open) return;
  auto opened = options_.open(name);
  if (opened) {
    show_runs(std::move(*opened));
    set_playing(true);
    return;
  }
  show_problem(QString::fromStdString(opened.error().text()));
}

void MainWindow::open_file() {
  const QString file =
      QFileDialog::getOpenFileName(this, "Open a scenario or a recording", {},
                                   "Scenarios and recordings (*.toml *.rht *.jsonl);;All files (*)");
  if (!file.isEmpty()) open(file);
}

void MainWindow::setTime(qint64 milliseconds) {
  if (!clock_by_hand_) {
    clock_by_hand_ = true;
    timer_.stop();
    playback_.pass(static_cast<double>(milliseconds) / 1000);
  }
  frame(static_cast<double>(milliseconds) / 1000);
}

void MainWindow::set_playing(bool playing) {
  if (runs_[0] == nullptr) playing = false;
  // Play at the end of a run that is over begins anew.
  if (playing && runs_[0]->ended() && now_ >= latest()) now_ = {};
  playback_.set_playing(playing);
  timeline_->set_playing(playing);
  if (!playing) settled_ = true;
}

void MainWindow::set_speed(double speed) {
  speed_chosen_ = true;
  playback_.set_speed(speed);
}

void MainWindow::seek(Instant when) {
  if (runs_[0] == nullptr) return;
  now_ = std::clamp(when, Instant{}, latest());
  settled_ = true;
  show_scenes();
  show_panels(true);
}

Instant MainWindow::latest() const {
  Instant latest;
  for (const auto& run : runs_)
    if (run) latest = std::max(latest, playback_.playing() ? playback_.limit(*run) : run->head());
  return latest;
}

Instant MainWindow::planned_end() const {
  Instant end;
  for (const auto& run : runs_)
    if (run) end = std::max({end, run->planned_end(), run->head()});
  return end;
}

void MainWindow::frame(double screen_seconds) {
  bool came = false;
  for (const auto& run : runs_)
    if (run && run->take_in()) came = true;
  if (came && !speed_chosen_ && runs_[0] != nullptr) {
    const double second = std::chrono::duration<double>(runs_[0]->default_second()).count();
    if (second > 0) playback_.set_speed(second);
  }
  pass_time(screen_seconds);
  if (runs_[0] == nullptr) return;
  show_scenes();
  const auto due = [screen_seconds](double& last, double apart) {
    if (screen_seconds >= last && screen_seconds - last < apart) return false;
    last = screen_seconds;
    return true;
  };
  if (due(panels_at_, panels_apart)) show_panels(false);
  if (due(charts_at_, charts_apart)) show_chart(next_chart_++ % charts_.size());
  if (due(timeline_at_, timeline_apart)) show_timeline();
  watch_budget();
}

void MainWindow::pass_time(double screen_seconds) {
  const Duration passed = playback_.pass(screen_seconds);
  if (passed == Duration{} || runs_[0] == nullptr) return;
  const Instant limit = latest();
  now_ = std::min(now_ + passed, limit);
  const bool over =
      std::all_of(runs_.begin(), runs_.end(), [](const auto& run) { return !run || run->ended(); });
  if (over && now_ >= limit) set_playing(false);
}

void MainWindow::show_scenes() {
  for (std::size_t side = 0; side < runs_.size(); ++side) {
    if (!runs_[side]) continue;
    runs_[side]->seek(std::min(now_, runs_[side]->head()));
    const SceneWidget::Moment moment{.second = playback_.second(),
                                     .screen_seconds = playback_.screen_seconds(),
                                     .running = playback_.playing() && !settled_};
    scenes_[side]->show_scene(&runs_[side]->scene(), moment);
  }
  settled_ = false;
  if (!client_chosen_ && !comparing_ && !runs_[0]->scene().clients.empty())
    select(runs_[0]->scene().clients.front().entity);
  timeline_->set_time(now_, playback_.speed());
}

void MainWindow::show_panels(bool at_once) {
  const RunModel& run = *runs_[0];
  const double ms = playback_.speed() * 1000;
  timeline_->set_speed(playback_.speed(), QString("1 s here = %1 simulated")
                                              .arg(ms < 1000 ? QString::number(ms, 'g', 2) + " ms"
                                                             : QString::number(ms / 1000, 'g', 2) + " s"));
  top_bar_->set_policy(QString::fromStdString(run.scene().policy));
  top_bar_->set_instances(run.scene().instances);
  if (playback_.screen_seconds() >= notice_until_ ||
      playback_.screen_seconds() < notice_until_ - notice_seconds) {
    top_bar_->set_notice(QString::fromStdString(run.problem()));
  }
  if (comparing_) {
    for (std::size_t side = 0; side < 2; ++side)
      scenes_[side]->set_side(static_cast<int>(side) + 1, QString::fromStdString(runs_[side]->title()));
    scoreboard_->show_rows(run.predicted(), runs_[1]->predicted());
    top_bar_->set_title("compare: " + QString::fromStdString(run.title()) + " vs " +
                        QString::fromStdString(runs_[1]->title()));
    return;
  }
  top_bar_->set_title(QString::fromStdString(run.title()));
  narration_->set_time(QString("<span style='font-family:\"%1\";font-weight:400;color:%2'>t = %3</span>")
                           .arg(mono_font(12).families().constFirst(), theme_->muted.name(),
                                time_text(now_, playback_.speed())));
  narration_->tell(run.narration(), playback_.screen_seconds(), at_once);
  predicted_->show_rows(run.predicted());
  const Scene& scene = run.scene();
  const int row = scenes_[0]->places().client_index(selected_);
  if (row < 0) {
    log_->show_log(nullptr, {}, {}, playback_.speed());
  } else {
    const SceneClient& client = scene.clients[static_cast<std::size_t>(row)];
    const bool known = client.home >= 0 && static_cast<std::size_t>(client.home) < scene.instances.size();
    log_->show_log(&client,
                   known ? scene.instances[static_cast<std::size_t>(client.home)].name : std::string(),
                   run.log(selected_, log_rows_max), playback_.speed());
  }
  lay_out_column({width() - margin - right_column_width, top_bar_height + margin, right_column_width,
                  height() - top_bar_height - margin - timeline_height - charts_height});
}

void MainWindow::show_chart(std::size_t index) {
  if (!comparing_) {
    charts_[index]->show_run(*runs_[0]);
    return;
  }
  if (index == sessions_chart) return;  // the scoreboard is in its place
  charts_[index]->show_runs(*runs_[0], *runs_[1], QString::fromStdString(runs_[0]->scene().policy),
                            QString::fromStdString(runs_[1]->scene().policy));
}

void MainWindow::show_timeline() {
  std::array<Instant, 2> heads = {};
  for (std::size_t side = 0; side < 2; ++side)
    if (runs_[side]) heads[side] = runs_[side]->head();
  const auto columns = timeline_->track()->columns();
  if (heads == timeline_heads_ && columns == timeline_columns_) return;
  timeline_heads_ = heads;
  timeline_columns_ = columns;
  std::vector<Histogram> histograms;
  for (const auto& run : runs_)
    if (run && (comparing_ || histograms.empty())) histograms.push_back(run->histogram(columns));
  timeline_->track()->set_run(std::move(histograms), all_marks(), latest(), planned_end());
}

void MainWindow::refresh() {
  if (runs_[0] == nullptr) return;
  if (!speed_chosen_) {
    const double second = std::chrono::duration<double>(runs_[0]->default_second()).count();
    if (second > 0) playback_.set_speed(second);
  }
  settled_ = true;
  show_scenes();
  settled_ = true;
  show_panels(true);
  timeline_heads_ = {};
  timeline_columns_ = 0;
  show_timeline();
  for (std::size_t i = 0; i < charts_.size(); ++i) show_chart(i);
}

void MainWindow::watch_budget() {
  // A clock set by hand says nothing about frames.
  if (clock_by_hand_ || !playback_.playing()) return;
  const double took = scenes_[0]->paint_milliseconds() + (comparing_ ? scenes_[1]->paint_milliseconds() : 0);
  slow_frames_ = took > frame_budget_milliseconds ? slow_frames_ + 1 : 0;
  if (slow_frames_ < 3) return;
  slow_frames_ = 0;
  if (effort_ == Effort::no_lit_links) {
    timer_.setInterval(slow_frame_milliseconds);
    notice("Frames take long: 30 a second, without tails and lit links");
    return;
  }
  effort_ = effort_ == Effort::all ? Effort::no_tails : Effort::no_lit_links;
  for (SceneWidget* scene : scenes_) scene->set_effort(effort_);
  notice(effort_ == Effort::no_tails ? "Frames take long: tails are left out"
                                     : "Frames take long: tails and lit links are left out");
}

void MainWindow::set_compare(bool compare) {
  comparing_ = compare && runs_[1] != nullptr;
  scenes_[0]->set_form(comparing_ ? SceneForm::compact : SceneForm::full);
  scenes_[0]->set_side(0, {});
  scenes_[1]->setVisible(comparing_);
  for (QWidget* widget :
       std::initializer_list<QWidget*>{narration_, predicted_, log_, charts_[sessions_chart]})
    widget->setVisible(!comparing_);
  scoreboard_->setVisible(comparing_);
  top_bar_->set_view(comparing_, runs_[1] != nullptr);
  if (comparing_) select({});
  lay_out();
  refresh();
}

void MainWindow::lay_out() {
  const int strip = !comparing_       ? charts_height
                    : height() >= 800 ? compare_charts_height
                                      : compare_charts_height_low;
  top_bar_->setGeometry(0, 0, width(), top_bar_height);
  const int top = top_bar_height + margin;
  const int foot = height() - timeline_height;
  timeline_->setGeometry(margin, foot + 8, width() - 2 * margin, timeline_height - 16);
  const int scene_height = foot - strip - top;
  if (comparing_) {
    const int half = (width() - 3 * margin) / 2;
    scenes_[0]->setGeometry(margin, top, half, scene_height);
    scenes_[1]->setGeometry(width() - margin - half, top, half, scene_height);
  } else {
    scenes_[0]->setGeometry(margin, top, width() - 3 * margin - right_column_width, scene_height);
    lay_out_column({width() - margin - right_column_width, top, right_column_width, scene_height});
  }
  problem_->setGeometry(margin, top, width() - 2 * margin, scene_height);
  // Charts, or three charts and a scoreboard that is a little wider.
  std::vector<QWidget*> in_order;
  if (comparing_)
    in_order = {charts_[deliveries_chart], charts_[errors_chart], charts_[latency_chart], scoreboard_};
  else
    in_order.assign(charts_.begin(), charts_.end());
  const int widest = comparing_ ? std::max(350, (width() - 5 * margin) * 27 / 100) : 0;
  const int usual = comparing_ ? (width() - 5 * margin - widest) / 3 : (width() - 5 * margin) / 4;
  int x = margin;
  for (std::size_t i = 0; i < in_order.size(); ++i) {
    const bool last = i + 1 == in_order.size();
    const int wide = last ? width() - margin - x : usual;
    in_order[i]->setGeometry(x, foot - strip + margin, wide, strip - margin);
    x += wide + margin;
  }
  help_->adjustSize();
  help_->move((width() - help_->width()) / 2, std::max(top, (height() - help_->height()) / 3));
  search_->setGeometry(margin + 14, top + 40, 220, 32);
}

void MainWindow::lay_out_column(const QRect& column) {
  const int log_least = column.height() < 460 ? 80 : 104;
  const int predicted_height = predicted_->sizeHint().height();
  const int narration_max = column.height() - predicted_height - log_least - 2 * margin;
  narration_->set_height_max(narration_max);
  const int narration_height = std::clamp(narration_->sizeHint().height(), 60, std::max(60, narration_max));
  int y = column.top();
  narration_->setGeometry(column.left(), y, column.width(), narration_height);
  y += narration_height + margin;
  predicted_->setGeometry(column.left(), y, column.width(), predicted_height);
  y += predicted_height + margin;
  log_->setGeometry(column.left(), y, column.width(), column.bottom() + 1 - y);
}

void MainWindow::apply_theme() {
  top_bar_->set_theme(*theme_);
  for (SceneWidget* scene : scenes_) scene->set_theme(*theme_);
  for (Panel* panel : std::initializer_list<Panel*>{narration_, predicted_, log_, scoreboard_})
    panel->set_theme(*theme_);
  for (ChartPanel* chart : charts_) chart->set_theme(*theme_);
  timeline_->set_theme(*theme_);
  problem_->setStyleSheet(QString("background:%1;color:%2;border:1px solid %3;border-radius:10px")
                              .arg(theme_->panel.name(), theme_->text.name(), theme_->error.name()));
  help_->setStyleSheet(QString("background:%1;color:%2;border:1px solid %3;border-radius:12px")
                           .arg(theme_->raised.name(), theme_->text.name(), theme_->line.name()));
  search_->setStyleSheet(QString("background:%1;color:%2;border:1px solid %3;border-radius:7px;padding:0 8px")
                             .arg(theme_->raised.name(), theme_->text.name(), theme_->accent.name()));
  refresh();
  update();
}

void MainWindow::select(EntityId entity) {
  client_chosen_ = true;
  selected_ = entity;
  for (SceneWidget* scene : scenes_) scene->select(entity);
  settled_ = true;
  if (runs_[0] != nullptr) {
    show_scenes();
    show_panels(false);
  }
}

void MainWindow::select_named(const QString& name) {
  if (runs_[0] == nullptr || name.isEmpty()) return;
  for (const auto& client : runs_[0]->scene().clients) {
    if (QString::fromStdString(client.name).contains(name, Qt::CaseInsensitive)) {
      select(client.entity);
      return;
    }
  }
  notice("No client is called " + name);
}

void MainWindow::send(const QString& verb, const QString& target) {
  if (runs_[0] == nullptr) return;
  bool taken = false;
  for (const auto& run : runs_) {
    if (!run) continue;
    const Step step{
        .at = run->head() - Instant{}, .verb = verb.toStdString(), .target = target.toStdString()};
    taken = run->send(step) || taken;
  }
  notice(taken ? verb + ' ' + target : "This run is over: it can be watched, not changed");
  show_panels(true);
}

void MainWindow::step(int by) {
  if (runs_[0] == nullptr) return;
  set_playing(false);
  // Of two runs the one whose next event is nearer steps.
  Instant to = by > 0 ? Instant::never() : Instant{};
  for (const auto& run : runs_) {
    if (!run) continue;
    if (by > 0 && run->next_moment() > now_) to = std::min(to, run->next_moment());
    if (by < 0) to = std::max(to, run->previous_moment());
  }
  seek(to == Instant::never() ? now_ : to);
}

std::vector<TimelineMark> MainWindow::all_marks() const {
  std::vector<TimelineMark> marks = own_marks_;
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

void MainWindow::go_to_mark(int direction) {
  const auto marks = all_marks();
  if (direction > 0) {
    const auto next =
        std::find_if(marks.begin(), marks.end(), [this](const auto& mark) { return mark.at > now_; });
    if (next != marks.end()) seek(next->at);
  } else {
    const auto before =
        std::find_if(marks.rbegin(), marks.rend(), [this](const auto& mark) { return mark.at < now_; });
    seek(before == marks.rend() ? Instant{} : before->at);
  }
}

void MainWindow::set_own_mark(Instant at) {
  own_marks_.push_back({at, "mark " + std::to_string(own_marks_.size() + 1), TimelineMark::Tone::plain});
  timeline_columns_ = 0;
  if (runs_[0] != nullptr) show_timeline();
}

void MainWindow::notice(const QString& text) {
  notice_until_ = playback_.screen_seconds() + notice_seconds;
  top_bar_->set_notice(text);
}

void MainWindow::show_search() {
  search_->clear();
  search_->show();
  search_->raise();
  search_->setFocus();
}

void MainWindow::toggle_help() {
  help_->setVisible(!help_->isVisible());
  help_->raise();
}

void MainWindow::keyPressEvent(QKeyEvent* event) {
  if (event->key() == Qt::Key_O && event->modifiers() & Qt::ControlModifier)
    open_file();
  else if (!handle_key(event->key(), event->modifiers() & Qt::ShiftModifier))
    QWidget::keyPressEvent(event);
}

bool MainWindow::handle_key(int key, bool shift) {
  const Duration hundredth = (planned_end() - Instant{}) / 100;
  const Duration little = shift ? Duration(std::chrono::seconds(1)) : hundredth;
  switch (key) {
    case Qt::Key_Space:
      set_playing(!playback_.playing());
      return true;
    case Qt::Key_Comma:
      step(-1);
      return true;
    case Qt::Key_Period:
      step(1);
      return true;
    case Qt::Key_BracketLeft:
    case Qt::Key_BracketRight:
      set_speed(playback_.speed() * (key == Qt::Key_BracketLeft ? 0.8 : 1.25));
      if (runs_[0] != nullptr) show_panels(false);
      return true;
    case Qt::Key_Left:
      seek(now_ - little);
      return true;
    case Qt::Key_Right:
      seek(now_ + little);
      return true;
    case Qt::Key_Home:
      seek({});
      return true;
    case Qt::Key_End:
      seek(latest());
      return true;
    case Qt::Key_PageUp:
    case Qt::Key_PageDown:
      go_to_mark(key == Qt::Key_PageUp ? -1 : 1);
      return true;
    case Qt::Key_M:
      set_own_mark(now_);
      return true;
    case Qt::Key_Slash:
      show_search();
      return true;
    case Qt::Key_Escape:
      help_->hide();
      search_->hide();
      if (problem_->isVisible() && runs_[0] != nullptr) problem_->hide();
      select({});
      return true;
    case Qt::Key_K:
      top_bar_->open_menu("kill");
      return true;
    case Qt::Key_R:
      top_bar_->open_menu("restart");
      return true;
    case Qt::Key_1:
      set_compare(false);
      return true;
    case Qt::Key_3:
      set_compare(true);
      return true;
    case Qt::Key_D:
      Q_EMIT top_bar_->theme_pressed();
      return true;
    case Qt::Key_F11:
      setWindowState(windowState() ^ Qt::WindowFullScreen);
      return true;
    case Qt::Key_Question:
      toggle_help();
      return true;
    default:
      return false;
  }
}

void MainWindow::resizeEvent(QResizeEvent*) {
  lay_out();
  refresh();
}

void MainWindow::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.fillRect(rect(), theme_->window);
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
  if (event->mimeData()->hasUrls()) event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event) {
  const auto urls = event->mimeData()->urls();
  if (!urls.isEmpty() && urls.front().isLocalFile()) open(urls.front().toLocalFile());
}

}  // namespace roundhouse::view
