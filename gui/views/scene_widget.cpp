#include "gui/views/scene_widget.h"

#include <QContextMenuEvent>
#include <QElapsedTimer>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QMenu>
#include <QMouseEvent>
#include <QPainterPath>
#include <QToolTip>
#include <QtMath>
#include <algorithm>
#include <functional>

#include "gui/views/cards.h"
#include "gui/views/client_layer.h"
#include "gui/views/legend.h"
#include "gui/views/lettering.h"
#include "gui/views/scene_accessible.h"

namespace roundhouse::view {
namespace {

constexpr double layers_apart_seconds = 0.1;
constexpr double dying_seconds = 0.8;
constexpr double ripple_seconds = 0.7;
constexpr double tail_spacing = 4.6;
// Thin lit links cost as much as everything else together; past so many nobody can tell them apart.
constexpr int lit_client_links_max = 60;
constexpr std::size_t tails_up_to = 600;

class Signature {
 public:
  void add(std::uint64_t value) {
    value_ = (value_ ^ value) * 0x9e3779b97f4a7c15U;
    value_ ^= value_ >> 29;
  }
  void add(const std::string& text) { add(std::hash<std::string>()(text)); }
  void add(EntityId entity) { add(std::uint64_t{entity.value}); }
  std::uint64_t value() const { return value_; }

