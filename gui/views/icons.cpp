#include "gui/views/icons.h"

#include <QPainter>
#include <QPainterPath>
#include <QPixmap>
#include <QtMath>

namespace roundhouse::view {
namespace {

// Drawn on a square of 20, for screens of up to three times the usual density.
constexpr double side = 20;

void paint(QPainter& painter, Symbol symbol, const QColor& colour) {
  const QPen pen(colour, 1.9, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin);
  const auto solid = [&](const QPolygonF& shape) {
    painter.setPen(Qt::NoPen);
    painter.setBrush(colour);
    painter.drawPolygon(shape);
  };
  painter.setPen(pen);
  painter.setBrush(Qt::NoBrush);
  switch (symbol) {
    case Symbol::play:
      solid(QPolygonF({{6.5, 4}, {16, 10}, {6.5, 16}}));
      break;
    case Symbol::pause:
      painter.fillRect(QRectF(6, 4.5, 3, 11), colour);
      painter.fillRect(QRectF(11, 4.5, 3, 11), colour);
      break;
    case Symbol::step_back:
      solid(QPolygonF({{15.5, 4.5}, {7.5, 10}, {15.5, 15.5}}));
      painter.fillRect(QRectF(4.5, 4.5, 2.2, 11), colour);
      break;
    case Symbol::step_on:
      solid(QPolygonF({{4.5, 4.5}, {12.5, 10}, {4.5, 15.5}}));
      painter.fillRect(QRectF(13.3, 4.5, 2.2, 11), colour);
      break;
    case Symbol::kill:
      painter.drawLine(QPointF(4.5, 4.5), QPointF(15.5, 15.5));
      painter.drawLine(QPointF(4.5, 15.5), QPointF(15.5, 4.5));
      break;
    case Symbol::restart: {
      painter.drawArc(QRectF(4, 4, 12, 12), 60 * 16, 290 * 16);
      const QPointF tip(13.6, 5.2);
      solid(QPolygonF({tip + QPointF(-4, -3.4), tip + QPointF(3, -3.8), tip + QPointF(2.2, 3.4)}));
      break;
    }
    case Symbol::theme: {
      painter.drawEllipse(QPointF(10, 10), 6.2, 6.2);
      QPainterPath half;
      half.moveTo(10, 3.8);
      half.arcTo(QRectF(3.8, 3.8, 12.4, 12.4), 90, -180);
      half.closeSubpath();
      painter.fillPath(half, colour);
      break;
    }
    case Symbol::help:
      painter.setFont(text_font(16, QFont::Bold));
      painter.drawText(QRectF(0, 0, side, side), Qt::AlignCenter, "?");
      break;
  }
}

}  // namespace

QIcon icon(Symbol symbol, const QColor& colour) {
  QIcon icon;
  for (const double ratio : {1.0, 2.0, 3.0}) {
    QPixmap pixmap(qRound(side * ratio), qRound(side * ratio));
    pixmap.setDevicePixelRatio(ratio);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    painter.setRenderHint(QPainter::Antialiasing);
    paint(painter, symbol, colour);
    painter.end();
    icon.addPixmap(pixmap);
  }
  return icon;
}

QPixmap logo(const Theme& theme, double length, double pixel_ratio) {
  QPixmap pixmap(qRound(length * pixel_ratio), qRound(length * pixel_ratio));
  pixmap.setDevicePixelRatio(pixel_ratio);
  pixmap.fill(Qt::transparent);
  QPainter painter(&pixmap);
  painter.setRenderHint(QPainter::Antialiasing);
  painter.translate(length / 2, length / 2);
  constexpr Letter order[] = {0, 1, 2, 3, 4, 5};
  for (const Letter letter : order) {
    painter.setPen(QPen(theme.of(letter), length * 0.15, Qt::SolidLine, Qt::RoundCap));
    const double turn = M_PI / 3 * letter;
    const QPointF outward(std::sin(turn), -std::cos(turn));
    painter.drawLine(outward * length * 0.20, outward * length * 0.42);
  }
  return pixmap;
}

}  // namespace roundhouse::view
