// What a scene says in words: the description of whatever the pointer or a screen reader is at, its titles, and how much is in flight.
#pragma once

#include "gui/views/lettering.h"
#include "gui/views/scene_layout.h"

namespace roundhouse::view {

/// A client's, an instance's, the proxy's or the broker's, a line for each fact; empty for others.
QString description_of(EntityId entity, const Scene& scene, const SceneLayout& places);

/// Number and name of one of two scenes beside each other; 0: it stands alone.
struct SceneSide {
  int number = 0;
  QString name;
};
void paint_titles(Lettering& lettering, const Scene& scene, const SceneLayout& places, const SceneSide& side);
/// How many messages are under way, and how many of them a sign stands for.
void paint_in_flight(Lettering& lettering, const Scene& scene, const SceneLayout& places, int k);

}  // namespace roundhouse::view