 private:
  std::uint64_t value_ = 0x243f6a8885a308d3U;
};

double eased(double share) {
  return share * share * (3 - 2 * share);
}

double share_of(const SceneFlight& flight, Instant now) {
  const auto whole = static_cast<double>((flight.arrives - flight.departed).count());
  if (whole <= 0) return 1;
  return std::clamp(static_cast<double>((now - flight.departed).count()) / whole, 0.0, 1.0);
}

/// How far along its way a lost message comes. A dead receiver is reached, a cut link is not passed.
double reach_of(const SceneFlight& flight) {
  if (!flight.lost) return 1;
  return flight.cause == Cause::cut || flight.cause == Cause::timeout ? 0.5 : 0.86;
}

QColor faded(QColor colour, double alpha) {
  colour.setAlphaF(static_cast<float>(std::clamp(alpha, 0.0, 1.0)));
  return colour;
}

}  // namespace

SceneWidget::SceneWidget(const Theme& theme, SceneForm form, QWidget* parent)
    : QWidget(parent),
      theme_(&theme),
      form_(form),
      choice_(form == SceneForm::full ? signs_max : signs_a_side_max) {
  setAttribute(Qt::WA_OpaquePaintEvent);
  setFocusPolicy(Qt::StrongFocus);
  setMouseTracking(true);
  make_scenes_accessible();
}

void SceneWidget::show_scene(const Scene* scene, Moment moment) {
  scene_ = scene;
  moment_ = moment;
  place();
  if (scene_ != nullptr) {
    // What a moment looks like when one looks for it must not depend on where one came from.
    if (!moment.running) {
      choice_.forget();
      flashes_.forget();
    }
    choice_.choose(*scene_, selected_, moment.screen_seconds);
    const bool round =
        places_.client_shape() == ClientShape::card || places_.client_shape() == ClientShape::circle;
    flashes_.follow(*scene_, moment.second, round ? flash_seconds : cell_flash_seconds);
  }
  update();
}

void SceneWidget::set_side(int number, const QString& name) {
  side_ = number;
  side_name_ = name;
  still_shown_ = 0;
  update();
}

void SceneWidget::set_theme(const Theme& theme) {
  theme_ = &theme;
  atlas_ratio_ = 0;
  still_shown_ = 0;
  update();
}

void SceneWidget::set_form(SceneForm form) {
  if (form == form_) return;
  form_ = form;
  choice_ = SignChoice(form == SceneForm::full ? signs_max : signs_a_side_max);
  placed_for_ = 0;
  atlas_ratio_ = 0;
  place();
  update();
}

void SceneWidget::set_effort(Effort effort) {
  effort_ = effort;
}

void SceneWidget::select(EntityId entity) {
  selected_ = entity;
  update();
}

QRectF SceneWidget::rectOf(EntityId entity) const {
  return places_.rect_of(entity);
}

EntityId SceneWidget::entityAt(QPoint point) const {
  return places_.entity_at(point);
}

SceneCounts SceneWidget::counts() const {
  SceneCounts counts;
  if (scene_ == nullptr) return counts;
  counts.clients_by_home.assign(scene_->instances.size(), 0);
  for (const auto& client : scene_->clients) {
    if (client.home == no_letter)
      ++counts.homeless;
    else if (static_cast<std::size_t>(client.home) < counts.clients_by_home.size())
      ++counts.clients_by_home[static_cast<std::size_t>(client.home)];
  }
  counts.signs = static_cast<int>(choice_.drawn().size() + choice_.heaps().size());
  counts.in_flight = scene_->in_flight;
  counts.k = choice_.k();
  counts.flashes = static_cast<int>(flashes_.burning().size());
  return counts;
}

QString SceneWidget::description(EntityId entity) const {
  if (scene_ == nullptr || !entity) return {};
  if (const int row = places_.client_index(entity); row >= 0) {
    const auto& client = scene_->clients[static_cast<std::size_t>(row)];
    QStringList lines{QString::fromStdString(client.name)};
    lines << (client.session.empty() ? "no session" : "session " + QString::fromStdString(client.session));
    if (client.home != no_letter && static_cast<std::size_t>(client.home) < scene_->instances.size()) {
      const auto& home = scene_->instances[static_cast<std::size_t>(client.home)];
      lines << "home " + letter_text(client.home) + ", " + QString::fromStdString(home.name);
    }
    if (!client.room.empty()) lines << "room " + room_text(client.room);
    lines << (client.polling ? "long-polling" : "WebSocket");
    if (client.rejections > 0) lines << QString("400 Session ID unknown: %1").arg(client.rejections);
    return lines.join('\n');
  }
  if (const int index = places_.instance_index(entity); index >= 0) {
    const auto& instance = scene_->instances[static_cast<std::size_t>(index)];
    QStringList lines{QString::fromStdString(instance.name) + ", " + letter_text(index)};
    lines << (instance.down ? down_text(scene_->at - instance.since)
                            : QString("%1 sessions").arg(instance.sessions));
    for (const auto& room : instance.rooms)
      lines << room_text(room.room) + QString(": %1 members").arg(room.members);
    return lines.join('\n');
  }
  if (entity == scene_->proxy) return "Proxy\n" + QString::fromStdString(scene_->policy);
  if (entity == scene_->broker) return QString("Broker\n%1 channels").arg(scene_->channels.size());
  return {};
}

void SceneWidget::place() {
  if (scene_ == nullptr) {
    places_ = SceneLayout();
    placed_for_ = 0;
    return;
  }
  Signature signature;
  signature.add(static_cast<std::uint64_t>(width()) << 32 | static_cast<std::uint64_t>(height()));
  signature.add(static_cast<std::uint64_t>(form_));
  signature.add(scene_->clients.size());
  signature.add(scene_->instances.size());
  signature.add(scene_->channels.size());
  signature.add(scene_->has_broker ? 1U : 0U);
  signature.add(scene_->proxy);
  signature.add(scene_->broker);
  if (!scene_->clients.empty()) {
    signature.add(scene_->clients.front().entity);
    signature.add(scene_->clients.back().entity);
  }
  // Which instances have rows of their own depends on how busy they are.
  if (scene_->instances.size() > instance_rows_max)
    for (const auto& instance : scene_->instances) signature.add(std::uint64_t{instance.sessions});
  if (signature.value() == placed_for_) return;
  placed_for_ = signature.value();
  places_ = SceneLayout(*scene_, size(), form_);
}

std::uint64_t SceneWidget::still_signature() const {
  Signature signature;
  signature.add(placed_for_);
  signature.add(static_cast<std::uint64_t>(devicePixelRatioF() * 100));
  signature.add(theme_->light ? 1U : 2U);
  signature.add(selected_);
  const bool cards = places_.client_shape() == ClientShape::card;
  for (const auto& client : scene_->clients) {
    signature.add(static_cast<std::uint64_t>(client.home + 1) << 1 | (client.polling ? 1U : 0U));
    if (!cards && client.entity != selected_) continue;
    signature.add(client.session);
    signature.add(client.room);
  }
  for (const auto& instance : scene_->instances) signature.add(instance.down ? 1U : 0U);
  signature.add((scene_->broker_down ? 1U : 0U) | (scene_->proxy_down ? 2U : 0U));
  return signature.value();
}

std::uint64_t SceneWidget::card_signature() const {
  Signature signature;
  signature.add(scene_->policy);
  for (const auto& instance : scene_->instances) {
    signature.add(std::uint64_t{instance.sessions} << 2 | (instance.down ? 1U : 0U) |
                  (instance.paused ? 2U : 0U));
    signature.add(static_cast<std::uint64_t>(instance.predicted_share * 1e6));
    if (instance.down)
      signature.add(static_cast<std::uint64_t>((scene_->at - instance.since).count() / 100'000'000));
    for (const auto& room : instance.rooms) {
      signature.add(room.room);
      signature.add(std::uint64_t{room.members});
    }
  }
  for (const auto& decision : scene_->decisions) {
    signature.add(decision.who);
    signature.add(static_cast<std::uint64_t>(decision.to + 1) << 3 |
                  static_cast<std::uint64_t>(decision.result));
  }
  const double whole = static_cast<double>(std::max<std::int64_t>(moment_.second.count(), 1));
  for (const auto& channel : scene_->channels) {
    signature.add(channel.name);
    signature.add(std::uint64_t{channel.members});
    for (const bool present : channel.present) signature.add(present ? 1U : 0U);
    for (const float recent : channel.recent) signature.add(static_cast<std::uint64_t>(recent * 100));
    const bool fresh = channel.published_at <= scene_->at &&
                       static_cast<double>((scene_->at - channel.published_at).count()) / whole < 0.6;
    signature.add(fresh ? 1U : 0U);
  }
  return signature.value();
}

void SceneWidget::renew_layers() {
  if (atlas_ratio_ != devicePixelRatioF()) {
    atlas_ratio_ = devicePixelRatioF();
    atlas_ = SpriteAtlas(*theme_, atlas_ratio_, form_ == SceneForm::full ? 1.0 : 0.8);
  }
  const bool fitting = ground_.size() == size() * devicePixelRatioF();
  const double waited = moment_.screen_seconds - layers_at_;
  if (moment_.running && fitting && still_shown_ != 0 && waited >= 0 && waited < layers_apart_seconds) return;
  const auto still = still_signature();
  const auto cards = card_signature();
  if (fitting && still == still_shown_ && cards == cards_shown_) return;
  layers_at_ = moment_.screen_seconds;
  if (still != still_shown_ || !fitting) paint_still_layer();
  still_shown_ = still;
  cards_shown_ = cards;
  paint_ground();
}

void SceneWidget::paint_still_layer() {
  still_ = QPixmap(size() * devicePixelRatioF());
  still_.setDevicePixelRatio(devicePixelRatioF());
  QPainter painter(&still_);
  painter.setRenderHint(QPainter::Antialiasing);
  painter.fillRect(rect(), theme_->window);
  painter.setPen(QPen(theme_->faint_line, 1));
  painter.setBrush(theme_->scene);
  painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 10, 10);
  Lettering lettering(painter, *theme_);
  paint_titles(lettering);
  if (form_ == SceneForm::full) paint_legend(lettering);
  paint_links(painter, *scene_, places_, *theme_);
  paint_selected_path(painter, *scene_, places_, *theme_, selected_);
  paint_clients(lettering, *scene_, places_);
  still_shortened_ = lettering.shortened();
}

