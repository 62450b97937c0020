// The row of charts: deliveries, latency, 400s and sessions; or, where two runs are compared, three charts of both and the scoreboard.
#pragma once

#include <array>

#include "gui/views/chart_panel.h"
#include "gui/views/tables.h"

namespace roundhouse::view {

class ChartStrip : public QWidget {
  Q_OBJECT

 public:
  explicit ChartStrip(const Theme& theme, QWidget* parent = nullptr);

  void set_theme(const Theme& theme);
  void set_compare(bool compare);
  /// All charts; `two` where two runs are compared.
  void show_all(const RunModel& one, const RunModel* two);
  /// The chart whose turn it is: painting all of them would take a whole frame.
  void show_next(const RunModel& one, const RunModel* two);
  /// After a seek: scales are those of the moment, wherever one came from.
  void forget_scales();
  void show_score(const RunModel& one, const RunModel& two);

 protected:
  void resizeEvent(QResizeEvent* event) override;

 private:
  void show_chart(std::size_t index, const RunModel& one, const RunModel* two);
  void lay_out();

  std::array<ChartPanel*, 4> charts_;
  Scoreboard* scoreboard_;
  bool comparing_ = false;
  std::size_t next_ = 0;
};

}  // namespace roundhouse::view
