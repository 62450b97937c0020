#include "gui/views/sign_layer.h"

#include <QPainterPath>
#include <QtMath>
#include <algorithm>
#include <cmath>

#include "gui/views/lettering.h"

namespace roundhouse::view {
namespace {

constexpr double dying_seconds = 0.8;
constexpr double tail_spacing = 4.6;
// Thin lit links cost as much as everything else together; past so many nobody can tell them apart.
constexpr int lit_client_links_max = 60;
constexpr std::size_t tails_up_to = 600;

double eased(double share) {
  return share * share * (3 - 2 * share);
}

double share_of(const SceneFlight& flight, Instant now) {
  const auto whole = static_cast<double>((flight.arrives - flight.departed).count());
  if (whole <= 0) return 1;
  return std::clamp(static_cast<double>((now - flight.departed).count()) / whole, 0.0, 1.0);
}

}  // namespace

void SignLayer::prepare(const Theme& theme, double pixel_ratio, SceneForm form) {
  if (theme_ == &theme && ratio_ == pixel_ratio && form_ == form) return;
  theme_ = &theme;
  ratio_ = pixel_ratio;
  form_ = form;
  atlas_ = SpriteAtlas(theme, pixel_ratio, form == SceneForm::full ? 1.0 : 0.8);
}

void SignLayer::paint_lit_ways(QPainter& painter, const SignSight& sight, Effort effort) const {
  if (effort == Effort::no_lit_links) return;
  const Scene& scene = sight.scene;
  const SceneLayout& places = sight.places;
  const SignChoice& choice = sight.choice;
  const Theme& theme = sight.theme;
  // For each way between cards the sign that came furthest lights it; ways of clients are lit singly, thin where there are many.
  struct Lit {
    Curve way;
    double share = 0;
    Letter colour = no_letter;
    EntityId from, to;
  };
  std::vector<Lit> thick;
  std::vector<std::pair<Letter, QPainterPath>> thin(letter_colours + 1);
  const bool cards = places.client_shape() == ClientShape::card;
  const bool cells =
      places.client_shape() == ClientShape::cell || places.client_shape() == ClientShape::merged;
  int client_links = 0;
  for (const auto index : choice.drawn()) {
    const SceneFlight& flight = scene.flights[index];
    Curve way;
    if (flight.lost || flight.sign == Sign::rejected || !places.way(flight.from, flight.to, way)) continue;
    const double share = eased(share_of(flight, scene.at));
    const bool at_client = places.client_index(flight.from) >= 0 || places.client_index(flight.to) >= 0;
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
    painter.strokePath(path, QPen(faded(theme.of(letter), cards ? 0.75 : 0.55), cards ? 2.2 : 1));
  }
  for (const Lit& lit : thick) {
    QPainterPath path;
    lit.way.between(0, lit.share).add_to(path);
    painter.strokePath(path, QPen(faded(theme.of(lit.colour), theme.light ? 0.18 : 0.2),
                                  places.form() == SceneForm::full ? 7.5 : 5, Qt::SolidLine, Qt::FlatCap));
    painter.strokePath(path, QPen(faded(theme.of(lit.colour), 0.8),
                                  places.form() == SceneForm::full ? 2.4 : 1.8, Qt::SolidLine, Qt::FlatCap));
  }
}

void SignLayer::paint_signs(QPainter& painter, const SignSight& sight, Effort effort) {
  const Scene& scene = sight.scene;
  const SceneLayout& places = sight.places;
  const SignChoice& choice = sight.choice;
  fragments_.clear();
  const bool cells =
      places.client_shape() == ClientShape::cell || places.client_shape() == ClientShape::merged;
  const bool tails = effort == Effort::all && choice.drawn().size() <= tails_up_to && !cells;
  const auto strength =
      choice.drawn().size() <= tails_up_to && !cells ? SignStrength::glowing : SignStrength::plain;
  const double whole = static_cast<double>(std::max<std::int64_t>(sight.second.count(), 1));
  for (const auto index : choice.drawn()) {
    const SceneFlight& flight = scene.flights[index];
    Curve way;
    if (!places.way(flight.from, flight.to, way)) continue;
    const double share = eased(share_of(flight, scene.at)) * static_cast<double>(flight.reached);
    const bool dead = flight.lost && scene.at >= flight.arrives;
    const QPointF across = way.to - way.from;
    const double length = std::max(std::hypot(across.x(), across.y()), 1.0);
    // Messages of one fan-out travel together; a little to the side of each other they are seen as many.
    QPointF aside;
    if (places.client_index(flight.from) < 0 && places.client_index(flight.to) < 0 &&
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
      const double age = static_cast<double>((scene.at - flight.arrives).count()) / whole / dying_seconds;
      if (age >= 1) continue;
      fragment.opacity = 1 - age;
      fragment.scaleX *= 1 + 0.4 * age;
      fragment.scaleY *= 1 + 0.4 * age;
    }
    fragments_.push_back(fragment);
  }
  if (!fragments_.empty())
    painter.drawPixmapFragments(fragments_.data(), static_cast<int>(fragments_.size()), atlas_.pixmap());
  paint_heaps(painter, sight);
}

void SignLayer::paint_heaps(QPainter& painter, const SignSight& sight) const {
  Lettering lettering(painter, sight.theme);
  for (const auto& heap : sight.choice.heaps()) {
    Curve way;
    if (!sight.places.way(heap.from, heap.to, way)) continue;
    const QPointF at = way.at(0.5);
    const auto fragment = atlas_.sign(Sign::rejected, no_letter, SignStrength::glowing, at, 0);
    painter.drawPixmapFragments(&fragment, 1, atlas_.pixmap());
    lettering.write({at.x() + 8, at.y() - 8, 46, 16}, Qt::AlignLeft | Qt::AlignVCenter,
                    QString("×%1").arg(heap.count), text_font(10.5, QFont::Bold), sight.theme.error);
  }
}

}  // namespace roundhouse::view
