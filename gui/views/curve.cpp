#include "gui/views/curve.h"

#include <QtMath>

namespace roundhouse::view {
namespace {

QPointF between_points(QPointF a, QPointF b, double share) {
  return a + (b - a) * share;
}

struct Halves {
  Curve before, after;
};

Halves cut(const Curve& curve, double share) {
  const QPointF a = between_points(curve.from, curve.first, share);
  const QPointF b = between_points(curve.first, curve.second, share);
  const QPointF c = between_points(curve.second, curve.to, share);
  const QPointF d = between_points(a, b, share);
  const QPointF e = between_points(b, c, share);
  const QPointF middle = between_points(d, e, share);
  return {{curve.from, a, d, middle}, {middle, e, c, curve.to}};
}

}  // namespace

Curve Curve::level(QPointF from, QPointF to) {
  const double reach = (to.x() - from.x()) * 0.5;
  return {from, from + QPointF(reach, 0), to - QPointF(reach, 0), to};
}

QPointF Curve::at(double share) const {
  const double rest = 1 - share;
  return from * (rest * rest * rest) + first * (3 * rest * rest * share) +
         second * (3 * rest * share * share) + to * (share * share * share);
}

double Curve::angle_at(double share) const {
  const double rest = 1 - share;
  const QPointF slope = (first - from) * (rest * rest) + (second - first) * (2 * rest * share) +
                        (to - second) * (share * share);
  return qRadiansToDegrees(std::atan2(slope.y(), slope.x()));
}

Curve Curve::between(double begin, double end) const {
  if (end <= begin) return {at(begin), at(begin), at(begin), at(begin)};
  return cut(cut(*this, end).before, begin / end).after;
}

void Curve::add_to(QPainterPath& path) const {
  path.moveTo(from);
  path.cubicTo(first, second, to);
}

}  // namespace roundhouse::view
