// All moving signs in one pixmap: kind, colour and strength each have a place, so that a frame draws its signs in one batch.
#pragma once

#include <QPainter>
#include <QPixmap>
#include <vector>

#include "gui/views/theme.h"

namespace roundhouse::view {

/// `plain` signs are smaller and without glow: for scenes with very many.
enum class SignStrength : std::uint8_t { glowing, plain };

class SpriteAtlas {
 public:
  SpriteAtlas() = default;
  /// `enlarged` is 1 in a full scene.
  SpriteAtlas(const Theme& theme, double pixel_ratio, double enlarged);

  const QPixmap& pixmap() const { return pixmap_; }
  /// `angle`: degrees, clockwise from pointing right; deliveries turn to it.
  QPainter::PixmapFragment sign(Sign sign, Letter letter, SignStrength strength, QPointF at,
                                double angle) const;
  /// A piece of a sign's tail; 0 is the nearest and strongest.
  QPainter::PixmapFragment tail(Sign sign, Letter letter, int piece, QPointF at) const;

  static constexpr int tail_pieces = 4;

 private:
  QPainter::PixmapFragment fragment(int column, int row, QPointF at) const;

  QPixmap pixmap_;
  double pixel_ratio_ = 1;
  int side_ = 0;
};

}  // namespace roundhouse::view
