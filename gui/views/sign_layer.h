// The signs that move, their tails, the ways that light up behind them, and one X with a count where too many were rejected. Painted anew in
// every frame, the signs in one batch.
#pragma once

#include <vector>

#include "gui/views/frame_budget.h"
#include "gui/views/scene_layout.h"
#include "gui/views/sign_choice.h"
#include "gui/views/sprite_atlas.h"

namespace roundhouse::view {

/// What a frame's signs are painted from.
struct SignSight {
  const Scene& scene;
  const SceneLayout& places;
  const SignChoice& choice;
  const Theme& theme;
  Duration second{};  ///< how much of the run a second of the screen is
};

class SignLayer {
 public:
  /// The atlas is made anew where theme, screen or form are others than before.
  void prepare(const Theme& theme, double pixel_ratio, SceneForm form);
  void paint_lit_ways(QPainter& painter, const SignSight& sight, Effort effort) const;
  void paint_signs(QPainter& painter, const SignSight& sight, Effort effort);

 private:
  void paint_heaps(QPainter& painter, const SignSight& sight) const;

  SpriteAtlas atlas_;
  const Theme* theme_ = nullptr;
  double ratio_ = 0;
  SceneForm form_ = SceneForm::full;
  std::vector<QPainter::PixmapFragment> fragments_;
};

}  // namespace roundhouse::view
