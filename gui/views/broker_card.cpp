#include <algorithm>

#include "gui/views/cards.h"

namespace roundhouse::view {
namespace {

// How long a channel stays outlined after a publish, in seconds of the screen.
constexpr double outlined_seconds = 0.6;

void paint_recent(Lettering& lettering, const std::vector<float>& recent, const QRectF& place) {
  QPainter& painter = lettering.painter();
  const Theme& theme = lettering.theme();
  QPen dots(theme.faint, 1);
  dots.setDashPattern({1.5, 2.5});
  painter.setPen(dots);
  painter.drawLine(place.bottomLeft(), place.bottomRight());
  if (recent.empty()) return;
  const float most = std::max(1.0F, *std::max_element(recent.begin(), recent.end()));
  const double step = place.width() / static_cast<double>(recent.size());
  painter.setPen(Qt::NoPen);
  painter.setBrush(theme.over_panel(theme.accent, theme.light ? 0.75 : 0.68));
  for (std::size_t i = 0; i < recent.size(); ++i) {
    if (recent[i] <= 0) continue;
    const double height = std::max(3.0, place.height() * static_cast<double>(recent[i] / most));
    painter.drawRect(QRectF(place.left() + step * static_cast<double>(i), place.bottom() - height,
                            std::clamp(step - 1.5, 1.5, 4.0), height));
  }
}

void paint_members(Lettering& lettering, const SceneChannel& channel, const QRectF& place,
                   const Theme& theme) {
  const auto count = channel.present.size();
  if (count == 0) return;
  // Up to twice four chips; more instances are a number.
  const double gap = 3;
  const double side = std::clamp((place.width() - 3 * gap) / 4, 12.0, 20.0);
  const auto a_row = static_cast<std::size_t>(std::max(1.0, (place.width() + gap) / (side + gap)));
  const auto rows = static_cast<std::size_t>(std::max(1.0, (place.height() + gap) / (side + gap)));
  const bool all = count <= a_row * rows;
  if (!all) {
    const auto present = std::count(channel.present.begin(), channel.present.end(), true);
    lettering.write({place.left(), place.top(), place.width(), 18}, Qt::AlignLeft | Qt::AlignVCenter,
                    QString("on %1 of %2").arg(present).arg(count), text_font(11), theme.soft);
    return;
  }
  for (std::size_t i = 0; i < count; ++i) {
    const QRectF seat(place.left() + (side + gap) * static_cast<double>(i % a_row),
                      place.top() + (side + gap) * static_cast<double>(i / a_row), side, side);
    const Letter letter = static_cast<Letter>(i);
    if (channel.present[i])
      lettering.chip(seat, letter, theme.of(letter));
    else
      lettering.absent_chip(seat, letter);
  }
}

void paint_channel(Lettering& lettering, const SceneChannel& channel, const QRectF& card, bool outlined) {
  const Theme& theme = lettering.theme();
  if (outlined)
    lettering.panel(card, 8, theme.over_panel(theme.accent, theme.light ? 0.14 : 0.14),
                    theme.over_panel(theme.accent, theme.light ? 1.0 : 0.9), 1.8);
  else
    lettering.panel(card, 8, theme.raised, theme.line);
  const double inset = card.width() < 92 ? 7 : 9;
  const QRectF inside = card.adjusted(inset, 7, -inset, -8);
  lettering.write_fitting({inside.left(), inside.top(), inside.width(), 18}, Qt::AlignLeft | Qt::AlignVCenter,
                          room_text(channel.name), text_font(card.width() < 84 ? 11.5 : 13, QFont::DemiBold),
                          theme.text);
  const double side = std::clamp((inside.width() - 9) / 4, 12.0, 20.0);
  const auto a_row = static_cast<std::size_t>((inside.width() + 3) / (side + 3));
  const bool two_rows = channel.present.size() > a_row && card.height() >= 100;
  const double members_height = two_rows ? 2 * side + 3 : side;
  const QRectF members(inside.left(), inside.top() + 22, inside.width(), members_height);
  paint_members(lettering, channel, members, theme);
  if (members.bottom() + 20 <= inside.bottom() + 2) {
    lettering.write_fitting({inside.left(), members.bottom() + 4, inside.width(), 16},
                            Qt::AlignLeft | Qt::AlignVCenter,
                            QString("%1 member%2").arg(channel.members).arg(channel.members == 1 ? "" : "s"),
                            text_font(11.5), theme.muted);
  }
  if (members.bottom() + 36 <= inside.bottom())
    paint_recent(lettering, channel.recent, {inside.left(), inside.bottom() - 11, inside.width(), 11});
}

void paint_absence(Lettering& lettering, const SceneLayout& places) {
  const Theme& theme = lettering.theme();
  QPainter& painter = lettering.painter();
  const QRectF card = places.broker();
  painter.setBrush(Qt::NoBrush);
  QPen pen(theme.line, 1.4);
  pen.setDashPattern({4, 3});
  painter.setPen(pen);
  painter.drawRoundedRect(card.adjusted(1, 1, -1, -1), 12, 12);
  const QStringList lines{"no broker", "instances", "do not hear", "each other"};
  double y = card.center().y() - 38;
  for (int i = 0; i < lines.size(); ++i) {
    lettering.write({card.left() + 4, y, card.width() - 8, 18}, Qt::AlignCenter, lines[i],
                    text_font(i == 0 ? 13 : 11, i == 0 ? QFont::DemiBold : QFont::Medium),
                    i == 0 ? theme.muted : theme.faint);
    y += i == 0 ? 22 : 16;
  }
}

}  // namespace

void paint_broker_card(Lettering& lettering, const Scene& scene, const SceneLayout& places, Duration second) {
  const Theme& theme = lettering.theme();
  if (!scene.has_broker) {
    paint_absence(lettering, places);
    return;
  }
  const QRectF card = places.broker();
  lettering.panel(card, 12, theme.panel, scene.broker_down ? theme.error : theme.line);
  const bool wide = places.ease() > 0.5;
  lettering.write({card.left() + 4, card.top() + 10, card.width() - 8, 22}, Qt::AlignCenter, "Broker",
                  text_font(wide ? 16 : 13.5, QFont::Bold), theme.text);
  lettering.write({card.left() + 4, card.top() + 29, card.width() - 8, 18}, Qt::AlignCenter,
                  scene.broker_down ? "DOWN" : "pub/sub", text_font(wide ? 13 : 11),
                  scene.broker_down ? theme.error : theme.muted);
  const double whole = static_cast<double>(std::max<std::int64_t>(second.count(), 1));
  for (std::size_t i = 0; i < places.channels_shown(); ++i) {
    const auto& channel = scene.channels[i];
    const bool outlined =
        channel.published_at <= scene.at &&
        static_cast<double>((scene.at - channel.published_at).count()) / whole < outlined_seconds;
    paint_channel(lettering, channel, places.channel(i), outlined);
  }
  if (scene.channels.size() > places.channels_shown()) {
    lettering.write({card.left() + 4, card.bottom() - 17, card.width() - 8, 14}, Qt::AlignCenter,
                    QString("+ %1 more").arg(scene.channels.size() - places.channels_shown()),
                    text_font(10.5), theme.muted);
  }
}

}  // namespace roundhouse::view
