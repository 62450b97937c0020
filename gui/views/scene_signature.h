// Numbers that tell whether what a layer of the scene shows has changed: equal numbers, equal pictures. No pixels are compared.
#pragma once

#include <cstdint>

#include "gui/models/flow.h"
#include "gui/views/scene_layout.h"

namespace roundhouse::view {

/// Of what decides where things stand.
std::uint64_t place_signature(const Scene& scene, QSize size, SceneForm form);
/// Of what links and clients show, places aside.
std::uint64_t still_signature(const Scene& scene, const SceneLayout& places, EntityId selected);
/// Of what proxy, instances and broker show. `second`: how much of the run a second of the screen is.
std::uint64_t card_signature(const Scene& scene, Duration second);

/// Of ribbons.
std::uint64_t flow_signature(const Flow& flow);

}  // namespace roundhouse::view
