#include "gui/views/flash_layer.h"

#include <algorithm>

namespace roundhouse::view {
namespace {

constexpr double ripple_seconds = 0.7;

}  // namespace

void paint_flashes(Lettering& lettering, const Scene& scene, const SceneLayout& places,
                   const Flashes& flashes) {
  QPainter& painter = lettering.painter();
  const Theme& theme = lettering.theme();
  const bool cells =
      places.client_shape() == ClientShape::cell || places.client_shape() == ClientShape::merged;
  const QColor ink = theme.light ? QColor(Qt::white) : QColor("#1a0b05");
  for (const Flash& flash : flashes.burning()) {
    const QRectF face = places.client_face(flash.client);
    const double share = flash.age / (cells ? cell_flash_seconds : flash_seconds);
    if (cells) {
      painter.setPen(Qt::NoPen);
      painter.setBrush(faded(theme.error, 0.4 * (1 - share)));
      const double grown = face.width() * 0.55 * share + 1;
      painter.drawRect(face.adjusted(-grown, -grown, grown, grown));
      painter.setBrush(faded(theme.error, 1 - 0.55 * share));
      painter.drawRect(face);
      painter.setPen(QPen(ink, std::max(1.2, face.width() * 0.14)));
      const QRectF cross =
          face.adjusted(face.width() * 0.25, face.width() * 0.25, -face.width() * 0.25, -face.width() * 0.25);
      painter.drawLine(cross.topLeft(), cross.bottomRight());
      painter.drawLine(cross.topRight(), cross.bottomLeft());
      continue;
    }
    // Small circles grow to where their three digits can be read.
    const double radius = std::max(face.width() / 2, 12.5);
    const double grown = radius * (1.08 + 0.85 * share);
    painter.setPen(QPen(faded(theme.error, 0.75 * (1 - share)), 2));
    painter.setBrush(faded(theme.error, 0.26 * (1 - share)));
    painter.drawEllipse(face.center(), grown, grown);
    painter.setPen(Qt::NoPen);
    painter.setBrush(faded(theme.error, share < 0.45 ? 1 : 1 - (share - 0.45) * 1.1));
    painter.drawEllipse(face.center(), radius, radius);
    const auto& client = scene.clients[flash.client];
    const double size = std::max(10.0, face.width() * 0.36);
    painter.setFont(text_font(size, QFont::Bold));
    painter.setPen(ink);
    painter.drawText(face, Qt::AlignCenter | Qt::TextDontClip, "400");
    if (client.rejections > 1 && radius >= 10) {
      const QRectF badge(face.right() - 7, face.top() - 6, 22, 13);
      lettering.write(badge, Qt::AlignLeft | Qt::AlignVCenter, QString("×%1").arg(client.rejections),
                      text_font(10, QFont::Bold), theme.error);
    }
  }
}

void paint_ripples(QPainter& painter, const Scene& scene, const SceneLayout& places, const Theme& theme,
                   Duration second) {
  if (!scene.has_broker) return;
  const double whole = static_cast<double>(std::max<std::int64_t>(second.count(), 1));
  for (std::size_t i = 0; i < places.channels_shown(); ++i) {
    const auto& channel = scene.channels[i];
    if (channel.published_at > scene.at) continue;
    const double share =
        static_cast<double>((scene.at - channel.published_at).count()) / whole / ripple_seconds;
    if (share >= 1) continue;
    const QPointF at(places.broker().left(), places.channel(i).center().y());
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(faded(theme.accent, 0.85 * (1 - share)), 1.8));
    painter.drawEllipse(at, 5 + 22 * share, 5 + 22 * share);
  }
}

}  // namespace roundhouse::view