void SceneWidget::paint_ground() {
  ground_ = still_;
  QPainter painter(&ground_);
  painter.setRenderHint(QPainter::Antialiasing);
  Lettering lettering(painter, *theme_);
  paint_proxy_card(lettering, *scene_, places_);
  paint_instance_cards(lettering, *scene_, places_);
  paint_broker_card(lettering, *scene_, places_, moment_.second);
  shortened_ = still_shortened_ + lettering.shortened();
}

void SceneWidget::paint_titles(Lettering& lettering) const {
  QFont font = text_font(form_ == SceneForm::full ? 11.5 : 10.5, QFont::Bold);
  font.setLetterSpacing(QFont::AbsoluteSpacing, form_ == SceneForm::full ? 1.3 : 1.0);
  const auto title = [&](const QRectF& below, const QString& text) {
    const double width = QFontMetricsF(font).horizontalAdvance(text) + 2;
    QRectF place(below.center().x() - width / 2, places_.title_line() - 10, width, 20);
    place.moveLeft(std::clamp(place.left(), 4.0, std::max(4.0, this->width() - width - 4)));
    lettering.write(place, Qt::AlignCenter, text, font, theme_->faint);
  };
  const bool wide = form_ == SceneForm::full;
  title(places_.client_area(), QString("CLIENTS  %1").arg(scene_->clients.size()));
  title(places_.proxy(), "PROXY");
  const QRectF instances =
      places_.instance_places().empty() ? QRectF(width() * 0.66, 0, 1, 1) : places_.instance_places().front();
  title(instances, wide ? QString("APP INSTANCES  %1").arg(scene_->instances.size()) : "INSTANCES");
  title(places_.broker(), "BROKER");
  if (side_ == 0) return;
  const QRectF chip(16, 11, 24, 24);
  const QColor ground = side_ == 1 ? theme_->text : theme_->accent;
  lettering.painter().setPen(Qt::NoPen);
  lettering.painter().setBrush(ground);
  lettering.painter().drawRoundedRect(chip, 5, 5);
  lettering.write(chip, Qt::AlignCenter, QString::number(side_), text_font(14, QFont::Bold), ink_on(ground));
  lettering.write({chip.right() + 8, 10, width() - chip.right() - 24.0, 26}, Qt::AlignLeft | Qt::AlignVCenter,
                  side_name_, text_font(15, QFont::Bold), theme_->text);
}

