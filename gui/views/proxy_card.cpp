#include <QPainterPath>
#include <QtMath>
#include <algorithm>

#include "gui/views/cards.h"

namespace roundhouse::view {
namespace {

void paint_pointer(Lettering& lettering, const Scene& scene, const QRectF& place) {
  QPainter& painter = lettering.painter();
  const Theme& theme = lettering.theme();
  const auto count = scene.instances.size();
  const QPointF middle = place.center();
  const double seat = std::clamp(place.height() * 0.13, 9.0, 11.0);
  const double radius = std::min(place.height(), 78.0) / 2 - seat;
  const Letter next = scene.decisions.empty() ? no_letter : scene.decisions.front().to;
  for (std::size_t i = 0; i < count && i < 12; ++i) {
    const double turn =
        2 * M_PI * static_cast<double>(i) / static_cast<double>(std::min<std::size_t>(count, 12));
    const QPointF at = middle + QPointF(std::sin(turn), -std::cos(turn)) * radius;
    const Letter letter = static_cast<Letter>(i);
    const bool chosen = letter == next;
    const bool down = scene.instances[i].down;
    const QColor colour = down ? theme.of(no_letter) : theme.of(letter);
    QPen pen(theme.edge(colour), 1.6);
    if (down) pen.setStyle(Qt::DotLine);
    painter.setPen(pen);
    painter.setBrush(chosen ? colour : theme.panel);
    painter.drawEllipse(at, seat, seat);
    painter.setFont(text_font(11, QFont::Bold));
    painter.setPen(chosen ? ink_on(colour) : theme.text);
    painter.drawText(QRectF(at.x() - seat, at.y() - seat, 2 * seat, 2 * seat),
                     Qt::AlignCenter | Qt::TextDontClip, letter_text(letter));
    if (!chosen) continue;
    painter.setPen(QPen(theme.text, 2, Qt::SolidLine, Qt::RoundCap));
    painter.drawLine(middle, middle + (at - middle) * ((radius - seat - 3) / radius));
  }
  painter.setPen(Qt::NoPen);
  painter.setBrush(theme.text);
  painter.drawEllipse(middle, 2.4, 2.4);
}

void paint_cookies(Lettering& lettering, const Scene& scene, const QRectF& place) {
  const Theme& theme = lettering.theme();
  // The newest row of each session, as the proxy's cookie table would hold them.
  std::vector<const SceneDecision*> rows;
  for (const auto& decision : scene.decisions) {
    const auto same = [&](const SceneDecision* other) { return other->who == decision.who; };
    if (decision.to != no_letter && std::none_of(rows.begin(), rows.end(), same)) rows.push_back(&decision);
  }
  constexpr double pitch = 17;
  const auto fitting = static_cast<std::size_t>(std::max(1.0, (place.height() - 8) / pitch));
  rows.resize(std::min({rows.size(), fitting, std::size_t{3}}));
  const double height = pitch * std::max<double>(static_cast<double>(rows.size()), 1) + 8;
  const double width = std::min(place.width(), 86.0);
  const QRectF box(place.center().x() - width / 2, place.center().y() - height / 2, width, height);
  lettering.panel(box, 5, theme.raised, theme.line);
  double y = box.top() + 4;
  if (rows.empty()) lettering.write(box, Qt::AlignCenter, "no cookie yet", text_font(10), theme.faint);
  for (const auto* row : rows) {
    lettering.write({box.left() + 7, y, box.width() - 30, pitch}, Qt::AlignVCenter | Qt::AlignLeft,
                    QString::fromStdString(row->who).left(4), mono_font(11), theme.soft);
    lettering.chip({box.right() - 20, y + 2, 14, 13}, row->to, theme.of(row->to));
    y += pitch;
  }
}

std::uint32_t spread(const std::string& name, int n) {
  std::uint32_t x = 2166136261U;
  for (const char c : name + '#' + std::to_string(n)) x = (x ^ static_cast<std::uint8_t>(c)) * 16777619U;
  x ^= x >> 15;
  return (x * 0x2c1b3c6dU) >> 12;
}

/// Where instances own the circle. For consistent hashing each owns many arcs, otherwise one slot after the other.
std::vector<std::pair<double, Letter>> arcs_of(const Scene& scene) {
  std::vector<std::pair<double, Letter>> arcs;
  const bool consistent = scene.policy.find("consistent") != std::string::npos;
  const int each = consistent ? 11 : 1;
  const double whole = 1U << 20;
  for (std::size_t i = 0; i < scene.instances.size(); ++i) {
    if (scene.instances[i].down) continue;
    for (int n = 0; n < each; ++n) {
      const double begin = consistent ? spread(scene.instances[i].name, n) / whole
                                      : static_cast<double>(i) / static_cast<double>(scene.instances.size());
      arcs.emplace_back(begin, static_cast<Letter>(i));
    }
  }
  std::sort(arcs.begin(), arcs.end());
  return arcs;
}

void paint_wheel(Lettering& lettering, const Scene& scene, const QRectF& place) {
  QPainter& painter = lettering.painter();
  const Theme& theme = lettering.theme();
  const double across = std::min({place.height(), place.width(), 94.0});
  const double thick = across * 0.13;
  const QRectF ring(place.center().x() - (across - thick) / 2, place.center().y() - (across - thick) / 2,
                    across - thick, across - thick);
  const auto arcs = arcs_of(scene);
  for (std::size_t i = 0; i < arcs.size(); ++i) {
    const double end = i + 1 < arcs.size() ? arcs[i + 1].first : arcs.front().first + 1;
    const double gap = 0.004;
    painter.setPen(QPen(theme.of(arcs[i].second), thick, Qt::SolidLine, Qt::FlatCap));
    painter.setBrush(Qt::NoBrush);
    const double length = std::max(end - arcs[i].first - gap, 0.002);
    painter.drawArc(ring, qRound((0.25 - arcs[i].first) * 360 * 16), -qRound(length * 360 * 16));
  }
  const bool consistent = scene.policy.find("consistent") != std::string::npos;
  const QStringList words = consistent ? QStringList{"hash", "ring"} : QStringList{"hash", "mod n"};
  for (int i = 0; i < 2; ++i) {
    const QRectF line(ring.left(), ring.center().y() + (i - 1) * 14.5, ring.width(), 14.5);
    lettering.write(line, Qt::AlignCenter, words[i], text_font(11), theme.muted);
  }
}

/// Of names such as client-12 the number tells who it is.
QString name_that_fits(const std::string& who, const QFont& font, double width) {
  QString name = QString::fromStdString(who);
  if (QFontMetricsF(font).horizontalAdvance(name) <= width) return name;
  const auto number = name.lastIndexOf('-');
  return number < 0 ? name : u'…' + name.mid(number);
}

void paint_decision(Lettering& lettering, const SceneDecision& decision, const QRectF& row, double wide) {
  const Theme& theme = lettering.theme();
  const bool narrow = wide < 126;
  const double size = narrow ? 10 : 12;
  const double chip = narrow ? 13 : 15;
  // A wide card has room for names such as client-12 as they are.
  const bool roomy = wide >= 150;
  const double who = row.width() * (narrow ? 0.34 : roomy ? 0.47 : 0.32);
  const double arrow = row.width() * (narrow || roomy ? 0.12 : 0.2);
  double x = row.left();
  lettering.write({x, row.top(), who + 2, row.height()}, Qt::AlignLeft | Qt::AlignVCenter,
                  name_that_fits(decision.who, mono_font(size), who + 1), mono_font(size), theme.soft);
  x += who;
  lettering.painter().setPen(QPen(theme.faint, 1.1));
  const double middle = row.center().y();
  const double tip = x + arrow * 0.78;
  const double begin = std::max(x + arrow * 0.2, tip - 9);
  lettering.painter().drawLine(QPointF(begin, middle), QPointF(tip, middle));
  lettering.painter().drawLine(QPointF(tip - 3, middle - 3), QPointF(tip, middle));
  lettering.painter().drawLine(QPointF(tip - 3, middle + 3), QPointF(tip, middle));
  x += arrow;
  const QRectF seat(x + 1, middle - chip / 2, chip + 1, chip);
  if (decision.to == no_letter)
    lettering.write(seat, Qt::AlignCenter, "-", text_font(size), theme.faint);
  else
    lettering.chip(seat, decision.to, theme.of(decision.to));
  x += chip + (narrow ? 5 : 8);
  const bool bad = decision.result == SceneDecision::Result::rejected;
  lettering.write({x, row.top(), row.right() - x + 4, row.height()}, Qt::AlignLeft | Qt::AlignVCenter,
                  result_text(decision.result), text_font(size, bad ? QFont::Bold : QFont::Medium),
                  bad ? theme.error : theme.soft);
}

constexpr double decision_pitch = 17;
constexpr double reason_pitch = 12;

/// Writes the lines below each other and returns where the next one would stand.
double write_lines(Lettering& lettering, const QStringList& lines, const QRectF& place, double y,
                   const QColor& colour) {
  for (const QString& line : lines) {
    lettering.write_fitting({place.left(), y, place.width(), reason_pitch}, Qt::AlignLeft | Qt::AlignVCenter,
                            line, text_font(font_pixels_min), colour);
    y += reason_pitch;
  }
  return y;
}

/// What the proxy holds against its peers; of many as many as leave room for decisions.
double paint_failed_peers(Lettering& lettering, const Scene& scene, const QRectF& place, double y) {
  const double limit = y + (place.bottom() - y) * 0.4;
  for (const ScenePeer& peer : scene.failed_peers) {
    const QStringList lines =
        Lettering::lines_of(peer_words(peer), text_font(font_pixels_min), place.width());
    if (y + reason_pitch * static_cast<double>(lines.size()) > limit) break;
    y = write_lines(lettering, lines, place, y, lettering.theme().error);
  }
  return y;
}

/// Why it went there, and who was passed over for what reason.
QStringList reason_lines(const SceneDecision& decision, double width) {
  const QFont font = text_font(font_pixels_min);
  QStringList lines = Lettering::lines_of(QString::fromStdString(decision.reason), font, width);
  for (const std::string& passed : decision.passed)
    lines += Lettering::lines_of("not " + QString::fromStdString(passed), font, width);
  return lines;
}

/// The newest first, each whole or not at all. A narrow card has no room for reasons: its tooltip has them.
int paint_decisions(Lettering& lettering, const Scene& scene, const QRectF& place, bool reasons,
                    double wide) {
  double y = place.top();
  double opacity = 1;
  int written = 0;
  for (const SceneDecision& decision : scene.decisions) {
    const QStringList lines = reasons ? reason_lines(decision, place.width()) : QStringList();
    const double height =
        decision_pitch + reason_pitch * static_cast<double>(lines.size()) + (reasons ? 2 : 0);
    if (y + height > place.bottom()) break;
    lettering.painter().setOpacity(opacity);
    paint_decision(lettering, decision, {place.left(), y, place.width(), decision_pitch}, wide);
    write_lines(lettering, lines, place, y + decision_pitch - 1, lettering.theme().muted);
    y += height;
    opacity = std::max(0.5, opacity - 0.11);
    ++written;
  }
  lettering.painter().setOpacity(1);
  return written;
}

}  // namespace

QString result_text(SceneDecision::Result result) {
  switch (result) {
    case SceneDecision::Result::pending:
      return "...";
    case SceneDecision::Result::ok:
      return "ok";
    case SceneDecision::Result::fresh:
      return "new";
    case SceneDecision::Result::rejected:
      return "400";
    case SceneDecision::Result::passed_on:
      return "next";
  }
  return {};
}

QString peer_words(const ScenePeer& peer) {
  const QString name =
      peer.letter == no_letter ? QString::fromStdString(peer.name) : letter_text(peer.letter);
  const QString fails = QString("fails %1, max_fails %2").arg(peer.fails).arg(peer.fails_max);
  switch (peer.phase) {
    case ScenePeer::Phase::out:
      return name + ": " + fails + ", out until " +
             QString::number(static_cast<double>(peer.until.ns) / 1e9, 'g', 4) + " s";
    case ScenePeer::Phase::probation:
      return name + ": " + fails + ", one try after fail_timeout";
    case ScenePeer::Phase::failed:
    case ScenePeer::Phase::back:
      break;
  }
  return name + ": " + fails;
}

ProxyFace face_of(const std::string& policy) {
  if (policy.find("cookie") != std::string::npos) return ProxyFace::cookies;
  if (policy.find("hash") != std::string::npos) return ProxyFace::wheel;
  return ProxyFace::pointer;
}

int paint_proxy_card(Lettering& lettering, const Scene& scene, const SceneLayout& places) {
  const Theme& theme = lettering.theme();
  const QRectF card = places.proxy();
  lettering.panel(card, 12, theme.panel, scene.proxy_down ? theme.error : theme.line);
  const double title = places.ease() > 0.5 ? 16 : 13.5;
  lettering.write({card.left() + 4, card.top() + 10, card.width() - 8, 22}, Qt::AlignCenter, "Proxy",
                  text_font(title, QFont::Bold), theme.text);
  lettering.write_fitting({card.left() + 4, card.top() + 30, card.width() - 8, 18}, Qt::AlignCenter,
                          scene.proxy_down ? "DOWN" : QString::fromStdString(scene.policy),
                          text_font(places.ease() > 0.5 ? 13 : 11, QFont::DemiBold),
                          scene.proxy_down ? theme.error : theme.accent);
  const double face_height = std::clamp(card.height() * 0.25, 54.0, 96.0);
  const QRectF face(card.left() + 8, card.top() + 56, card.width() - 16, face_height);
  switch (face_of(scene.policy)) {
    case ProxyFace::pointer:
      paint_pointer(lettering, scene, face);
      break;
    case ProxyFace::cookies:
      paint_cookies(lettering, scene, face);
      break;
    case ProxyFace::wheel:
      paint_wheel(lettering, scene, face);
      break;
  }
  const double inset = card.width() < 110 ? 9 : 13;
  const QRectF inside(card.left() + inset, face.bottom() + 6, card.width() - 2 * inset,
                      card.bottom() - face.bottom() - 10);
  const bool reasons = places.form() == SceneForm::full;
  const double below = reasons ? paint_failed_peers(lettering, scene, inside, inside.top()) : inside.top();
  const QRectF heading(inside.left(), below + 2, inside.width(), 16);
  lettering.write_fitting(heading, Qt::AlignLeft | Qt::AlignVCenter, "last decisions",
                          text_font(card.width() < 110 ? 10 : 11), theme.faint);
  const QRectF list(heading.left(), heading.bottom() + 4, heading.width(),
                    card.bottom() - 4 - heading.bottom() - 4);
  return paint_decisions(lettering, scene, list, reasons, card.width());
}

}  // namespace roundhouse::view
