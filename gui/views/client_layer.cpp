#include "gui/views/client_layer.h"

#include <QFontMetricsF>
#include <QPainterPath>
#include <algorithm>
#include <map>

namespace roundhouse::view {
namespace {

bool is_down(const Scene& scene, Letter letter) {
  return letter >= 0 && static_cast<std::size_t>(letter) < scene.instances.size() &&
         scene.instances[static_cast<std::size_t>(letter)].down;
}

void stroke(QPainter& painter, const Curve& curve, const QPen& pen) {
  QPainterPath path;
  curve.add_to(path);
  painter.strokePath(path, pen);
}

void paint_client_links(QPainter& painter, const Scene& scene, const SceneLayout& places,
                        const Theme& theme) {
  const bool cards = places.client_shape() == ClientShape::card;
  // One path for each colour: a hundred strokes cost more than one of a hundred pieces.
  std::map<Letter, QPainterPath> paths;
  for (std::size_t i = 0; i < scene.clients.size(); ++i) {
    const Letter home = scene.clients[i].home;
    places.client_way(i).add_to(paths[is_down(scene, home) ? no_letter : home]);
  }
  for (const auto& [home, path] : paths) {
    QPen pen(faded(theme.of(home), cards ? 0.5 : (theme.light ? 0.42 : 0.26)), cards ? 1.8 : 1.1);
    if (home == no_letter) {
      pen.setColor(faded(theme.of(no_letter), 0.45));
      pen.setStyle(Qt::DotLine);
    }
    painter.strokePath(path, pen);
  }
}

/// Contiguous rows of cells most of whose clients live on one instance.
struct Band {
  Letter home = no_letter;
  std::size_t first_row = 0;
  std::size_t last_row = 0;
};

std::vector<Band> bands_of(const Scene& scene, const SceneLayout& places) {
  std::vector<Band> bands;
  const std::size_t a_row = places.cells_a_row() * places.clients_a_cell();
  for (std::size_t begin = 0, row = 0; begin < scene.clients.size(); begin += a_row, ++row) {
    std::map<Letter, std::size_t> homes;
    const std::size_t end = std::min(begin + a_row, scene.clients.size());
    for (std::size_t i = begin; i < end; ++i) ++homes[scene.clients[i].home];
    const Letter most = std::max_element(homes.begin(), homes.end(), [](const auto& a, const auto& b) {
                          return a.second < b.second;
                        })->first;
    if (bands.empty() || bands.back().home != most) bands.push_back({most, row, row});
    bands.back().last_row = row;
  }
  return bands;
}

void paint_ribbons(QPainter& painter, const Scene& scene, const SceneLayout& places, const Theme& theme) {
  const std::size_t a_row = places.cells_a_row() * places.clients_a_cell();
  for (const Band& band : bands_of(scene, places)) {
    Curve upper = places.client_way(std::min(band.first_row * a_row, scene.clients.size() - 1));
    Curve lower = places.client_way(std::min(band.last_row * a_row, scene.clients.size() - 1));
    const double half = places.client(0).height() / 2;
    for (QPointF* point : {&upper.from, &upper.first}) point->ry() -= half;
    for (QPointF* point : {&lower.from, &lower.first}) point->ry() += half;
    // A ribbon narrows towards the proxy, so that neighbours can be told apart where they arrive.
    const double middle = (upper.to.y() + lower.to.y()) / 2;
    for (Curve* side : {&upper, &lower}) {
      const double y = middle + (side->to.y() - middle) * 0.55;
      side->second.setY(y);
      side->to.setY(y);
    }
    QPainterPath ribbon;
    upper.add_to(ribbon);
    const Curve back = lower.reversed();
    ribbon.lineTo(back.from);
    ribbon.cubicTo(back.first, back.second, back.to);
    ribbon.closeSubpath();
    const QColor colour = theme.of(band.home);
    QLinearGradient fill(upper.from, {upper.to.x(), upper.from.y()});
    const double strength = band.home == no_letter ? 0.08 : (theme.light ? 0.22 : 0.17);
    fill.setColorAt(0, faded(colour, strength));
    fill.setColorAt(1, faded(colour, strength * 1.9));
    painter.fillPath(ribbon, fill);
  }
}

void paint_instance_links(QPainter& painter, const Scene& scene, const SceneLayout& places,
                          const Theme& theme) {
  for (std::size_t i = 0; i < scene.instances.size(); ++i) {
    const bool down = scene.instances[i].down;
    const QColor colour = down ? theme.of(no_letter) : theme.of(static_cast<Letter>(i));
    QPen pen(faded(colour, down ? 0.6 : 0.42), down ? 1.2 : 1.8);
    if (down) pen.setStyle(Qt::DotLine);
    stroke(painter, places.instance_way(i), scene.proxy_down ? QPen(pen.color(), 1.2, Qt::DotLine) : pen);
    if (!scene.has_broker) continue;
    if (scene.broker_down) pen = QPen(faded(theme.of(no_letter), 0.6), 1.2, Qt::DotLine);
    stroke(painter, places.broker_way(i), pen);
  }
}

void paint_card(Lettering& lettering, const Scene& scene, const SceneLayout& places, std::size_t index) {
  const Theme& theme = lettering.theme();
  const SceneClient& client = scene.clients[index];
  const QRectF place = places.client(index);
  const QRectF face = places.client_face(index);
  lettering.panel(place, 9, theme.panel, theme.line);
  const bool two_lines = place.height() >= 34;
  const QRectF texts(place.left() + 12, place.top(), face.left() - place.left() - 18, place.height());
  const double name_size = places.ease() > 0.5 ? 13 : 12;
  const QRectF upper(texts.left(), texts.center().y() - 17, texts.width(), 17);
  lettering.write(two_lines ? upper : texts, Qt::AlignLeft | Qt::AlignVCenter,
                  QString::fromStdString(client.name), text_font(name_size, QFont::DemiBold), theme.text);
  if (two_lines) {
    QStringList words{client.polling ? "poll" : "ws"};
    if (client.session.empty())
      words = {"no session"};
    else
      words << short_session(client.session);
    if (!client.room.empty()) words << room_text(client.room);
    lettering.write_fitting({texts.left(), texts.center().y() + 1, texts.width(), 16},
                            Qt::AlignLeft | Qt::AlignVCenter, words.join(" · "), text_font(11), theme.muted);
  }
  paint_client_face(lettering, face, client);
}

void paint_poll_sign(QPainter& painter, const QRectF& face, const Theme& theme) {
  const double radius = std::clamp(face.width() * 0.1, 2.2, 3.6);
  const double reach = face.width() / 2 * 0.80;
  painter.setPen(QPen(theme.soft, 1.3));
  painter.setBrush(theme.scene);
  painter.drawEllipse(face.center() + QPointF(reach, reach), radius, radius);
}

void paint_cells(QPainter& painter, const Scene& scene, const SceneLayout& places, const Theme& theme) {
  painter.setRenderHint(QPainter::Antialiasing, false);
  const std::size_t each = places.clients_a_cell();
  for (std::size_t cell = 0; cell < places.cell_count(); ++cell) {
    const std::size_t begin = cell * each;
    const std::size_t end = std::min(begin + each, scene.clients.size());
    std::map<Letter, std::size_t> homes;
    std::size_t homeless = 0;
    for (std::size_t i = begin; i < end; ++i) {
      if (scene.clients[i].home == no_letter)
        ++homeless;
      else
        ++homes[scene.clients[i].home];
    }
    const QColor grey = theme.light ? QColor("#c9d2dd") : QColor("#2a3442");
    QColor colour = grey;
    if (!homes.empty()) {
      const Letter most = std::max_element(homes.begin(), homes.end(), [](const auto& a, const auto& b) {
                            return a.second < b.second;
                          })->first;
      colour = theme.over_scene(theme.of(most), theme.light ? 0.86 : 0.82);
      // The grey share of a cell's colour is the share of its clients without a home.
      colour = mixed(colour, grey, static_cast<double>(homeless) / static_cast<double>(end - begin));
    }
    painter.fillRect(places.cell(cell).toAlignedRect().adjusted(0, 0, -1, -1), colour);
  }
  painter.setRenderHint(QPainter::Antialiasing);
}

}  // namespace

void paint_links(QPainter& painter, const Scene& scene, const SceneLayout& places, const Theme& theme) {
  if (!scene.clients.empty()) {
    if (places.client_shape() == ClientShape::card || places.client_shape() == ClientShape::circle)
      paint_client_links(painter, scene, places, theme);
    else
      paint_ribbons(painter, scene, places, theme);
  }
  paint_instance_links(painter, scene, places, theme);
}

void paint_clients(Lettering& lettering, const Scene& scene, const SceneLayout& places) {
  if (places.client_shape() == ClientShape::cell || places.client_shape() == ClientShape::merged) {
    paint_cells(lettering.painter(), scene, places, lettering.theme());
    return;
  }
  for (std::size_t i = 0; i < scene.clients.size(); ++i) {
    if (places.client_shape() == ClientShape::card)
      paint_card(lettering, scene, places, i);
    else
      paint_client_face(lettering, places.client_face(i), scene.clients[i]);
    // A card says in words how its client travels.
    if (scene.clients[i].polling && places.client_shape() == ClientShape::circle)
      paint_poll_sign(lettering.painter(), places.client_face(i), lettering.theme());
  }
}

void paint_client_face(Lettering& lettering, const QRectF& place, const SceneClient& client) {
  QPainter& painter = lettering.painter();
  const Theme& theme = lettering.theme();
  const bool homeless = client.home == no_letter;
  const QColor colour = theme.of(client.home);
  const double width = place.width() >= 26 ? 2 : 1.5;
  QPen pen(homeless ? theme.faint : theme.edge(colour), width);
  if (homeless) pen.setDashPattern({2.4, 1.8});
  painter.setPen(pen);
  painter.setBrush(homeless ? theme.over_scene(theme.faint, 0.20)
                            : theme.over_scene(colour, theme.light ? 0.2 : 0.36));
  const QRectF circle = place.adjusted(width / 2, width / 2, -width / 2, -width / 2);
  painter.drawEllipse(circle);
  if (client.home >= letter_colours) paint_stripe(painter, circle, circle.width() / 2, colour);
  const QColor ink = homeless      ? theme.muted
                     : theme.light ? mixed(colour, Qt::black, 0.62)
                                   : mixed(colour, Qt::white, 0.32);
  painter.setFont(text_font(std::max(10.0, place.width() * 0.44), QFont::Bold));
  painter.setPen(ink);
  painter.drawText(place, Qt::AlignCenter | Qt::TextDontClip, homeless ? "?" : letter_text(client.home));
}

void paint_selected_path(QPainter& painter, const Scene& scene, const SceneLayout& places, const Theme& theme,
                         EntityId selected) {
  const int index = places.client_index(selected);
  if (index < 0) return;
  const Letter home = scene.clients[static_cast<std::size_t>(index)].home;
  const QColor colour = theme.of(home);
  const QColor core = mixed(colour, theme.light ? Qt::black : Qt::white, 0.2);
  const auto way = [&](const Curve& curve, bool dashed) {
    stroke(painter, curve, QPen(faded(colour, theme.light ? 0.28 : 0.32), 9, Qt::SolidLine, Qt::FlatCap));
    QPen pen(core, 2.8, Qt::SolidLine, Qt::FlatCap);
    if (dashed) pen.setDashPattern({3.4, 2.2});
    stroke(painter, curve, pen);
  };
  way(places.client_way(static_cast<std::size_t>(index)), false);
  if (home < 0 || static_cast<std::size_t>(home) >= scene.instances.size() || is_down(scene, home)) return;
  way(places.instance_way(static_cast<std::size_t>(home)), false);
  if (scene.has_broker && !scene.broker_down) way(places.broker_way(static_cast<std::size_t>(home)), true);
}

void paint_selected_ring(Lettering& lettering, const Scene& scene, const SceneLayout& places,
                         EntityId selected) {
  const int index = places.client_index(selected);
  QPainter& painter = lettering.painter();
  const Theme& theme = lettering.theme();
  if (const int instance = places.instance_index(selected); instance >= 0) {
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(theme.light ? theme.text : QColor(Qt::white), 2.2));
    painter.drawRoundedRect(places.instance(static_cast<std::size_t>(instance)).adjusted(-3, -3, 3, 3), 11,
                            11);
  }
  if (index < 0) return;
  const QRectF face = places.client_face(static_cast<std::size_t>(index));
  const double radius = std::max(face.width() / 2 + 2.6, 9.0);
  painter.setBrush(Qt::NoBrush);
  painter.setPen(QPen(theme.light ? theme.text : QColor(Qt::white), 2.2));
  painter.drawEllipse(face.center(), radius, radius);
  if (places.client_shape() == ClientShape::card) return;
  const SceneClient& client = scene.clients[static_cast<std::size_t>(index)];
  QString text = QString::fromStdString(client.name);
  if (!client.session.empty()) text += " · " + short_session(client.session);
  const QFont font = text_font(11.5, QFont::DemiBold);
  const double width = QFontMetricsF(font).horizontalAdvance(text) + 16;
  QRectF label(face.center().x() - width / 2, face.center().y() + radius + 4, width, 20);
  label.moveLeft(std::clamp(label.left(), 4.0, std::max(4.0, places.size().width() - width - 4)));
  if (label.bottom() > places.size().height() - 30) label.moveBottom(face.center().y() - radius - 4);
  lettering.panel(label, 6, theme.over_panel(theme.panel, 1), theme.line);
  lettering.write(label, Qt::AlignCenter, text, font, theme.text);
}

}  // namespace roundhouse::view
