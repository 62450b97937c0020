// "What is happening": the simulator's plain words, as large as their place allows. A live region for screen readers, and the last twenty
// sentences can be read back.
#pragma once

#include "gui/models/run_model.h"
#include "gui/views/panel.h"

namespace roundhouse::view {

/// A new sentence may follow the last one after so many seconds of the screen.
inline constexpr double narration_gap_seconds = 1.5;
inline constexpr int narrations_kept = 20;

class NarrationText : public QWidget {
  Q_OBJECT

 public:
  explicit NarrationText(const Theme& theme, QWidget* parent = nullptr);
  void set_theme(const Theme& theme);
  void set_narration(const Narration& narration);
  /// The text is set in the largest size that needs no more height.
  void set_height_max(int height);
  const QString& plain() const { return plain_; }
  /// False where even the smallest size is too high.
  bool fits() const { return fits_; }

 protected:
  void paintEvent(QPaintEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;

 private:
  void fit();
  QString html() const;

  const Theme* theme_;
  Narration narration_;
  QString plain_;
  int height_max_ = 200;
  double pixels_ = 15;
  bool fits_ = true;
};

class NarrationPanel : public Panel {
  Q_OBJECT

 public:
  explicit NarrationPanel(const Theme& theme, QWidget* parent = nullptr);
  void set_theme(const Theme& theme) override;
  /// `at_once`: after a seek; while a run plays sentences keep their distance.
  void tell(const Narration& narration, double screen_seconds, bool at_once);
  void set_time(const QString& text) { set_aside(text); }
  void set_height_max(int height);
  NarrationText* text() const { return text_; }
  const QStringList& told() const { return told_; }

 private:
  NarrationText* text_;
  double told_at_ = -narration_gap_seconds;
  QStringList told_;
};

}  // namespace roundhouse::view
