#include "gui/views/legend.h"

#include <QFontMetricsF>
#include <QPolygonF>

namespace roundhouse::view {
namespace {

struct Entry {
  void (*paint)(QPainter& painter, const Theme& theme, QPointF at);
  const char* text;
};

void fill(QPainter& painter, const Theme& theme) {
  painter.setPen(Qt::NoPen);
  painter.setBrush(theme.light ? theme.muted : theme.soft);
}

const Entry entries[] = {
    {[](QPainter& painter, const Theme& theme, QPointF at) {
       fill(painter, theme);
       painter.drawEllipse(at, 4.4, 4.4);
     },
     "WebSocket frame"},
    {[](QPainter& painter, const Theme& theme, QPointF at) {
       painter.setBrush(Qt::NoBrush);
       painter.setPen(QPen(theme.light ? theme.muted : theme.soft, 2));
       painter.drawEllipse(at, 3.9, 3.9);
     },
     "HTTP poll"},
    {[](QPainter& painter, const Theme& theme, QPointF at) {
       fill(painter, theme);
       painter.drawPolygon(
           QPolygonF({at + QPointF(0, -6), at + QPointF(6, 0), at + QPointF(0, 6), at + QPointF(-6, 0)}));
     },
     "publish"},
    {[](QPainter& painter, const Theme& theme, QPointF at) {
       fill(painter, theme);
       painter.drawPolygon(QPolygonF({at + QPointF(-5.5, 0), at + QPointF(4, -4.6), at + QPointF(4, 4.6)}));
     },
     "delivery"},
    {[](QPainter& painter, const Theme& theme, QPointF at) {
       fill(painter, theme);
       painter.drawRect(QRectF(at.x() - 3.8, at.y() - 3.8, 7.6, 7.6));
     },
     "room join"},
    {[](QPainter& painter, const Theme& theme, QPointF at) {
       painter.setPen(QPen(theme.error, 2.8, Qt::SolidLine, Qt::FlatCap));
       painter.drawLine(at + QPointF(-4.5, -4.5), at + QPointF(4.5, 4.5));
       painter.drawLine(at + QPointF(-4.5, 4.5), at + QPointF(4.5, -4.5));
     },
     "rejected"},
    {[](QPainter& painter, const Theme& theme, QPointF at) {
       painter.setPen(QPen(theme.light ? theme.text : QColor(Qt::white), 2));
       painter.drawLine(at + QPointF(0, -7), at + QPointF(0, 7));
     },
     "predicted share"},
};

}  // namespace

void paint_legend(Lettering& lettering, const QRectF& place) {
  const Theme& theme = lettering.theme();
  const QFont font = text_font(11.5);
  const QFontMetricsF metrics(font);
  double needed = 0;
  for (const auto& entry : entries) needed += 16 + metrics.horizontalAdvance(entry.text);
  // Up to 24 pixels between the entries, as the place allows.
  const double gap =
      std::clamp((place.width() - needed) / static_cast<double>(std::size(entries) - 1), 9.0, 24.0);
  double x = place.left() + 7;
  for (const auto& entry : entries) {
    const double width = metrics.horizontalAdvance(entry.text);
    if (x + 9 + width > place.right() + 1) break;
    entry.paint(lettering.painter(), theme, {x, place.center().y()});
    lettering.write({x + 10, place.top(), width + 1, place.height()}, Qt::AlignLeft | Qt::AlignVCenter,
                    entry.text, font, theme.muted);
    x += 16 + width + gap;
  }
}

}  // namespace roundhouse::view
