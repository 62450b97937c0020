// The way of a sign between two parties: one cubic, level at both ends. Geometry only.
#pragma once

#include <QPainterPath>
#include <QPointF>

namespace roundhouse::view {

struct Curve {
  QPointF from, first, second, to;

  /// Leaves `from` and reaches `to` level, as the links of the scene do.
  static Curve level(QPointF from, QPointF to);

  QPointF at(double share) const;
  /// Degrees, clockwise from pointing right.
  double angle_at(double share) const;
  Curve reversed() const { return {to, second, first, from}; }
  /// The piece between two shares of the way.
  Curve between(double begin, double end) const;
  void add_to(QPainterPath& path) const;
};

}  // namespace roundhouse::view