void SceneWidget::paint_legend(Lettering& lettering) {
  // The right end belongs to the number in flight, which changes with every frame.
  view::paint_legend(lettering, places_.legend().adjusted(0, 0, -220, 0));
}

void SceneWidget::paintEvent(QPaintEvent*) {
  QElapsedTimer watch;
  watch.start();
  QPainter painter(this);
  if (scene_ == nullptr) {
    painter.fillRect(rect(), theme_->window);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(theme_->faint_line, 1));
    painter.setBrush(theme_->scene);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 10, 10);
    return;
  }
  place();
  renew_layers();
  painter.drawPixmap(0, 0, ground_);
  painter.setRenderHint(QPainter::Antialiasing);
  if (effort_ != Effort::no_lit_links) paint_lit_ways(painter);
  paint_ripples(painter);
  paint_flashes(painter);
  paint_signs(painter);
  paint_heaps(painter);
  Lettering lettering(painter, *theme_);
  paint_selected_ring(lettering, *scene_, places_, selected_);
  paint_status(painter);
  painter.end();
  paint_milliseconds_ = static_cast<double>(watch.nsecsElapsed()) / 1e6;
}

void SceneWidget::paint_lit_ways(QPainter& painter) const {
  // For each way between cards the sign that came furthest lights it; ways of clients are lit singly, thin where there are many.
  struct Lit {
    Curve way;
    double share = 0;
    Letter colour = no_letter;
    EntityId from, to;
  };
  std::vector<Lit> thick;
  std::vector<std::pair<Letter, QPainterPath>> thin(letter_colours + 1);
  const bool cards = places_.client_shape() == ClientShape::card;
  const bool cells =
      places_.client_shape() == ClientShape::cell || places_.client_shape() == ClientShape::merged;
  int client_links = 0;
  for (const auto index : choice_.drawn()) {
    const SceneFlight& flight = scene_->flights[index];
    Curve way;
    if (flight.lost || flight.sign == Sign::rejected || !places_.way(flight.from, flight.to, way)) continue;
    const double share = eased(share_of(flight, scene_->at));
    const bool at_client = places_.client_index(flight.from) >= 0 || places_.client_index(flight.to) >= 0;
    if (at_client && cells) continue;
    if (at_client) {
      if (client_links++ >= lit_client_links_max) continue;
      const auto slot =
          static_cast<std::size_t>(flight.colour < 0 ? letter_colours : flight.colour % letter_colours);
      thin[slot].first = flight.colour;
      way.between(0, share).add_to(thin[slot].second);
      continue;
    }
    const auto same = std::find_if(thick.begin(), thick.end(), [&](const Lit& lit) {
      return lit.from == flight.from && lit.to == flight.to;
    });
    if (same == thick.end())
      thick.push_back({way, share, flight.colour, flight.from, flight.to});
    else if (share > same->share)
      *same = {way, share, flight.colour, flight.from, flight.to};
  }
  for (const auto& [letter, path] : thin) {
    if (path.isEmpty()) continue;
    painter.strokePath(path, QPen(faded(theme_->of(letter), cards ? 0.75 : 0.55), cards ? 2.2 : 1));
  }
  for (const Lit& lit : thick) {
    QPainterPath path;
    lit.way.between(0, lit.share).add_to(path);
    painter.strokePath(path, QPen(faded(theme_->of(lit.colour), theme_->light ? 0.18 : 0.2),
                                  form_ == SceneForm::full ? 7.5 : 5, Qt::SolidLine, Qt::FlatCap));
    painter.strokePath(path, QPen(faded(theme_->of(lit.colour), 0.8), form_ == SceneForm::full ? 2.4 : 1.8,
                                  Qt::SolidLine, Qt::FlatCap));
  }
}

