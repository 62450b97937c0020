#include "gui/views/flow_layer.h"

#include <QFontMetricsF>
#include <QPainterPath>
#include <algorithm>
#include <cmath>
#include <map>

namespace roundhouse::view {
namespace {

constexpr double between_directions = 1.5;

/// What a ribbon is drawn for: the link, in one direction.
struct Link {
  enum class Kind : std::uint8_t { clients, instance, broker } kind;
  std::size_t place;
  bool rightward;
  auto operator<=>(const Link&) const = default;
};

/// Clients whose ways are one ribbon.
std::size_t clients_a_ribbon(const SceneLayout& places, std::size_t clients) {
  const std::size_t a_row = places.cells_a_row() * places.clients_a_cell();
  if (places.client_shape() == ClientShape::card || places.client_shape() == ClientShape::circle)
    return a_row;
  const std::size_t rows = (clients + a_row - 1) / a_row;
  return a_row * ((rows + client_ribbons_max - 1) / client_ribbons_max);
}

/// False: one end is not in the scene, or it is no link that the scene draws.
bool link_of(const FlowWay& way, const Scene& scene, const SceneLayout& places, std::size_t clients_each,
             Link& link) {
  const bool to_the_right = way.from == scene.proxy || way.to == scene.broker;
  if (way.from == scene.proxy || way.to == scene.proxy) {
    const EntityId other = way.from == scene.proxy ? way.to : way.from;
    if (const int client = places.client_index(other); client >= 0) {
      link = {Link::Kind::clients, static_cast<std::size_t>(client) / clients_each, way.to == scene.proxy};
      return true;
    }
    const int instance = places.instance_index(other);
    link = {Link::Kind::instance, static_cast<std::size_t>(std::max(instance, 0)), to_the_right};
    return instance >= 0;
  }
  if (!scene.has_broker || (way.from != scene.broker && way.to != scene.broker)) return false;
  const int instance = places.instance_index(way.from == scene.broker ? way.to : way.from);
  link = {Link::Kind::broker, static_cast<std::size_t>(std::max(instance, 0)), to_the_right};
  return instance >= 0;
}

Curve way_of(const Link& link, const Scene& scene, const SceneLayout& places, std::size_t clients_each) {
  if (link.kind == Link::Kind::instance) return places.instance_way(link.place);
  if (link.kind == Link::Kind::broker) return places.broker_way(link.place);
  const std::size_t first = link.place * clients_each;
  const std::size_t last = std::min(first + clients_each, scene.clients.size()) - 1;
  const Curve upper = places.client_way(first);
  const Curve lower = places.client_way(last);
  const QPointF from(places.client_area().right() + 3, (upper.from.y() + lower.from.y()) / 2);
  return Curve::level(from, {upper.to.x(), (upper.to.y() + lower.to.y()) / 2});
}

Curve shifted(const Curve& curve, double at_begin, double at_end) {
  const QPointF begin(0, at_begin);
  const QPointF end(0, at_end);
  return {curve.from + begin, curve.first + begin, curve.second + end, curve.to + end};
}

/// The surface between two shifts of the way.
QPainterPath surface(const Curve& way, double top, double bottom, double narrowed) {
  const Curve upper = shifted(way, top, top * narrowed);
  const Curve back = shifted(way, bottom, bottom * narrowed).reversed();
  QPainterPath path;
  upper.add_to(path);
  path.lineTo(back.from);
  path.cubicTo(back.first, back.second, back.to);
  path.closeSubpath();
  return path;
}

QString rate_text(double per_second) {
  return (per_second >= 10 ? QString::number(std::llround(per_second))
                           : QString::number(per_second, 'g', 2)) +
         "/s";
}

void paint_cross(QPainter& painter, QPointF at, const QColor& colour) {
  painter.setPen(QPen(colour, 2.8, Qt::SolidLine, Qt::FlatCap));
  painter.drawLine(at + QPointF(-4.5, -4.5), at + QPointF(4.5, 4.5));
  painter.drawLine(at + QPointF(-4.5, 4.5), at + QPointF(4.5, -4.5));
}

void paint_direction(QPainter& painter, const Theme& theme, QPointF at, double degrees, double width) {
  const double half = std::clamp(width * 0.36, 3.0, 4.6);
  painter.save();
  painter.translate(at);
  painter.rotate(degrees);
  painter.setPen(QPen(theme.scene, 1));
  painter.setBrush(theme.text);
  painter.drawPolygon(QPolygonF({{half * 1.2, 0}, {-half, -half}, {-half, half}}));
  painter.restore();
}

/// How much narrower ribbons of clients are where they arrive at the proxy, so that neighbours do not cover each other.
double narrowing(const Flow& flow, const std::vector<Ribbon>& ribbons) {
  std::vector<double> ends;
  double widest = 0;
  for (const Ribbon& ribbon : ribbons) {
    if (!ribbon.of_clients) continue;
    ends.push_back(ribbon.way.to.y());
    widest = std::max(widest, ribbon_width(flow.per_second(ribbon.count)));
  }
  std::sort(ends.begin(), ends.end());
  double apart = 2 * ribbon_width_max;
  for (std::size_t i = 1; i < ends.size(); ++i)
    if (ends[i] - ends[i - 1] > 0.5) apart = std::min(apart, ends[i] - ends[i - 1]);
  return std::min(1.0, apart * 0.85 / (2 * widest + between_directions));
}

void paint_ribbon(Lettering& lettering, const Flow& flow, const Ribbon& ribbon, double narrowed) {
  QPainter& painter = lettering.painter();
  const Theme& theme = lettering.theme();
  const double width = ribbon_width(flow.per_second(ribbon.count));
  // Like cars that keep to the left: what goes to the right is above.
  const double near = between_directions / 2;
  const double top = ribbon.rightward ? -near - width : near;
  if (ribbon.count == 0) return;
  double y = top;
  for (std::size_t colour = 0; colour < ribbon.by_colour.size(); ++colour) {
    if (ribbon.by_colour[colour] == 0) continue;
    const double share = static_cast<double>(ribbon.by_colour[colour]) / static_cast<double>(ribbon.count);
    const QColor ground = theme.of(static_cast<Letter>(colour) - 1);
    painter.setPen(Qt::NoPen);
    painter.setBrush(faded(ground, theme.light ? 0.85 : 0.8));
    painter.drawPath(surface(ribbon.way, y, y + width * share, narrowed));
    y += width * share;
  }
  if (theme.light) {
    painter.setPen(QPen(faded(theme.text, 0.35), 0.8));
    painter.setBrush(Qt::NoBrush);
    painter.drawPath(surface(ribbon.way, top, top + width, narrowed));
  }
  const Curve middle = shifted(ribbon.way, top + width / 2, (top + width / 2) * narrowed);
  const double share = ribbon.rightward ? 0.56 : 0.44;
  paint_direction(painter, theme, middle.at(share), middle.angle_at(share) + (ribbon.rightward ? 0 : 180),
                  width);
}

/// Above and below the middle of a link for its two directions; of clients near them, where ribbons are far apart.
void paint_rejected(Lettering& lettering, const Flow& flow, const Ribbon& ribbon) {
  const Theme& theme = lettering.theme();
  const QString text = rate_text(flow.per_second(ribbon.rejected));
  const QFont font = text_font(10.5, QFont::Bold);
  const double width = QFontMetricsF(font).horizontalAdvance(text) + 19;
  QRectF label(0, 0, width, 15);
  if (ribbon.of_clients)
    label.moveCenter(ribbon.way.from + QPointF(width / 2 + 2, 0));
  else
    label.moveCenter(ribbon.way.at(0.5) + QPointF(0, ribbon.rightward ? -16 : 16));
  lettering.panel(label, 5, faded(theme.scene, 0.85), Qt::transparent);
  paint_cross(lettering.painter(), {label.left() + 8, label.center().y()}, theme.error);
  lettering.write(label.adjusted(16, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter, text, font, theme.error);
}

}  // namespace

bool is_flow(Duration default_second, Duration second) {
  // At `default_second` a hop takes screen_hop.
  return default_second / 1000 * (screen_hop / std::chrono::milliseconds(1)) <
         second / 1000 * (followed_hop_min / std::chrono::milliseconds(1));
}

double ribbon_width(double per_second) {
  return std::min(ribbon_width_max, 2 + 3 * std::log10(std::max(1.0, per_second)));
}

std::vector<Ribbon> ribbons_of(const Flow& flow, const Scene& scene, const SceneLayout& places) {
  const std::size_t clients_each = clients_a_ribbon(places, scene.clients.size());
  std::map<Link, Ribbon> by_link;
  for (const FlowWay& way : flow.ways) {
    Link link{};
    if (!link_of(way, scene, places, clients_each, link)) continue;
    // Past so many instances the rest have one row.
    if (link.kind != Link::Kind::clients) {
      for (std::size_t i = 0; i < link.place; ++i) {
        if (places.instance(i) != places.instance(link.place)) continue;
        link.place = i;
        break;
      }
    }
    Ribbon& ribbon = by_link[link];
    ribbon.count += way.count;
    ribbon.rejected += way.rejected;
    if (ribbon.by_colour.size() < way.by_colour.size()) ribbon.by_colour.resize(way.by_colour.size());
    for (std::size_t i = 0; i < way.by_colour.size(); ++i) ribbon.by_colour[i] += way.by_colour[i];
  }
  std::vector<Ribbon> ribbons;
  for (auto& [link, ribbon] : by_link) {
    ribbon.way = way_of(link, scene, places, clients_each);
    ribbon.of_clients = link.kind == Link::Kind::clients;
    ribbon.rightward = link.rightward;
    ribbons.push_back(std::move(ribbon));
  }
  return ribbons;
}

void paint_ribbons_of_flow(Lettering& lettering, const Flow& flow, const std::vector<Ribbon>& ribbons) {
  const double narrowed = narrowing(flow, ribbons);
  for (const Ribbon& ribbon : ribbons)
    paint_ribbon(lettering, flow, ribbon, ribbon.of_clients ? narrowed : 1);
  for (const Ribbon& ribbon : ribbons)
    if (ribbon.rejected > 0) paint_rejected(lettering, flow, ribbon);
}

void paint_flow_legend(Lettering& lettering, const QRectF& place) {
  QPainter& painter = lettering.painter();
  const Theme& theme = lettering.theme();
  const QFont font = text_font(11.5);
  const double y = place.center().y();
  double x = place.left() + 3;
  const auto write = [&](const QString& text) {
    const double width = QFontMetricsF(font).horizontalAdvance(text) + 1;
    lettering.write({x, place.top(), width, place.height()}, Qt::AlignLeft | Qt::AlignVCenter, text, font,
                    theme.muted);
    x += width;
  };
  write("messages per second, log:");
  for (const int rate : {1, 10, 100, 1000}) {
    const double width = ribbon_width(rate);
    x += 11;
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme.light ? theme.muted : theme.soft);
    painter.drawRect(QRectF(x, y - width / 2, 18, width));
    x += 23;
    write(QString::number(rate));
  }
  x += 18;
  paint_cross(painter, {x, y}, theme.error);
  x += 10;
  write("rejected or lost");
}

void paint_flow_rate(Lettering& lettering, const Flow& flow, const SceneLayout& places) {
  const bool full = places.form() == SceneForm::full;
  const double right = places.size().width() - 244.0;
  const QRectF place = full ? QRectF(right, places.legend().top(), 220, places.legend().height())
                            : QRectF(right, places.size().height() - 28.0, 226, 22);
  lettering.write(
      place, Qt::AlignRight | Qt::AlignVCenter,
      QString("flow: %1 hops per second").arg(std::llround(flow.per_second(flow.count + flow.rejected))),
      text_font(11.5, QFont::DemiBold), lettering.theme().notice);
}

}  // namespace roundhouse::view
