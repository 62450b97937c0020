#include "gui/views/chart_panel.h"

#include <QGraphicsLayout>
#include <QScrollBar>
#include <algorithm>
#include <cmath>

namespace roundhouse::view {
namespace {

/// The next of 1, 2, 4, 6, 8 times a power of ten: halves of these are as short.
double rounded_up(double value) {
  const double power = std::pow(10, std::floor(std::log10(std::max(value, 1e-9))));
  for (const double lead : {1.0, 2.0, 4.0, 6.0, 8.0, 10.0})
    if (lead * power >= value * 0.9999) return lead * power;
  return 10 * power;
}

double step_of_time(double seconds) {
  const double power = std::pow(10, std::floor(std::log10(std::max(seconds / 4, 1e-9))));
  for (const double lead : {1.0, 2.0, 2.5, 3.0, 5.0, 10.0})
    if (lead * power >= seconds / 4 * 0.9999) return lead * power;
  return seconds;
}

}  // namespace

ChartPanel::ChartPanel(const QString& name, const QString& heading, std::string source, const Theme& theme,
                       QWidget* parent)
    : Panel(name, heading, theme, parent),
      source_(std::move(source)),
      heading_(heading),
      compared_heading_(heading),
      chart_(new QChart),
      view_(new QChartView(chart_, this)),
      time_axis_(new QValueAxis),
      value_axis_(new QValueAxis) {
  view_->setObjectName(name + "View");
  view_->setAccessibleName(heading);
  view_->viewport()->setObjectName(name + "Viewport");
  view_->viewport()->setAccessibleName(heading);
  for (QScrollBar* bar : {view_->verticalScrollBar(), view_->horizontalScrollBar()}) {
    bar->setObjectName(name + "Scroll");
    bar->setAccessibleName(heading + ", scroll");
  }
  view_->setFrameShape(QFrame::NoFrame);
  view_->setRenderHint(QPainter::Antialiasing);
  view_->setBackgroundBrush(Qt::NoBrush);
  view_->viewport()->setAutoFillBackground(false);
  view_->setFocusPolicy(Qt::NoFocus);
  // The timeline is where one seeks; a chart takes no clicks.
  view_->setAttribute(Qt::WA_TransparentForMouseEvents);
  view_->setMinimumSize(60, 50);
  chart_->setBackgroundVisible(false);
  chart_->setMargins({});
  chart_->layout()->setContentsMargins(0, 0, 0, 0);
  chart_->legend()->hide();
  chart_->addAxis(time_axis_, Qt::AlignBottom);
  chart_->addAxis(value_axis_, Qt::AlignLeft);
  time_axis_->setTickType(QValueAxis::TicksDynamic);
  time_axis_->setLabelFormat("%g s");
  time_axis_->setGridLineVisible(false);
  value_axis_->setTickCount(3);
  value_axis_->setLabelFormat("%g");
  value_axis_->setLineVisible(false);
  content()->setContentsMargins(12, 8, 8, 4);
  content()->setSpacing(0);
  content()->addWidget(view_, 1);
  ChartPanel::set_theme(theme);
}

void ChartPanel::set_theme(const Theme& theme) {
  Panel::set_theme(theme);
  for (QValueAxis* axis : {time_axis_, value_axis_}) {
    axis->setLabelsFont(text_font(10.5));
    axis->setLabelsColor(theme.soft);
    axis->setGridLineColor(theme.faint_line);
    axis->setLinePen(QPen(theme.line, 1));
  }
}

void ChartPanel::resizeEvent(QResizeEvent* event) {
  Panel::resizeEvent(event);
  place_plot();
}

void ChartPanel::place_plot() {
  const QSizeF size = view_->size();
  const QFontMetricsF metrics(text_font(10.5));
  const double left = std::max(26.0, metrics.horizontalAdvance(QString::number(axis_value_)) + 10);
  chart_->setPlotArea(
      {left, 8, std::max(10.0, size.width() - left - 16), std::max(10.0, size.height() - 30)});
  // Without this a chart that has been shown keeps its old place until something else asks for a layout.
  chart_->layout()->invalidate();
  chart_->layout()->activate();
}

QLineSeries* ChartPanel::line(std::size_t index) {
  while (lines_.size() <= index) {
    auto* series = new QLineSeries;
    chart_->addSeries(series);
    series->attachAxis(time_axis_);
    series->attachAxis(value_axis_);
    lines_.push_back(series);
  }
  return lines_[index];
}

std::size_t ChartPanel::lines_shown() const {
  return static_cast<std::size_t>(std::count_if(
      lines_.begin(), lines_.end(), [](const QLineSeries* series) { return series->count() > 0; }));
}

QColor ChartPanel::colour_of(const Series& series, std::size_t index) const {
  if (series.letter != no_letter) return theme().edge(theme().of(series.letter));
  if (source_ == "errors") return theme().error;
  if (source_ == "latency") return index == 0 ? theme().muted : index == 1 ? theme().accent : theme().notice;
  return theme().accent;
}

void ChartPanel::show_run(const RunModel& run) {
  set_heading(heading_);
  std::vector<Line> lines;
  QStringList names;
  const auto all = run.series(source_, chart_points_max);
  for (std::size_t i = 0; i < all.size(); ++i) {
    const QColor colour = colour_of(all[i], i);
    lines.push_back({all[i], colour, 1.6, false});
    const QString name =
        all[i].letter != no_letter ? letter_text(all[i].letter) : QString::fromStdString(all[i].name);
    if (all.size() > 1 && i < 8)
      names << QString("<span style='color:%1'>%2</span>").arg(colour.name(), name.toHtmlEscaped());
  }
  set_aside(names.join(" "));
  show_lines(lines, run.planned_end());
}

void ChartPanel::show_runs(const RunModel& one, const RunModel& two, const QString& name_of_one,
                           const QString& name_of_two) {
  set_heading(compared_heading_);
  std::vector<Line> lines;
  for (const RunModel* run : {&one, &two}) {
    const auto all = run->series(source_, chart_points_max);
    if (all.empty()) continue;
    const bool first = run == &one;
    lines.push_back({all[all.size() / 2], first ? theme().text : theme().accent, first ? 1.7 : 1.6, first});
  }
  // Names where there is room for both; the numbers alone say it, too.
  const double needed =
      QFontMetricsF(text_font(12.5, QFont::DemiBold)).horizontalAdvance(compared_heading_) +
      QFontMetricsF(text_font(12, QFont::DemiBold)).horizontalAdvance("1  2    " + name_of_one + name_of_two);
  const bool names = needed < width() - 24;
  set_aside(QString("<span style='color:%1'>1 %2</span> &nbsp;<span style='color:%3'>2 %4</span>")
                .arg(theme().text.name(), names ? name_of_one.toHtmlEscaped() : QString("- -"),
                     theme().accent.name(), names ? name_of_two.toHtmlEscaped() : QString("—")));
  show_lines(lines, std::max(one.planned_end(), two.planned_end()));
}

void ChartPanel::show_lines(const std::vector<Line>& lines, Instant planned_end) {
  double most = 0;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    QLineSeries* series = line(i);
    QPen pen(lines[i].colour, lines[i].width, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin);
    if (lines[i].dashed) {
      pen.setCapStyle(Qt::FlatCap);
      pen.setDashPattern({4, 2.5});
    }
    if (series->pen() != pen) series->setPen(pen);
    QList<QPointF> points;
    points.reserve(static_cast<qsizetype>(lines[i].series.points.size()));
    for (const auto& point : lines[i].series.points) {
      points << QPointF(point.seconds, point.value);
      most = std::max(most, point.value);
    }
    series->replace(points);
  }
  for (std::size_t i = lines.size(); i < lines_.size(); ++i)
    if (lines_[i]->count() > 0) lines_[i]->clear();
  const double seconds = std::max(static_cast<double>(planned_end.ns) / 1e9, 1e-3);
  // The scale grows at once; it shrinks only where the run would be hidden in its foot, so that it does not breathe.
  const double value = rounded_up(std::max(most * 1.08, 2.0));
  if (value > axis_value_ || value < axis_value_ / 2.5) {
    axis_value_ = value;
    value_axis_->setRange(0, value);
    place_plot();
  }
  if (seconds != axis_seconds_) {
    axis_seconds_ = seconds;
    time_axis_->setTickAnchor(0);
    time_axis_->setTickInterval(step_of_time(seconds));
    time_axis_->setRange(0, seconds);
  }
}

}  // namespace roundhouse::view