void SceneWidget::paint_signs(QPainter& painter) {
  fragments_.clear();
  const bool cells =
      places_.client_shape() == ClientShape::cell || places_.client_shape() == ClientShape::merged;
  const bool tails = effort_ == Effort::all && choice_.drawn().size() <= tails_up_to && !cells;
  const auto strength =
      choice_.drawn().size() <= tails_up_to && !cells ? SignStrength::glowing : SignStrength::plain;
  const double whole = static_cast<double>(std::max<std::int64_t>(moment_.second.count(), 1));
  for (const auto index : choice_.drawn()) {
    const SceneFlight& flight = scene_->flights[index];
    Curve way;
    if (!places_.way(flight.from, flight.to, way)) continue;
    const double share = eased(share_of(flight, scene_->at)) * reach_of(flight);
    const bool dead = flight.lost && scene_->at >= flight.arrives;
    const QPointF across = way.to - way.from;
    const double length = std::max(std::hypot(across.x(), across.y()), 1.0);
    // Messages of one fan-out travel together; a little to the side of each other they are seen as many.
    QPointF aside;
    if (places_.client_index(flight.from) < 0 && places_.client_index(flight.to) < 0 &&
        flight.sign != Sign::publish && flight.sign != Sign::copy) {
      const auto spread = (flight.message.value * 7919 + flight.client.value * 104729) % 9;
      aside = QPointF(0, (static_cast<double>(spread) - 4) * 1.5 * std::sin(M_PI * share));
    }
    if (tails && !dead) {
      for (int piece = SpriteAtlas::tail_pieces - 1; piece >= 0; --piece) {
        const double behind = share - tail_spacing * (piece + 1) / length;
        if (behind > 0)
          fragments_.push_back(atlas_.tail(flight.sign, flight.colour, piece, way.at(behind) + aside));
      }
    }
    const Sign sign = dead ? Sign::rejected : flight.sign;
    auto fragment = atlas_.sign(sign, flight.colour, strength, way.at(share) + aside, way.angle_at(share));
    if (dead) {
      const double age = static_cast<double>((scene_->at - flight.arrives).count()) / whole / dying_seconds;
      if (age >= 1) continue;
      fragment.opacity = 1 - age;
      fragment.scaleX *= 1 + 0.4 * age;
      fragment.scaleY *= 1 + 0.4 * age;
    }
    fragments_.push_back(fragment);
  }
  if (!fragments_.empty())
    painter.drawPixmapFragments(fragments_.data(), static_cast<int>(fragments_.size()), atlas_.pixmap());
}

void SceneWidget::paint_heaps(QPainter& painter) const {
  Lettering lettering(painter, *theme_);
  for (const auto& heap : choice_.heaps()) {
    Curve way;
    if (!places_.way(heap.from, heap.to, way)) continue;
    const QPointF at = way.at(0.5);
    const auto fragment = atlas_.sign(Sign::rejected, no_letter, SignStrength::glowing, at, 0);
    painter.drawPixmapFragments(&fragment, 1, atlas_.pixmap());
    lettering.write({at.x() + 8, at.y() - 8, 46, 16}, Qt::AlignLeft | Qt::AlignVCenter,
                    QString("×%1").arg(heap.count), text_font(10.5, QFont::Bold), theme_->error);
  }
}

