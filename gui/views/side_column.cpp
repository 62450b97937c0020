#include "gui/views/side_column.h"

#include <algorithm>

#include "gui/views/playback.h"

namespace roundhouse::view {
namespace {

constexpr int apart = 10;
constexpr int narration_least = 148;
constexpr std::size_t log_rows_max = 60;

}  // namespace

SideColumn::SideColumn(const Theme& theme, QWidget* parent)
    : QWidget(parent),
      theme_(&theme),
      narration_(new NarrationPanel(theme, this)),
      predicted_(new PredictedPanel(theme, this)),
      log_(new LogPanel(theme, this)) {
  setObjectName("sideColumn");
  setAccessibleName("What is happening, predictions and packet log");
}

void SideColumn::set_theme(const Theme& theme) {
  theme_ = &theme;
  for (Panel* panel : std::initializer_list<Panel*>{narration_, predicted_, log_}) panel->set_theme(theme);
}

void SideColumn::show_run(const RunModel& run, const Sight& sight) {
  narration_->set_time(QString("<span style='font-family:\"%1\";font-weight:400;color:%2'>t = %3</span>")
                           .arg(mono_font(12).families().constFirst(), theme_->muted.name(),
                                time_text(run.now(), sight.speed)));
  narration_->tell(run.narration(), sight.screen_seconds, sight.at_once);
  predicted_->show_rows(run.predicted());
  show_log(run, sight);
  lay_out();
}

void SideColumn::show_log(const RunModel& run, const Sight& sight) {
  const Scene& scene = run.scene();
  const auto client = std::find_if(scene.clients.begin(), scene.clients.end(), [&](const SceneClient& one) {
    return sight.selected && one.entity == sight.selected;
  });
  if (client == scene.clients.end()) {
    log_->show_log(nullptr, {}, {}, sight.speed);
    return;
  }
  const bool known = client->home >= 0 && static_cast<std::size_t>(client->home) < scene.instances.size();
  log_->show_log(&*client,
                 known ? scene.instances[static_cast<std::size_t>(client->home)].name : std::string(),
                 run.log(sight.selected, log_rows_max), sight.speed);
}

void SideColumn::resizeEvent(QResizeEvent*) {
  lay_out();
}

void SideColumn::lay_out() {
  const int log_least = height() < 460 ? 80 : 104;
  predicted_->set_height_max(height() - narration_least - log_least - 2 * apart);
  const int predicted_height = predicted_->sizeHint().height();
  const int narration_max = height() - predicted_height - log_least - 2 * apart;
  narration_->set_height_max(narration_max);
  const int narration_height = std::clamp(narration_->sizeHint().height(), 60, std::max(60, narration_max));
  int y = 0;
  narration_->setGeometry(0, y, width(), narration_height);
  y += narration_height + apart;
  predicted_->setGeometry(0, y, width(), predicted_height);
  y += predicted_height + apart;
  log_->setGeometry(0, y, width(), height() - y);
}

}  // namespace roundhouse::view
