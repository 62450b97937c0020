// Ribbons in the place of signs: when the run is played so fast that single messages cannot be followed, each direction of a link is as
// wide as what arrives over it in a second, on a logarithmic scale, in the colours of the instances where the messages entered.
#pragma once

#include "gui/models/run_model.h"
#include "gui/views/lettering.h"
#include "gui/views/scene_layout.h"

namespace roundhouse::view {

/// A hop that is shorter on the screen cannot be followed.
inline constexpr Duration followed_hop_min = std::chrono::milliseconds(80);
/// What the rates of ribbons are taken over, in time of the screen.
inline constexpr Duration flow_window_of_screen = std::chrono::milliseconds(500);
inline constexpr double ribbon_width_max = 16;
/// Of a narrow grid of clients so many blocks of rows have a ribbon.
inline constexpr std::size_t client_ribbons_max = 12;

/// Whether ribbons are shown: `default_second` is RunModel's, `second` how much of the run a second of the screen is.
bool is_flow(Duration default_second, Duration second);
/// Pixels for so many messages a second: 2 up to 1, and 3 more for each tenfold.
double ribbon_width(double per_second);

/// One ribbon; that of clients stands for all of a row or of a block of rows.
struct Ribbon {
  Curve way;
  bool of_clients = false;
  bool rightward = false;
  std::uint64_t count = 0;
  std::uint64_t rejected = 0;
  std::vector<std::uint64_t> by_colour = {};
};
/// In the order of the scene: clients, instances, broker; empty for a flow without any message.
std::vector<Ribbon> ribbons_of(const Flow& flow, const Scene& scene, const SceneLayout& places);

void paint_ribbons_of_flow(Lettering& lettering, const Flow& flow, const std::vector<Ribbon>& ribbons);
void paint_flow_legend(Lettering& lettering, const QRectF& place);
/// Bottom right, where signs would be counted.
void paint_flow_rate(Lettering& lettering, const Flow& flow, const SceneLayout& places);

}  // namespace roundhouse::view
