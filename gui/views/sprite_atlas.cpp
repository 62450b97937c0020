#include "gui/views/sprite_atlas.h"

#include <QRadialGradient>
#include <cmath>

namespace roundhouse::view {
namespace {

// Columns are colours: the letters', then that of no home, then the error's.
constexpr int homeless_column = letter_colours;
constexpr int error_column = letter_colours + 1;
constexpr int columns = letter_colours + 2;
// Turned triangles stand ready: turning pixmaps while painting costs more than the memory.
constexpr int angles = 24;
constexpr int fixed_kinds = 6;  // every sign but the delivery
constexpr int rows_a_strength = fixed_kinds + angles;
constexpr int tail_row = 2 * rows_a_strength;
constexpr int rows = tail_row + SpriteAtlas::tail_pieces;
constexpr double cell = 30;

int kind_row(Sign sign) {
  switch (sign) {
    case Sign::frame:
      return 0;
    case Sign::poll:
      return 1;
    case Sign::publish:
      return 2;
    case Sign::copy:
      return 3;
    case Sign::join:
      return 4;
    case Sign::rejected:
      return 5;
    case Sign::delivery:
      return fixed_kinds;
  }
  return 0;
}

int column_of(Sign sign, Letter letter) {
  if (sign == Sign::rejected) return error_column;
  return letter < 0 ? homeless_column : letter % letter_colours;
}

QColor colour_of(const Theme& theme, int column) {
  if (column == error_column) return theme.error;
  return theme.of(column == homeless_column ? no_letter : column);
}

QPolygonF diamond(double half) {
  return QPolygonF({{0, -half}, {half, 0}, {0, half}, {-half, 0}});
}

void paint_shape(QPainter& painter, Sign sign, const QColor& colour, const Theme& theme, double size) {
  const QPen edge = theme.light ? QPen(theme.edge(colour), 1.1) : QPen(Qt::NoPen);
  painter.setPen(edge);
  painter.setBrush(colour);
  switch (sign) {
    case Sign::frame:
      painter.drawEllipse(QPointF(), 4.4 * size, 4.4 * size);
      break;
    case Sign::poll:
      painter.setBrush(theme.scene);
      painter.setPen(QPen(theme.light ? theme.edge(colour) : colour, 2.1 * size));
      painter.drawEllipse(QPointF(), 4.1 * size, 4.1 * size);
      break;
    case Sign::publish:
      painter.drawPolygon(diamond(6.6 * size));
      break;
    case Sign::copy:
      painter.drawPolygon(diamond(4.6 * size));
      break;
    case Sign::delivery:
      painter.drawPolygon(
          QPolygonF({{5.8 * size, 0}, {-4.2 * size, -4.5 * size}, {-4.2 * size, 4.5 * size}}));
      break;
    case Sign::join:
      painter.drawRect(QRectF(-3.9 * size, -3.9 * size, 7.8 * size, 7.8 * size));
      break;
    case Sign::rejected: {
      const double reach = 4.6 * size;
      if (theme.light) {
        painter.setPen(QPen(theme.edge(colour), 4.6 * size, Qt::SolidLine, Qt::FlatCap));
        painter.drawLine(QPointF(-reach - 0.7, -reach - 0.7), QPointF(reach + 0.7, reach + 0.7));
        painter.drawLine(QPointF(-reach - 0.7, reach + 0.7), QPointF(reach + 0.7, -reach - 0.7));
      }
      painter.setPen(QPen(colour, 3.2 * size, Qt::SolidLine, Qt::FlatCap));
      painter.drawLine(QPointF(-reach, -reach), QPointF(reach, reach));
      painter.drawLine(QPointF(-reach, reach), QPointF(reach, -reach));
      break;
    }
  }
}

void paint_glow(QPainter& painter, QColor colour, double radius, double alpha) {
  QRadialGradient glow(QPointF(), radius);
  colour.setAlphaF(static_cast<float>(alpha));
  glow.setColorAt(0, colour);
  colour.setAlphaF(static_cast<float>(alpha * 0.45));
  glow.setColorAt(0.45, colour);
  colour.setAlphaF(0);
  glow.setColorAt(1, colour);
  painter.setPen(Qt::NoPen);
  painter.setBrush(glow);
  painter.drawEllipse(QPointF(), radius, radius);
}

}  // namespace

SpriteAtlas::SpriteAtlas(const Theme& theme, double pixel_ratio, double enlarged)
    : pixel_ratio_(pixel_ratio), side_(static_cast<int>(std::ceil(cell * pixel_ratio * enlarged))) {
  pixmap_ = QPixmap(columns * side_, rows * side_);
  pixmap_.fill(Qt::transparent);
  QPainter painter(&pixmap_);
  painter.setRenderHint(QPainter::Antialiasing);
  const auto draw = [&](int column, int row, auto&& paint) {
    painter.save();
    painter.translate((column + 0.5) * side_, (row + 0.5) * side_);
    painter.scale(pixel_ratio * enlarged, pixel_ratio * enlarged);
    paint();
    painter.restore();
  };
  constexpr Sign fixed[] = {Sign::frame, Sign::poll, Sign::publish, Sign::copy, Sign::join, Sign::rejected};
  for (int column = 0; column < columns; ++column) {
    const QColor colour = colour_of(theme, column);
    for (const auto strength : {SignStrength::glowing, SignStrength::plain}) {
      const int first = strength == SignStrength::glowing ? 0 : rows_a_strength;
      const double size = strength == SignStrength::glowing ? 1 : 0.72;
      const auto glow = [&] {
        if (strength == SignStrength::glowing) paint_glow(painter, colour, 12, theme.light ? 0.2 : 0.42);
      };
      for (const Sign sign : fixed) {
        draw(column, first + kind_row(sign), [&] {
          glow();
          paint_shape(painter, sign, colour, theme, size);
        });
      }
      for (int angle = 0; angle < angles; ++angle) {
        draw(column, first + fixed_kinds + angle, [&] {
          glow();
          painter.rotate(360.0 / angles * angle);
          paint_shape(painter, Sign::delivery, colour, theme, size);
        });
      }
    }
    for (int piece = 0; piece < tail_pieces; ++piece) {
      draw(column, tail_row + piece, [&] {
        QColor faded = colour;
        faded.setAlphaF(static_cast<float>((theme.light ? 0.42 : 0.5) * (1 - piece / (tail_pieces + 0.5))));
        painter.setPen(Qt::NoPen);
        painter.setBrush(faded);
        const double radius = 3.6 - 0.55 * piece;
        painter.drawEllipse(QPointF(), radius, radius);
      });
    }
  }
}

QPainter::PixmapFragment SpriteAtlas::sign(Sign sign, Letter letter, SignStrength strength, QPointF at,
                                           double angle) const {
  int row = kind_row(sign);
  if (sign == Sign::delivery) {
    const double turn = angle < 0 ? angle + 360 : angle;
    row += static_cast<int>(std::lround(turn / (360.0 / angles))) % angles;
  }
  return fragment(column_of(sign, letter), strength == SignStrength::glowing ? row : rows_a_strength + row,
                  at);
}

QPainter::PixmapFragment SpriteAtlas::tail(Sign sign, Letter letter, int piece, QPointF at) const {
  return fragment(column_of(sign, letter), tail_row + piece, at);
}

QPainter::PixmapFragment SpriteAtlas::fragment(int column, int row, QPointF at) const {
  return QPainter::PixmapFragment::create(at, QRectF(column * side_, row * side_, side_, side_),
                                          1 / pixel_ratio_, 1 / pixel_ratio_);
}

}  // namespace roundhouse::view
