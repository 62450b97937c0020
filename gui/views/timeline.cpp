#include "gui/views/timeline.h"

#include <QHBoxLayout>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>
#include <QSignalBlocker>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>

#include "gui/views/icons.h"
#include "gui/views/lettering.h"
#include "gui/views/playback.h"

namespace roundhouse::view {
namespace {

constexpr double left_margin = 18;
constexpr double right_margin = 22;
constexpr double column_width = 6;
constexpr double foot_height = 23;  // of the time scale
constexpr double chip_height = 16;
constexpr double chip_top = 4;

double seconds(Instant at) {
  return static_cast<double>(at.ns) / 1e9;
}

double step_of(double whole, double width) {
  const double least = whole * 64 / std::max(width, 64.0);
  const double power = std::pow(10, std::floor(std::log10(std::max(least, 1e-9))));
  for (const double lead : {1.0, 2.0, 5.0, 10.0})
    if (lead * power >= least) return lead * power;
  return whole;
}

QColor tone_colour(const Theme& theme, TimelineMark::Tone tone) {
  switch (tone) {
    case TimelineMark::Tone::bad:
      return theme.error;
    case TimelineMark::Tone::good:
      return theme.good;
    case TimelineMark::Tone::plain:
      break;
  }
  return theme.letters[4];
}

}  // namespace

TimelineTrack::TimelineTrack(const Theme& theme, QWidget* parent) : QWidget(parent), theme_(&theme) {
  setObjectName("timeline");
  setAccessibleName("Timeline: drag to seek");
  setCursor(Qt::PointingHandCursor);
  setMinimumWidth(200);
}

void TimelineTrack::set_theme(const Theme& theme) {
  theme_ = &theme;
  past_ = {};
  update();
}

void TimelineTrack::set_run(std::vector<Histogram> histograms, std::vector<TimelineMark> marks, Instant head,
                            Instant end) {
  histograms_ = std::move(histograms);
  marks_ = std::move(marks);
  head_ = head;
  end_ = end;
  past_ = {};
  update();
}

void TimelineTrack::set_now(Instant now) {
  if (now == now_) return;
  now_ = now;
  update();
}

std::size_t TimelineTrack::columns() const {
  return static_cast<std::size_t>(std::max(8.0, (width() - left_margin - right_margin) / column_width));
}

double TimelineTrack::x_of(Instant at) const {
  const double share = end_.ns > 0 ? static_cast<double>(at.ns) / static_cast<double>(end_.ns) : 0;
  return left_margin + std::clamp(share, 0.0, 1.0) * (width() - left_margin - right_margin);
}

Instant TimelineTrack::at_x(double x) const {
  const double share =
      std::clamp((x - left_margin) / std::max(1.0, width() - left_margin - right_margin), 0.0, 1.0);
  return {static_cast<std::int64_t>(share * static_cast<double>(end_.ns))};
}

void TimelineTrack::resizeEvent(QResizeEvent*) {
  past_ = {};
}

void TimelineTrack::paint_ground() {
  for (const bool ahead : {false, true}) {
    QPixmap& pixmap = ahead ? ahead_ : past_;
    pixmap = QPixmap(size() * devicePixelRatioF());
    pixmap.setDevicePixelRatio(devicePixelRatioF());
    pixmap.fill(theme_->panel);
    QPainter painter(&pixmap);
    painter.setRenderHint(QPainter::Antialiasing);
    const double foot = height() - foot_height;
    const bool two = histograms_.size() > 1;
    const double room = foot - chip_top - chip_height - 4;
    const double dim = ahead ? 0.42 : 1;
    if (two) {
      paint_bars(painter, histograms_[0], foot - room / 2 - 2, room / 2 - 1, dim);
      paint_bars(painter, histograms_[1], foot, room / 2 - 2, dim);
      Lettering lettering(painter, *theme_);
      for (int side = 0; side < 2; ++side) {
        const double y = side == 0 ? foot - room / 2 - 2 : foot;
        lettering.write({0, y - 13, left_margin - 6, 13}, Qt::AlignRight | Qt::AlignVCenter,
                        QString::number(side + 1), text_font(11, QFont::Bold),
                        side == 0 ? theme_->text : theme_->accent);
      }
    } else if (!histograms_.empty()) {
      paint_bars(painter, histograms_[0], foot, room + 2, dim);
    }
    paint_scale(painter);
    paint_marks(painter);
  }
}

void TimelineTrack::paint_bars(QPainter& painter, const Histogram& histogram, double foot, double height,
                               double dim) {
  const std::size_t count = std::max(histogram.deliveries.size(), histogram.errors.size());
  if (count == 0) return;
  const auto value = [](const std::vector<std::uint32_t>& values, std::size_t i) {
    return i < values.size() ? static_cast<double>(values[i]) : 0.0;
  };
  double most = 1;
  for (std::size_t i = 0; i < count; ++i)
    most = std::max(most, value(histogram.deliveries, i) + value(histogram.errors, i));
  // Of two runs the shorter one's bars end where it does.
  const double step = x_of(Instant{} + histogram.span) - x_of({});
  const double bar = std::max(1.0, std::min(step - 1.6, 5.0));
  const QColor deliveries = theme_->over_panel(theme_->bars, dim);
  const QColor errors = theme_->over_panel(theme_->error, dim);
  for (std::size_t i = 0; i < count; ++i) {
    const double x = left_margin + step * static_cast<double>(i);
    const double good = value(histogram.deliveries, i) > 0
                            ? std::max(1.5, value(histogram.deliveries, i) / most * height)
                            : 0;
    const double bad =
        value(histogram.errors, i) > 0 ? std::max(2.5, value(histogram.errors, i) / most * height) : 0;
    painter.fillRect(QRectF(x, foot - good, bar, good), deliveries);
    painter.fillRect(QRectF(x, foot - good - bad, bar, bad), errors);
  }
}

void TimelineTrack::paint_scale(QPainter& painter) {
  const double foot = height() - foot_height;
  painter.fillRect(QRectF(left_margin, foot, width() - left_margin - right_margin, 1), theme_->line);
  const double whole = seconds(end_);
  if (whole <= 0) return;
  const double step = step_of(whole, width() - left_margin - right_margin);
  Lettering lettering(painter, *theme_);
  for (int n = 0; n * step <= whole * 1.0001; ++n) {
    const double x = x_of({static_cast<std::int64_t>(n * step * 1e9)});
    painter.fillRect(QRectF(x, foot, 1, 4), theme_->line);
    lettering.write({x - 30, foot + 4, 60, 15}, Qt::AlignCenter, QString::number(n * step, 'g', 4) + " s",
                    text_font(10.5), theme_->muted);
  }
}

void TimelineTrack::paint_marks(QPainter& painter) {
  const double foot = height() - foot_height;
  const QFont font = text_font(11, QFont::DemiBold);
  const QFontMetricsF metrics(font);
  double taken_to = -1e9;
  chips_.clear();
  for (const auto& mark : marks_) {
    const QColor colour = tone_colour(*theme_, mark.tone);
    const double x = std::round(x_of(mark.at)) + 0.5;
    QPen pen(theme_->edge(colour), 1.6);
    pen.setDashPattern({3, 2});
    painter.setPen(pen);
    painter.drawLine(QPointF(x, chip_top + chip_height), QPointF(x, foot));
    const QString text = QString::fromStdString(mark.text);
    const double chip_width = metrics.horizontalAdvance(text) + 13;
    QRectF chip(x - chip_width / 2, chip_top, chip_width, chip_height);
    chip.moveLeft(std::clamp(chip.left(), 1.0, std::max(1.0, width() - chip_width - 1)));
    // A mark so near to the one before keeps its line; its words would hide the other's.
    if (chip.left() < taken_to) continue;
    taken_to = chip.right() + 2;
    chips_.push_back(chip);
    painter.setPen(theme_->light ? QPen(theme_->edge(colour), 1) : QPen(Qt::NoPen));
    painter.setBrush(colour);
    painter.drawRoundedRect(chip, 5, 5);
    Lettering lettering(painter, *theme_);
    lettering.write(chip, Qt::AlignCenter, text, font, ink_on(colour));
  }
}

void TimelineTrack::paintEvent(QPaintEvent*) {
  if (past_.isNull() || past_.size() != size() * devicePixelRatioF()) paint_ground();
  QPainter painter(this);
  const double x = std::round(x_of(now_));
  painter.drawPixmap(QRectF(0, 0, x, height()), past_,
                     QRectF(0, 0, x * devicePixelRatioF(), height() * devicePixelRatioF()));
  painter.drawPixmap(QRectF(x, 0, width() - x, height()), ahead_,
                     QRectF(x * devicePixelRatioF(), 0, (width() - x) * devicePixelRatioF(),
                            height() * devicePixelRatioF()));
  painter.setRenderHint(QPainter::Antialiasing);
  const double foot = height() - foot_height;
  // Over a mark the playhead's handle hangs below its words.
  const bool over_mark = std::any_of(chips_.begin(), chips_.end(), [x](const QRectF& chip) {
    return x > chip.left() - 7 && x < chip.right() + 7;
  });
  const double top = chip_top + (over_mark ? chip_height : 0);
  painter.fillRect(QRectF(x - 1, top + 10, 2, foot - top - 7), theme_->text);
  QPainterPath handle;
  handle.addRoundedRect(QRectF(x - 6, top + 1, 12, 8.5), 2, 2);
  handle.addPolygon(QPolygonF({{x - 6, top + 8.5}, {x + 6, top + 8.5}, {x, top + 14.5}}));
  handle.setFillRule(Qt::WindingFill);
  painter.setPen(Qt::NoPen);
  painter.fillPath(handle, theme_->text);
}

void TimelineTrack::mousePressEvent(QMouseEvent* event) {
  if (event->button() == Qt::LeftButton) Q_EMIT sought(at_x(event->position().x()));
}

void TimelineTrack::mouseMoveEvent(QMouseEvent* event) {
  if (event->buttons() & Qt::LeftButton) Q_EMIT sought(at_x(event->position().x()));
}

void TimelineTrack::mouseReleaseEvent(QMouseEvent*) {
  Q_EMIT drag_ended();
}

void TimelineTrack::mouseDoubleClickEvent(QMouseEvent* event) {
  Q_EMIT mark_wanted(at_x(event->position().x()));
}

Timeline::Timeline(const Theme& theme, QWidget* parent)
    : QWidget(parent),
      theme_(&theme),
      back_(new QPushButton(this)),
      play_(new QPushButton(this)),
      on_(new QPushButton(this)),
      time_(new QLabel(this)),
      speed_(new QSlider(Qt::Horizontal, this)),
      speed_label_(new QLabel(this)),
      track_(new TimelineTrack(theme, this)) {
  setObjectName("timelineStrip");
  setAccessibleName("Playing and timeline");
  const auto name = [](QWidget* widget, const char* object, const char* spoken) {
    widget->setObjectName(object);
    widget->setAccessibleName(spoken);
    widget->setToolTip(spoken);
  };
  name(back_, "btnStepBack", "One event back");
  name(play_, "btnPlay", "Play or pause");
  name(on_, "btnStepOn", "One event on");
  name(time_, "lblTime", "Time of the run");
  name(speed_, "sliderSpeed", "Speed");
  name(speed_label_, "lblSpeed", "Speed as a share of real time");
  for (QPushButton* button : {back_, play_, on_}) {
    button->setFlat(true);
    button->setFocusPolicy(Qt::TabFocus);
  }
  back_->setFixedSize(32, 32);
  on_->setFixedSize(32, 32);
  play_->setFixedSize(32, 32);
  for (QPushButton* button : {back_, play_, on_}) button->setIconSize({16, 16});
  time_->setFont(mono_font(15));
  speed_->setRange(0, Playback::notches);
  speed_->setFixedSize(72, 18);
  speed_label_->setFont(text_font(11.5, QFont::DemiBold));
  speed_label_->setMinimumWidth(44);
  auto* speed_row = new QHBoxLayout;
  speed_row->setSpacing(6);
  speed_row->addWidget(speed_);
  speed_row->addWidget(speed_label_);
  auto* words = new QVBoxLayout;
  words->setSpacing(1);
  words->addStretch(1);
  words->addWidget(time_);
  words->addLayout(speed_row);
  words->addStretch(1);
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(14, 1, 4, 1);
  row->setSpacing(5);
  for (QPushButton* button : {back_, play_, on_}) row->addWidget(button);
  row->addSpacing(6);
  row->addLayout(words);
  row->addWidget(track_, 1);
  connect(back_, &QPushButton::clicked, this, [this] { Q_EMIT step_pressed(-1); });
  connect(on_, &QPushButton::clicked, this, [this] { Q_EMIT step_pressed(1); });
  connect(play_, &QPushButton::clicked, this, &Timeline::play_pressed);
  connect(speed_, &QSlider::valueChanged, this,
          [this](int notch) { Q_EMIT speed_chosen(Playback::speed_of_notch(notch)); });
  set_theme(theme);
}

void Timeline::set_theme(const Theme& theme) {
  theme_ = &theme;
  track_->set_theme(theme);
  back_->setIcon(icon(Symbol::step_back, theme.text));
  on_->setIcon(icon(Symbol::step_on, theme.text));
  setStyleSheet(
      QString(
          "QPushButton{border:none;border-radius:7px;background:transparent}"
          "QPushButton:hover,QPushButton:focus{background:%1}"
          "#btnPlay,#btnPlay:hover{border-radius:16px;background:%2}"
          "#btnPlay:focus{border:2px solid %3}"
          "#lblTime{color:%3}#lblSpeed{color:%4}"
          "QSlider::groove:horizontal{height:4px;border-radius:2px;background:%1}"
          "QSlider::sub-page:horizontal{height:4px;border-radius:2px;background:%2}"
          "QSlider::handle:horizontal{width:14px;height:14px;margin:-5px 0;border-radius:7px;background:%3}")
          .arg(theme.light ? theme.line.name() : theme.track.lighter(140).name(), theme.accent.name(),
               theme.text.name(), theme.soft.name()));
  set_playing(playing_);
  update();
}

void Timeline::set_playing(bool playing) {
  playing_ = playing;
  play_->setIcon(icon(playing ? Symbol::pause : Symbol::play, ink_on(theme_->accent)));
}

void Timeline::set_time(Instant now, double speed) {
  const QString text = time_text(now, speed);
  if (time_->text() != text) time_->setText(text);
  track_->set_now(now);
}

void Timeline::set_speed(double speed, const QString& meaning) {
  const QSignalBlocker blocker(speed_);
  speed_->setValue(Playback::notch_of_speed(speed));
  speed_label_->setText(Playback::speed_text(speed));
  speed_->setToolTip(meaning);
  speed_label_->setToolTip(meaning);
  speed_->setAccessibleDescription(meaning);
}

void Timeline::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setPen(QPen(theme_->faint_line, 1));
  painter.setBrush(theme_->panel);
  painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 10, 10);
}

}  // namespace roundhouse::view
