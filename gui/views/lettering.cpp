#include "gui/views/lettering.h"

#include <QFontMetricsF>
#include <QPainterPath>

namespace roundhouse::view {

double Lettering::write(const QRectF& place, int flags, const QString& text, const QFont& font,
                        const QColor& colour) {
  const QFontMetricsF metrics(font);
  QString shown = text;
  double width = metrics.horizontalAdvance(shown);
  if (width > place.width() + 0.5) {
    shown = metrics.elidedText(text, Qt::ElideRight, place.width());
    width = metrics.horizontalAdvance(shown);
    ++shortened_;
  }
  painter_.setFont(font);
  painter_.setPen(colour);
  painter_.drawText(place, flags | Qt::TextSingleLine | Qt::TextDontClip, shown);
  return width;
}

double Lettering::write_fitting(const QRectF& place, int flags, const QString& text, QFont font,
                                const QColor& colour) {
  while (font.pixelSize() > font_pixels_min && QFontMetricsF(font).horizontalAdvance(text) > place.width())
    font.setPixelSize(font.pixelSize() - 1);
  return write(place, flags, text, font, colour);
}

QStringList Lettering::lines_of(const QString& text, const QFont& font, double width) {
  const QFontMetricsF metrics(font);
  QStringList lines;
  for (const QString& word : text.split(u' ', Qt::SkipEmptyParts)) {
    const QString longer = lines.isEmpty() ? word : lines.back() + u' ' + word;
    if (!lines.isEmpty() && metrics.horizontalAdvance(longer) <= width)
      lines.back() = longer;
    else
      lines << word;
  }
  return lines;
}

void Lettering::chip(const QRectF& place, Letter letter, const QColor& ground) {
  const double radius = place.height() * 0.22;
  painter_.setPen(theme_.light ? QPen(theme_.edge(ground), 1) : QPen(Qt::NoPen));
  painter_.setBrush(ground);
  painter_.drawRoundedRect(place, radius, radius);
  if (letter >= letter_colours) paint_stripe(painter_, place, radius, ink_on(ground));
  const QFont font = text_font(std::max(place.height() * 0.6, 10.0), QFont::Bold);
  painter_.setFont(font);
  painter_.setPen(ink_on(ground));
  painter_.drawText(place, Qt::AlignCenter | Qt::TextDontClip, letter_text(letter));
}

void Lettering::absent_chip(const QRectF& place, Letter letter) {
  painter_.setBrush(Qt::NoBrush);
  painter_.setPen(QPen(theme_.faint, 1, Qt::DotLine));
  painter_.drawRoundedRect(place.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4);
  painter_.setFont(text_font(std::max(place.height() * 0.56, 10.0), QFont::DemiBold));
  painter_.setPen(theme_.faint);
  painter_.drawText(place, Qt::AlignCenter | Qt::TextDontClip, letter_text(letter));
}

void Lettering::panel(const QRectF& place, double radius, const QColor& ground, const QColor& line,
                      double width) {
  painter_.setPen(QPen(line, width));
  painter_.setBrush(ground);
  painter_.drawRoundedRect(place.adjusted(width / 2, width / 2, -width / 2, -width / 2), radius, radius);
}

void paint_stripe(QPainter& painter, const QRectF& place, double radius, const QColor& colour) {
  QPainterPath shape;
  shape.addRoundedRect(place, radius, radius);
  painter.save();
  painter.setClipPath(shape, Qt::IntersectClip);
  QColor faded = colour;
  faded.setAlphaF(0.35F);
  painter.setPen(QPen(faded, place.height() * 0.14));
  painter.drawLine(QPointF(place.left(), place.bottom()), QPointF(place.right(), place.top()));
  painter.restore();
}

QString room_text(const std::string& room) {
  const QString text = QString::fromStdString(room);
  return text.isEmpty() || text.startsWith(u'#') ? text : u'#' + text;
}

QString short_session(const std::string& session) {
  return QString::fromStdString(session).left(4);
}

}  // namespace roundhouse::view
