// The still part of a scene: links, ribbons, clients and the selected client's path. Painted when a home, the selection or the size
// changes, not in every frame.
#pragma once

#include "gui/views/lettering.h"
#include "gui/views/scene_layout.h"

namespace roundhouse::view {

void paint_links(QPainter& painter, const Scene& scene, const SceneLayout& places, const Theme& theme);
void paint_clients(Lettering& lettering, const Scene& scene, const SceneLayout& places);
/// A thick way from the client over the proxy to its home, and dashed on to the broker.
void paint_selected_path(QPainter& painter, const Scene& scene, const SceneLayout& places, const Theme& theme,
                         EntityId selected);
/// The white ring, and the name where a client wears none itself.
void paint_selected_ring(Lettering& lettering, const Scene& scene, const SceneLayout& places,
                         EntityId selected);

/// A client's round face: its home's colour and letter, or dashed with "?".
void paint_client_face(Lettering& lettering, const QRectF& place, const SceneClient& client);

}  // namespace roundhouse::view
