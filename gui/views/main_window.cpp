#include "gui/views/main_window.h"

#include <QDragEnterEvent>
#include <QFileDialog>
#include <QMimeData>
#include <QPainter>
#include <algorithm>

namespace roundhouse::view {
namespace {

constexpr int margin = 10;
constexpr int frame_milliseconds = 16;

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
  column_ = new SideColumn(*theme_, this);
  charts_ = new ChartStrip(*theme_, this);
  timeline_ = new Timeline(*theme_, this);
  problem_ = new ProblemCard(this);
  help_ = new HelpCard(this);
  search_ = new SearchBox(this);
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
  connect(top_bar_, &TopBar::policy_chosen, this, [this](const QString& directive) {
    send({.verb = "policy", .target = "proxy", .arguments = {{"policy", directive.toStdString()}}});
  });
  connect(top_bar_, &TopBar::view_chosen, this, &MainWindow::set_compare);
  connect(top_bar_, &TopBar::help_pressed, help_, &HelpCard::toggle);
  connect(top_bar_, &TopBar::theme_pressed, this, [this] {
    theme_ = theme_->light ? &Theme::dark() : &Theme::light_one();
    apply_theme();
  });
  const auto ask = [this](const QString& verb, const QString& target) {
    send({.verb = verb.toStdString(), .target = target.toStdString()});
  };
  connect(top_bar_, &TopBar::asked, this, ask);
  for (SceneWidget* scene : scenes_) {
    connect(scene, &SceneWidget::chosen, this, &MainWindow::select);
    connect(scene, &SceneWidget::asked, this, ask);
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
  runs_.show(std::move(one), std::move(two));
  problem_->hide();
  now_ = {};
  sought_ = std::nullopt;
  own_marks_.clear();
  timeline_heads_ = {};
  flows_ = {};
  client_chosen_ = false;
  speed_chosen_ = false;
  selected_ = {};
  set_compare(runs_.two());
  set_playing(false);
  refresh();
}

void MainWindow::show_problem(const QString& problem) {
  problem_->say(problem);
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
  if (!runs_.any()) playing = false;
  // Play at the end of a run that is over begins anew.
  if (playing && runs_.ended() && now_ >= runs_.latest(playing)) now_ = {};
  playback_.set_playing(playing);
  timeline_->set_playing(playing);
  if (!playing) settled_ = true;
}

void MainWindow::set_speed(double speed) {
  speed_chosen_ = true;
  playback_.set_speed(speed);
}

void MainWindow::seek(Instant when) {
  if (!runs_.any()) return;
  const Instant latest = runs_.latest(playback_.playing());
  now_ = std::clamp(when, Instant{}, latest);
  sought_ = std::nullopt;
  if (when > latest && !runs_.ended()) {
    sought_ = when;
    runs_.ask_for(when);
  }
  settled_ = true;
  charts_->forget_scales();
  show_scenes();
  show_panels(true);
}

void MainWindow::set_compare(bool compare) {
  comparing_ = compare && runs_.two();
  scenes_[0]->set_form(comparing_ ? SceneForm::compact : SceneForm::full);
  scenes_[0]->set_side(0, {});
  scenes_[1]->setVisible(comparing_);
  column_->setVisible(!comparing_);
  charts_->set_compare(comparing_);
  top_bar_->set_view(comparing_, runs_.two());
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
    column_->setGeometry(width() - margin - right_column_width, top, right_column_width, scene_height);
  }
  problem_->setGeometry(margin, top, width() - 2 * margin, scene_height);
  charts_->setGeometry(margin, foot - strip + margin, width() - 2 * margin, strip - margin);
  help_->adjustSize();
  help_->move((width() - help_->width()) / 2, std::max(top, (height() - help_->height()) / 3));
  search_->setGeometry(margin + 14, top + 40, 220, 32);
}

void MainWindow::apply_theme() {
  top_bar_->set_theme(*theme_);
  for (SceneWidget* scene : scenes_) scene->set_theme(*theme_);
  column_->set_theme(*theme_);
  charts_->set_theme(*theme_);
  timeline_->set_theme(*theme_);
  problem_->set_theme(*theme_);
  help_->set_theme(*theme_);
  search_->set_theme(*theme_);
  refresh();
  update();
}

void MainWindow::select(EntityId entity) {
  client_chosen_ = true;
  selected_ = entity;
  for (SceneWidget* scene : scenes_) scene->select(entity);
  settled_ = true;
  if (runs_.any()) {
    show_scenes();
    show_panels(false);
  }
}

bool MainWindow::select_named(const QString& name) {
  if (!runs_.any() || name.isEmpty()) return false;
  for (const auto& client : run()->scene().clients) {
    if (QString::fromStdString(client.name).contains(name, Qt::CaseInsensitive)) {
      select(client.entity);
      return true;
    }
  }
  notice("No client is called " + name);
  return false;
}

void MainWindow::send(const Step& step) {
  if (!runs_.any()) return;
  QString words = QString::fromStdString(step.verb + ' ' + step.target);
  for (const auto& [name, value] : step.arguments) words += ": " + QString::fromStdString(value);
  // A step is done at the live end of the run; whoever sends one wants to see what it does.
  const Instant end = runs_.heads_end();
  if (runs_.send(step)) {
    notice(words);
    seek(end);
  } else {
    notice("This run is over: it can be watched, not changed");
  }
  show_panels(true);
}

void MainWindow::step(int by) {
  if (!runs_.any()) return;
  set_playing(false);
  seek(by > 0 ? runs_.moment_after(now_) : runs_.moment_before());
}

void MainWindow::go_to_mark(int direction) {
  const auto marks = runs_.marks(own_marks_);
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
  if (runs_.any()) show_timeline();
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
