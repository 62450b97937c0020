// One chart over the timeline's time axis, made of what RunModel::series says. Where two runs are compared, the first is dashed.
#pragma once

#include <QtCharts/QChart>
#include <QtCharts/QChartView>
#include <QtCharts/QLineSeries>
#include <QtCharts/QValueAxis>

#include "gui/models/run_model.h"
#include "gui/views/panel.h"

namespace roundhouse::view {

inline constexpr std::size_t chart_points_max = 300;

class ChartPanel : public Panel {
  Q_OBJECT

 public:
  /// `source`: the name of RunModel's series. `name`: of the object.
  ChartPanel(const QString& name, const QString& heading, std::string source, const Theme& theme,
             QWidget* parent = nullptr);

  void set_theme(const Theme& theme) override;
  void show_run(const RunModel& run);
  /// Of charts with several lines one is compared: the middle one.
  void show_runs(const RunModel& one, const RunModel& two, const QString& name_of_one,
                 const QString& name_of_two);
  void set_compared_heading(const QString& heading) { compared_heading_ = heading; }
  std::size_t lines_shown() const;
  /// The next picture's scale does not depend on the last one's.
  void forget_scale() { axis_value_ = -1; }

 protected:
  void resizeEvent(QResizeEvent* event) override;

 private:
  struct Line {
    Series series;
    QColor colour;
    double width = 1.6;
    bool dashed = false;
  };
  void show_lines(const std::vector<Line>& lines, Instant planned_end);
  QLineSeries* line(std::size_t index);
  void place_plot();
  QColor colour_of(const Series& series, std::size_t index) const;

  std::string source_;
  QString heading_;
  QString compared_heading_;
  QChart* chart_;
  QChartView* view_;
  QValueAxis* time_axis_;
  QValueAxis* value_axis_;
  std::vector<QLineSeries*> lines_;
  double axis_seconds_ = -1;
  double axis_value_ = -1;
};

}  // namespace roundhouse::view
