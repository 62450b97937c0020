// The scene's legend: each sign with its meaning, from left to right; what finds no room is left out from the right.
#pragma once

#include "gui/views/lettering.h"

namespace roundhouse::view {

void paint_legend(Lettering& lettering, const QRectF& place);

}  // namespace roundhouse::view
