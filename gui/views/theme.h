// Colours and fonts of the window, dark and light. Hues are Okabe and Ito's with tuned lightness, so that A to F and the error stay apart
// for every kind of sight; the error is never the colour of an instance.
#pragma once

#include <QColor>
#include <QFont>
#include <QString>
#include <array>

#include "gui/models/scene.h"

namespace roundhouse::view {

/// No text of the window is smaller.
inline constexpr int font_pixels_min = 10;
/// So many instances have a colour of their own; from the next on colours repeat, with a stripe.
inline constexpr int letter_colours = 6;

struct Theme {
  bool light = false;
  QColor window, bar, scene, panel, raised, pressed, track;
  QColor line, faint_line;
  QColor text, soft, muted, faint;
  QColor error, accent, notice, good;
  QColor bars;  ///< deliveries in the histogram
  std::array<QColor, letter_colours> letters;

  static const Theme& dark();
  static const Theme& light_one();

  /// The instance's colour; for no_letter that of things without a home.
  QColor of(Letter letter) const;
  /// The edge of a shape in `colour`: 34 % darker in the light theme, where fills alone are too faint.
  QColor edge(const QColor& colour) const;
  /// `share` of `colour` over the scene's ground.
  QColor over_scene(const QColor& colour, double share) const;
  QColor over_panel(const QColor& colour, double share) const;
};

QColor mixed(const QColor& a, const QColor& b, double share_of_b);
/// `alpha`: 0 nothing, 1 all of it.
QColor faded(QColor colour, double alpha);
/// Black or white, whichever is easier to read on `ground`.
QColor ink_on(const QColor& ground);

/// `A`, `B` ... `Z`, `AA`; empty for no_letter.
QString letter_text(Letter letter);

/// Inter, then Noto Sans, then DejaVu Sans, unless a family was asked for.
void use_font_family(const QString& family);
QFont text_font(double pixels, int weight = QFont::Normal);
QFont mono_font(double pixels, int weight = QFont::Normal);

}  // namespace roundhouse::view
