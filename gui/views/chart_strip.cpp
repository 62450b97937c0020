#include "gui/views/chart_strip.h"

#include <algorithm>

namespace roundhouse::view {
namespace {

constexpr int apart = 10;
constexpr int scoreboard_width_min = 350;
constexpr std::size_t deliveries_chart = 0, latency_chart = 1, errors_chart = 2, sessions_chart = 3;

}  // namespace

ChartStrip::ChartStrip(const Theme& theme, QWidget* parent)
    : QWidget(parent),
      charts_{new ChartPanel("chartDeliveries", "Deliveries per second", "deliveries", theme, this),
              new ChartPanel("chartLatency", "Latency, ms", "latency", theme, this),
              new ChartPanel("chartErrors", "400 errors per second", "errors", theme, this),
              new ChartPanel("chartSessions", "Sessions per instance", "sessions", theme, this)},
      scoreboard_(new Scoreboard(theme, this)) {
  setObjectName("chartStrip");
  setAccessibleName("Charts");
  charts_[latency_chart]->set_compared_heading("Latency p95, ms");
}

void ChartStrip::set_theme(const Theme& theme) {
  for (ChartPanel* chart : charts_) chart->set_theme(theme);
  scoreboard_->set_theme(theme);
}

void ChartStrip::set_compare(bool compare) {
  comparing_ = compare;
  charts_[sessions_chart]->setVisible(!compare);
  scoreboard_->setVisible(compare);
  lay_out();
}

void ChartStrip::show_all(const RunModel& one, const RunModel* two) {
  for (std::size_t i = 0; i < charts_.size(); ++i) show_chart(i, one, two);
}

void ChartStrip::show_next(const RunModel& one, const RunModel* two) {
  show_chart(next_++ % charts_.size(), one, two);
}

void ChartStrip::show_chart(std::size_t index, const RunModel& one, const RunModel* two) {
  if (!comparing_ || two == nullptr) {
    charts_[index]->show_run(one);
    return;
  }
  if (index == sessions_chart) return;  // the scoreboard is in its place
  charts_[index]->show_runs(one, *two, QString::fromStdString(one.scene().policy),
                            QString::fromStdString(two->scene().policy));
}

void ChartStrip::forget_scales() {
  for (ChartPanel* chart : charts_) chart->forget_scale();
}

void ChartStrip::show_score(const RunModel& one, const RunModel& two) {
  scoreboard_->show_rows(scoreboard(one, two));
}

void ChartStrip::resizeEvent(QResizeEvent*) {
  lay_out();
}

void ChartStrip::lay_out() {
  // Charts, or three charts and a scoreboard that is a little wider.
  std::array<QWidget*, 4> in_order = {charts_[0], charts_[1], charts_[2], charts_[3]};
  if (comparing_)
    in_order = {charts_[deliveries_chart], charts_[errors_chart], charts_[latency_chart], scoreboard_};
  const int room = width() - 3 * apart;
  const int usual = comparing_ ? (room - std::max(scoreboard_width_min, room * 27 / 100)) / 3 : room / 4;
  int x = 0;
  for (QWidget* panel : in_order) {
    const int wide = panel == in_order.back() ? width() - x : usual;
    panel->setGeometry(x, 0, wide, height());
    x += wide + apart;
  }
}

}  // namespace roundhouse::view