void SceneWidget::paint_flashes(QPainter& painter) const {
  const bool cells =
      places_.client_shape() == ClientShape::cell || places_.client_shape() == ClientShape::merged;
  Lettering lettering(painter, *theme_);
  const QColor ink = theme_->light ? QColor(Qt::white) : QColor("#1a0b05");
  for (const Flash& flash : flashes_.burning()) {
    const QRectF face = places_.client_face(flash.client);
    const double share = flash.age / (cells ? cell_flash_seconds : flash_seconds);
    if (cells) {
      painter.setPen(Qt::NoPen);
      painter.setBrush(faded(theme_->error, 0.4 * (1 - share)));
      const double grown = face.width() * 0.55 * share + 1;
      painter.drawRect(face.adjusted(-grown, -grown, grown, grown));
      painter.setBrush(faded(theme_->error, 1 - 0.55 * share));
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
    painter.setPen(QPen(faded(theme_->error, 0.75 * (1 - share)), 2));
    painter.setBrush(faded(theme_->error, 0.26 * (1 - share)));
    painter.drawEllipse(face.center(), grown, grown);
    painter.setPen(Qt::NoPen);
    painter.setBrush(faded(theme_->error, share < 0.45 ? 1 : 1 - (share - 0.45) * 1.1));
    painter.drawEllipse(face.center(), radius, radius);
    const auto& client = scene_->clients[flash.client];
    const double size = std::max(10.0, face.width() * 0.36);
    painter.setFont(text_font(size, QFont::Bold));
    painter.setPen(ink);
    painter.drawText(face, Qt::AlignCenter | Qt::TextDontClip, "400");
    if (client.rejections > 1 && radius >= 10) {
      const QRectF badge(face.right() - 7, face.top() - 6, 22, 13);
      lettering.write(badge, Qt::AlignLeft | Qt::AlignVCenter, QString("×%1").arg(client.rejections),
                      text_font(10, QFont::Bold), theme_->error);
    }
  }
}

void SceneWidget::paint_ripples(QPainter& painter) const {
  if (!scene_->has_broker) return;
  const double whole = static_cast<double>(std::max<std::int64_t>(moment_.second.count(), 1));
  for (std::size_t i = 0; i < places_.channels_shown(); ++i) {
    const auto& channel = scene_->channels[i];
    if (channel.published_at > scene_->at) continue;
    const double share =
        static_cast<double>((scene_->at - channel.published_at).count()) / whole / ripple_seconds;
    if (share >= 1) continue;
    const QPointF at(places_.broker().left(), places_.channel(i).center().y());
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(faded(theme_->accent, 0.85 * (1 - share)), 1.8));
    painter.drawEllipse(at, 5 + 22 * share, 5 + 22 * share);
  }
}

void SceneWidget::paint_status(QPainter& painter) const {
  Lettering lettering(painter, *theme_);
  QString text = QString("%1 in flight").arg(scene_->in_flight);
  if (form_ == SceneForm::full || choice_.k() > 1)
    text += QString("  ·  1 dot = %1 message%2").arg(choice_.k()).arg(choice_.k() == 1 ? "" : "s");
  const bool many = choice_.k() > 1;
  const QRectF place(width() - 244.0, places_.legend().top(), 220, places_.legend().height());
  lettering.write(form_ == SceneForm::full ? place : QRectF(width() - 244.0, height() - 28.0, 226, 22),
                  Qt::AlignRight | Qt::AlignVCenter, text,
                  text_font(11.5, many ? QFont::DemiBold : QFont::Medium),
                  many ? theme_->notice : theme_->soft);
}

void SceneWidget::resizeEvent(QResizeEvent*) {
  place();
}

void SceneWidget::mousePressEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton) return;
  Q_EMIT chosen(entityAt(event->position().toPoint()));
}

void SceneWidget::keyPressEvent(QKeyEvent* event) {
  if (event->key() == Qt::Key_Up || event->key() == Qt::Key_Down)
    step_selection(event->key() == Qt::Key_Up ? -1 : 1);
  else
    QWidget::keyPressEvent(event);
}

void SceneWidget::step_selection(int by) {
  if (scene_ == nullptr || scene_->clients.empty()) return;
  const int count = static_cast<int>(scene_->clients.size());
  const int row = places_.client_index(selected_);
  const int next = row < 0 ? 0 : (row + by + count) % count;
  Q_EMIT chosen(scene_->clients[static_cast<std::size_t>(next)].entity);
}

void SceneWidget::contextMenuEvent(QContextMenuEvent* event) {
  if (scene_ == nullptr) return;
  const int index = places_.instance_index(entityAt(event->pos()));
  if (index < 0) return;
  const QString name = QString::fromStdString(scene_->instances[static_cast<std::size_t>(index)].name);
  QMenu menu(this);
  menu.setObjectName("menuInstance");
  menu.setAccessibleName("What to do with " + name);
  for (const QString verb : {"kill", "restart", "pause", "continue"})
    menu.addAction(verb + ' ' + name, this, [this, verb, name] { Q_EMIT asked(verb, name); });
  menu.exec(event->globalPos());
}

bool SceneWidget::event(QEvent* event) {
  if (event->type() == QEvent::ToolTip) {
    const auto* help = static_cast<QHelpEvent*>(event);
    const QString text = description(entityAt(help->pos()));
    if (text.isEmpty())
      QToolTip::hideText();
    else
      QToolTip::showText(help->globalPos(), text, this);
    return true;
  }
  return QWidget::event(event);
}

}  // namespace roundhouse::view
