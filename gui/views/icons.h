// The few icons of the window, painted in the theme's colours: no files, no icon theme needed.
#pragma once

#include <QIcon>

#include "gui/views/theme.h"

namespace roundhouse::view {

enum class Symbol : std::uint8_t { play, pause, step_back, step_on, kill, restart, theme, help };

QIcon icon(Symbol symbol, const QColor& colour);
/// The engine shed from above: stalls around a turntable.
QPixmap logo(const Theme& theme, double side, double pixel_ratio);

}  // namespace roundhouse::view
