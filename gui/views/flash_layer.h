// What flashes up and fades: clients that a "400" reached, and ripples where a publish arrived at the broker.
#pragma once

#include "gui/views/flashes.h"
#include "gui/views/lettering.h"
#include "gui/views/scene_layout.h"

namespace roundhouse::view {

void paint_flashes(Lettering& lettering, const Scene& scene, const SceneLayout& places,
                   const Flashes& flashes);
/// `second`: how much of the run a second of the screen is.
void paint_ripples(QPainter& painter, const Scene& scene, const SceneLayout& places, const Theme& theme,
                   Duration second);

}  // namespace roundhouse::view
