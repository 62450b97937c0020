// Writes texts into rectangles, shortening what does not fit, and remembers how often it had to. Chips with letters, too.
#pragma once

#include <QPainter>
#include <QString>
#include <QStringList>

#include "gui/views/theme.h"

namespace roundhouse::view {

class Lettering {
 public:
  Lettering(QPainter& painter, const Theme& theme) : painter_(painter), theme_(theme) {}

  QPainter& painter() { return painter_; }
  const Theme& theme() const { return theme_; }
  int shortened() const { return shortened_; }

  /// `flags` are Qt::Alignment. Returns the width that the text took.
  double write(const QRectF& place, int flags, const QString& text, const QFont& font, const QColor& colour);
  /// The same, in a smaller size where that lets the whole text fit; never below font_pixels_min.
  double write_fitting(const QRectF& place, int flags, const QString& text, QFont font, const QColor& colour);
  /// Breaks the text between words into lines of that width. A word that is wider than a line stands alone on one.
  static QStringList lines_of(const QString& text, const QFont& font, double width);
  /// A rounded square in the instance's colour with its letter.
  void chip(const QRectF& place, Letter letter, const QColor& ground);
  /// The same for an instance that is absent here: a dotted outline.
  void absent_chip(const QRectF& place, Letter letter);
  void panel(const QRectF& place, double radius, const QColor& ground, const QColor& line, double width = 1);

 private:
  QPainter& painter_;
  const Theme& theme_;
  int shortened_ = 0;
};

/// The stripe that tells an instance past the sixth from the one whose colour it repeats.
void paint_stripe(QPainter& painter, const QRectF& place, double radius, const QColor& colour);
/// `#lobby` for `lobby`.
QString room_text(const std::string& room);
/// The first four characters of a sid, as logs show it.
QString short_session(const std::string& session);

}  // namespace roundhouse::view
