#include <QPainterPath>
#include <QStringList>
#include <algorithm>

#include "gui/views/cards.h"

namespace roundhouse::view {
namespace {

/// Bars of all instances have one scale, so that their lengths can be compared.
double full_bar(const Scene& scene) {
  double most = 1;
  double sum = 0;
  for (const auto& instance : scene.instances) {
    most = std::max(most, static_cast<double>(instance.sessions));
    sum += instance.sessions;
  }
  for (const auto& instance : scene.instances) most = std::max(most, instance.predicted_share * sum);
  return std::max(most * 1.32, 2.0);
}

double sessions_of(const Scene& scene) {
  double sum = 0;
  for (const auto& instance : scene.instances) sum += instance.sessions;
  return sum;
}

void paint_bar(Lettering& lettering, const Scene& scene, const SceneInstance& instance, Letter letter,
               const QRectF& bar) {
  QPainter& painter = lettering.painter();
  const Theme& theme = lettering.theme();
  const double radius = bar.height() / 2;
  painter.setPen(Qt::NoPen);
  painter.setBrush(theme.track);
  painter.drawRoundedRect(bar, radius, radius);
  const double scale = bar.width() / full_bar(scene);
  const double filled = std::min(bar.width(), instance.sessions * scale);
  if (!instance.down && filled > 0) {
    QRectF part = bar;
    part.setWidth(std::max(filled, bar.height()));
    painter.setPen(theme.light ? QPen(theme.edge(theme.of(letter)), 1) : QPen(Qt::NoPen));
    painter.setBrush(theme.of(letter));
    painter.drawRoundedRect(part, radius, radius);
  }
  if (instance.predicted_share <= 0) return;
  const double at = bar.left() + (instance.down ? 0 : instance.predicted_share * sessions_of(scene) * scale);
  const double reach = std::min(5.0, bar.height());
  painter.setPen(QPen(theme.light ? theme.text : QColor(Qt::white), 2));
  painter.drawLine(QPointF(at, bar.top() - reach), QPointF(at, bar.bottom() + reach));
}

void paint_hatching(QPainter& painter, const QRectF& card, const Theme& theme) {
  QPainterPath shape;
  shape.addRoundedRect(card, 9, 9);
  painter.save();
  painter.setClipPath(shape);
  painter.fillRect(card, theme.over_panel(theme.error, theme.light ? 0.07 : 0.12));
  QColor stripe = theme.error;
  stripe.setAlphaF(theme.light ? 0.16F : 0.18F);
  painter.setPen(QPen(stripe, 4.5));
  for (double x = card.left() - card.height(); x < card.right(); x += 12)
    painter.drawLine(QPointF(x, card.bottom() + 4), QPointF(x + card.height() + 8, card.top() - 4));
  painter.restore();
}

QString rooms_text(const SceneInstance& instance) {
  QStringList words;
  for (const auto& room : instance.rooms) words << room_text(room.room) + ' ' + QString::number(room.members);
  return words.join("   ");
}

/// As many rooms as fit; "+2" stands for those that do not.
QString rooms_that_fit(const SceneInstance& instance, const QFont& font, double width) {
  const QFontMetricsF metrics(font);
  const QString all = rooms_text(instance);
  if (metrics.horizontalAdvance(all) <= width) return all;
  QStringList words = all.split("   ");
  int left_out = 0;
  while (words.size() > 1) {
    words.removeLast();
    ++left_out;
    const QString text = words.join("   ") + "   +" + QString::number(left_out);
    if (metrics.horizontalAdvance(text) <= width) return text;
  }
  return words.join("   ");
}

QString state_text(const Scene& scene, const SceneInstance& instance, bool short_form) {
  if (instance.down) return down_text(scene.at - instance.since);
  if (instance.paused) return "paused";
  const QString number = QString::number(instance.sessions);
  return short_form ? number : number + (instance.sessions == 1 ? " session" : " sessions");
}

void paint_card(Lettering& lettering, const Scene& scene, const SceneInstance& instance, Letter letter,
                const QRectF& card, bool compact) {
  const Theme& theme = lettering.theme();
  QPainter& painter = lettering.painter();
  const QColor colour = theme.of(letter);
  if (instance.down) {
    lettering.panel(card, 9, theme.panel, theme.panel);
    paint_hatching(painter, card, theme);
    QPen pen(theme.error, 1.8);
    pen.setDashPattern({4, 2.4});
    painter.setPen(pen);
    painter.setBrush(Qt::NoBrush);
    painter.drawRoundedRect(card.adjusted(1, 1, -1, -1), 9, 9);
  } else {
    lettering.panel(card, 9, theme.panel, theme.light ? theme.edge(colour) : theme.over_scene(colour, 0.72),
                    1.4);
  }
  const bool tall = card.height() >= 86;
  const bool middle = !tall && card.height() >= 54;
  const double inset = card.width() < 140 ? 8 : 11;
  const double chip = std::clamp(card.height() * 0.3, 15.0, compact ? 21.0 : 26.0);
  const double line = tall     ? card.top() + 23
                      : middle ? card.top() + card.height() * 0.36
                               : card.center().y() - 3;
  const QRectF seat(card.left() + inset - 1, line - chip / 2, chip, chip);
  lettering.chip(seat, letter, instance.down ? QColor(theme.light ? "#8d99a8" : "#5b6879") : colour);
  const QColor text = instance.down ? theme.soft : theme.text;
  const double name_size = card.width() < 140 ? 12.5 : compact ? 13.5 : 15.5;
  const QFont name_font = text_font(name_size, QFont::DemiBold);
  const QRectF name(seat.right() + (compact ? 7 : 9), line - 12, card.right() - seat.right() - inset - 9, 24);
  const double used = lettering.write(name, Qt::AlignLeft | Qt::AlignVCenter,
                                      QString::fromStdString(instance.name), name_font, text);
  const QFont state_font = text_font(card.width() < 180 ? 11.5 : 12.5, QFont::DemiBold);
  const QRectF state(name.left() + used + 4, line - 12, card.right() - inset - name.left() - used - 4, 24);
  // All cards of a scene say it alike, so the width decides and not the number.
  QString words = state_text(scene, instance, compact || card.width() < 195);
  if (QFontMetricsF(state_font).horizontalAdvance(words) > state.width())
    words = instance.down ? "DOWN" : state_text(scene, instance, true);
  lettering.write(state, Qt::AlignRight | Qt::AlignVCenter, words, state_font,
                  instance.down     ? theme.error
                  : instance.paused ? theme.notice
                                    : text);
  const double bar_height = tall ? 8.5 : middle ? 7.5 : 4;
  const double bar_y = tall     ? card.top() + 49
                       : middle ? card.bottom() - card.height() * 0.26
                                : card.bottom() - 8;
  paint_bar(lettering, scene, instance, letter,
            {card.left() + inset + 1, bar_y - (tall ? 0 : bar_height / 2), card.width() - 2 * inset - 2,
             bar_height});
  if (!tall) return;
  const QRectF foot(card.left() + inset + 1, card.top() + 64, card.width() - 2 * inset - 2, 18);
  const QFont font = text_font(11.5);
  lettering.write_fitting(
      foot, Qt::AlignLeft | Qt::AlignVCenter,
      instance.down ? "sessions and rooms lost" : rooms_that_fit(instance, font, foot.width()), font,
      theme.muted);
}

void paint_row(Lettering& lettering, const Scene& scene, const SceneInstance& instance, Letter letter,
               const QRectF& row) {
  const Theme& theme = lettering.theme();
  const QColor colour = instance.down ? theme.error : theme.of(letter);
  lettering.panel(row, 5, theme.panel, theme.over_scene(colour, 0.6));
  const double chip = std::min(row.height() - 4, 18.0);
  const QRectF seat(row.left() + 4, row.center().y() - chip / 2, chip + 4, chip);
  lettering.chip(seat, letter, instance.down ? theme.faint : theme.of(letter));
  const QFont font = text_font(std::clamp(row.height() * 0.5, 10.0, 12.5), QFont::DemiBold);
  lettering.write({seat.right() + 6, row.top(), row.width() * 0.34, row.height()},
                  Qt::AlignLeft | Qt::AlignVCenter, QString::fromStdString(instance.name), font, theme.text);
  lettering.write({row.right() - 58, row.top(), 52, row.height()}, Qt::AlignRight | Qt::AlignVCenter,
                  instance.down ? "DOWN" : QString::number(instance.sessions), font,
                  instance.down ? theme.error : theme.text);
  const double left = seat.right() + 10 + row.width() * 0.34;
  const double right = row.right() - 64;
  if (right - left > 16)
    paint_bar(lettering, scene, instance, letter, {left, row.center().y() - 2.5, right - left, 5});
}

void paint_others(Lettering& lettering, const Scene& scene, const SceneLayout& places, const QRectF& row) {
  std::uint64_t sessions = 0;
  std::size_t count = scene.instances.size() - (places.instance_of_place().size() - 1);
  std::vector<bool> shown(scene.instances.size(), false);
  for (const int index : places.instance_of_place())
    if (index >= 0) shown[static_cast<std::size_t>(index)] = true;
  for (std::size_t i = 0; i < scene.instances.size(); ++i)
    if (!shown[i]) sessions += scene.instances[i].sessions;
  const Theme& theme = lettering.theme();
  lettering.panel(row, 5, theme.panel, theme.line);
  lettering.write(row.adjusted(8, 0, -60, 0), Qt::AlignLeft | Qt::AlignVCenter,
                  QString("%1 others").arg(count), text_font(11, QFont::DemiBold), theme.muted);
  lettering.write(row.adjusted(8, 0, -6, 0), Qt::AlignRight | Qt::AlignVCenter, QString::number(sessions),
                  text_font(11, QFont::DemiBold), theme.muted);
}

}  // namespace

QString down_text(Duration for_how_long) {
  return QString("DOWN %1 s").arg(std::chrono::duration<double>(for_how_long).count(), 0, 'f', 1);
}

void paint_instance_cards(Lettering& lettering, const Scene& scene, const SceneLayout& places) {
  for (std::size_t place = 0; place < places.instance_of_place().size(); ++place) {
    const int index = places.instance_of_place()[place];
    const QRectF rect = places.instance_places()[place];
    if (index < 0) {
      paint_others(lettering, scene, places, rect);
      continue;
    }
    const auto& instance = scene.instances[static_cast<std::size_t>(index)];
    if (places.instance_shape() == InstanceShape::card)
      paint_card(lettering, scene, instance, index, rect, places.form() == SceneForm::compact);
    else
      paint_row(lettering, scene, instance, index, rect);
  }
}

}  // namespace roundhouse::view
