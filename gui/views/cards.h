// The cards of a scene: proxy with its face and last decisions, instances with load bars, broker with channels. Text changes at most ten
// times a second, so cards are painted into a layer of their own.
#pragma once

#include "gui/views/lettering.h"
#include "gui/views/scene_layout.h"

namespace roundhouse::view {

/// How the proxy chooses, as its face shows it.
enum class ProxyFace : std::uint8_t { pointer, cookies, wheel };
ProxyFace face_of(const std::string& policy);

/// `ok`, `new`, `400`, `next`.
QString result_text(SceneDecision::Result result);
/// `B: fails 1, max_fails 1, out until 15 s`.
QString peer_words(const ScenePeer& peer);
/// Returns how many decisions there was room for.
int paint_proxy_card(Lettering& lettering, const Scene& scene, const SceneLayout& places);
void paint_instance_cards(Lettering& lettering, const Scene& scene, const SceneLayout& places);
/// `second`: how much of the run a second of the screen is.
void paint_broker_card(Lettering& lettering, const Scene& scene, const SceneLayout& places, Duration second);

/// `DOWN 2.8 s`, or shorter where `room` is short of it.
QString down_text(Duration for_how_long);

}  // namespace roundhouse::view
