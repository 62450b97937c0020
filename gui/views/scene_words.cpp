#include "gui/views/scene_words.h"

#include <QFontMetricsF>
#include <QStringList>
#include <algorithm>

#include "gui/views/cards.h"

namespace roundhouse::view {

namespace {

/// The proxy's last decisions with all their reasons, and what it holds against its peers.
QString proxy_words(const Scene& scene) {
  QStringList lines{"Proxy", QString::fromStdString(scene.policy)};
  for (const ScenePeer& peer : scene.failed_peers) lines << peer_words(peer);
  for (const SceneDecision& decision : scene.decisions) {
    const auto to = static_cast<std::size_t>(decision.to);
    const QString where = decision.to != no_letter && to < scene.instances.size()
                              ? QString::fromStdString(scene.instances[to].name)
                              : QString("nobody");
    lines << QString::fromStdString(decision.who) + QString::fromUtf8(" → ") + where + ": " +
                 result_text(decision.result) +
                 (decision.full.empty() ? QString() : "; " + QString::fromStdString(decision.full));
  }
  return lines.join('\n');
}

}  // namespace

QString description_of(EntityId entity, const Scene& scene, const SceneLayout& places) {
  if (!entity) return {};
  if (const int row = places.client_index(entity); row >= 0) {
    const auto& client = scene.clients[static_cast<std::size_t>(row)];
    QStringList lines{QString::fromStdString(client.name)};
    lines << (client.session.empty() ? "no session" : "session " + QString::fromStdString(client.session));
    if (client.home != no_letter && static_cast<std::size_t>(client.home) < scene.instances.size()) {
      const auto& home = scene.instances[static_cast<std::size_t>(client.home)];
      lines << "home " + letter_text(client.home) + ", " + QString::fromStdString(home.name);
    }
    if (!client.room.empty()) lines << "room " + room_text(client.room);
    lines << (client.polling ? "long-polling" : "WebSocket");
    if (client.rejections > 0) lines << QString("400 Session ID unknown: %1").arg(client.rejections);
    return lines.join('\n');
  }
  if (const int index = places.instance_index(entity); index >= 0) {
    const auto& instance = scene.instances[static_cast<std::size_t>(index)];
    QStringList lines{QString::fromStdString(instance.name) + ", " + letter_text(index)};
    lines << (instance.down ? down_text(scene.at - instance.since)
                            : QString("%1 sessions").arg(instance.sessions));
    for (const auto& room : instance.rooms)
      lines << room_text(room.room) + QString(": %1 members").arg(room.members);
    return lines.join('\n');
  }
  if (entity == scene.proxy) return proxy_words(scene);
  if (entity == scene.broker) return QString("Broker\n%1 channels").arg(scene.channels.size());
  return {};
}

void paint_titles(Lettering& lettering, const Scene& scene, const SceneLayout& places,
                  const SceneSide& side) {
  const Theme& theme = lettering.theme();
  const bool wide = places.form() == SceneForm::full;
  QFont font = text_font(wide ? 11.5 : 10.5, QFont::Bold);
  font.setLetterSpacing(QFont::AbsoluteSpacing, wide ? 1.3 : 1.0);
  const auto title = [&](const QRectF& below, const QString& text) {
    const double width = QFontMetricsF(font).horizontalAdvance(text) + 2;
    QRectF place(below.center().x() - width / 2, places.title_line() - 10, width, 20);
    place.moveLeft(std::clamp(place.left(), 4.0, std::max(4.0, places.size().width() - width - 4)));
    lettering.write(place, Qt::AlignCenter, text, font, theme.faint);
  };
  title(places.client_area(), QString("CLIENTS  %1").arg(scene.clients.size()));
  title(places.proxy(), "PROXY");
  const QRectF instances = places.instance_places().empty() ? QRectF(places.size().width() * 0.66, 0, 1, 1)
                                                            : places.instance_places().front();
  title(instances, wide ? QString("APP INSTANCES  %1").arg(scene.instances.size()) : "INSTANCES");
  title(places.broker(), "BROKER");
  if (side.number == 0) return;
  const QRectF chip(16, 11, 24, 24);
  const QColor ground = side.number == 1 ? theme.text : theme.accent;
  lettering.painter().setPen(Qt::NoPen);
  lettering.painter().setBrush(ground);
  lettering.painter().drawRoundedRect(chip, 5, 5);
  lettering.write(chip, Qt::AlignCenter, QString::number(side.number), text_font(14, QFont::Bold),
                  ink_on(ground));
  lettering.write({chip.right() + 8, 10, places.size().width() - chip.right() - 24.0, 26},
                  Qt::AlignLeft | Qt::AlignVCenter, side.name, text_font(15, QFont::Bold), theme.text);
}

void paint_in_flight(Lettering& lettering, const Scene& scene, const SceneLayout& places, int k) {
  const Theme& theme = lettering.theme();
  const bool full = places.form() == SceneForm::full;
  const double right = places.size().width() - 244.0;
  QString text = QString("%1 in flight").arg(scene.in_flight);
  if (full || k > 1) text += QString("  ·  1 dot = %1 message%2").arg(k).arg(k == 1 ? "" : "s");
  const bool many = k > 1;
  const QRectF place(right, places.legend().top(), 220, places.legend().height());
  lettering.write(full ? place : QRectF(right, places.size().height() - 28.0, 226, 22),
                  Qt::AlignRight | Qt::AlignVCenter, text,
                  text_font(11.5, many ? QFont::DemiBold : QFont::Medium), many ? theme.notice : theme.soft);
}

}  // namespace roundhouse::view
