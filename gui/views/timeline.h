// The strip at the window's foot: step back, play, step on, time and speed, and the run from its beginning to its planned end with
// deliveries, errors, marks and the playhead. Dragging on it seeks.
#pragma once

#include <QLabel>
#include <QPixmap>
#include <QPushButton>
#include <QSlider>
#include <QWidget>
#include <vector>

#include "gui/models/run_model.h"
#include "gui/views/theme.h"

namespace roundhouse::view {

class TimelineTrack : public QWidget {
  Q_OBJECT

 public:
  explicit TimelineTrack(const Theme& theme, QWidget* parent = nullptr);

  void set_theme(const Theme& theme);
  /// Histograms of one run, or of both where two are compared.
  void set_run(std::vector<Histogram> histograms, std::vector<TimelineMark> marks, Instant head, Instant end);
  void set_now(Instant now);
  Instant now() const { return now_; }
  std::size_t columns() const;
  double x_of(Instant at) const;
  Instant at_x(double x) const;
  const std::vector<TimelineMark>& marks() const { return marks_; }

 Q_SIGNALS:
  void sought(roundhouse::Instant at);
  void drag_ended();
  /// A double click sets a mark.
  void mark_wanted(roundhouse::Instant at);

 protected:
  void paintEvent(QPaintEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void mouseDoubleClickEvent(QMouseEvent* event) override;

 private:
  void paint_ground();
  void paint_bars(QPainter& painter, const Histogram& histogram, double foot, double height, double dim_from);
  void paint_scale(QPainter& painter);
  void paint_marks(QPainter& painter);

  const Theme* theme_;
  std::vector<Histogram> histograms_;
  std::vector<TimelineMark> marks_;
  Instant head_, end_, now_;
  /// The run as it is played, and as it lies ahead, fainter.
  QPixmap past_, ahead_;
  std::vector<QRectF> chips_;  ///< where the marks' words stand
};

class Timeline : public QWidget {
  Q_OBJECT

 public:
  explicit Timeline(const Theme& theme, QWidget* parent = nullptr);

  void set_theme(const Theme& theme);
  void set_playing(bool playing);
  void set_time(Instant now, double speed);
  void set_speed(double speed, const QString& meaning);
  TimelineTrack* track() const { return track_; }

 Q_SIGNALS:
  void play_pressed();
  void step_pressed(int by);
  void speed_chosen(double speed);

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  const Theme* theme_;
  QPushButton* back_;
  QPushButton* play_;
  QPushButton* on_;
  QLabel* time_;
  QSlider* speed_;
  QLabel* speed_label_;
  TimelineTrack* track_;
  bool playing_ = false;
};

}  // namespace roundhouse::view
