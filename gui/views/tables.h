// The window's three tables: predicted and observed, the packet log of the selected client, and the scoreboard of Compare.
#pragma once

#include "gui/models/run_model.h"
#include "gui/models/scoreboard.h"
#include "gui/views/panel.h"

namespace roundhouse::view {

class PredictedPanel : public Panel {
  Q_OBJECT

 public:
  explicit PredictedPanel(const Theme& theme, QWidget* parent = nullptr);
  void set_theme(const Theme& theme) override;
  void show_rows(const std::vector<PredictedRow>& rows);
  /// Rows past it are scrolled to.
  void set_height_max(int height);

 private:
  int wrap_names(int room);

  PlainTable* table_;
  int height_max_ = 1000;
};

class LogPanel : public Panel {
  Q_OBJECT

 public:
  explicit LogPanel(const Theme& theme, QWidget* parent = nullptr);
  void set_theme(const Theme& theme) override;
  /// nullptr: nobody is selected.
  void show_log(const SceneClient* client, const std::string& home, const std::vector<LogRow>& rows,
                double speed);

 protected:
  void resizeEvent(QResizeEvent* event) override;

 private:
  QString heading_of(const SceneClient& client, const std::string& home) const;

  PlainTable* table_;
};

class Scoreboard : public Panel {
  Q_OBJECT

 public:
  explicit Scoreboard(const Theme& theme, QWidget* parent = nullptr);
  void set_theme(const Theme& theme) override;
  void show_rows(const std::vector<ScoreRow>& rows);

 private:
  PlainTable* table_;
};

}  // namespace roundhouse::view
