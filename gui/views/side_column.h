// The column at the window's right: what is happening, predicted and observed, and the packet log of the selected client.
#pragma once

#include "gui/views/narration_panel.h"
#include "gui/views/tables.h"

namespace roundhouse::view {

class SideColumn : public QWidget {
  Q_OBJECT

 public:
  explicit SideColumn(const Theme& theme, QWidget* parent = nullptr);

  void set_theme(const Theme& theme);
  struct Sight {
    EntityId selected;
    double speed = 1;
    double screen_seconds = 0;
    bool at_once = false;  ///< after a seek: sentences do not wait for their turn
  };
  void show_run(const RunModel& run, const Sight& sight);

 protected:
  void resizeEvent(QResizeEvent* event) override;

 private:
  void show_log(const RunModel& run, const Sight& sight);
  void lay_out();

  const Theme* theme_;
  NarrationPanel* narration_;
  PredictedPanel* predicted_;
  LogPanel* log_;
};

}  // namespace roundhouse::view
