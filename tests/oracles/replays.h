// A replay for each kind of file: it plays what was recorded against the proxy and tells the tally what came of each row.
#pragma once

#include "tests/oracles/recorded.h"
#include "tests/oracles/tally.h"

namespace roundhouse::oracles {

/// Which server each request of a healthy upstream went to.
void replay_select(const Json& recorded, Tally& tally);
/// The shares that random policies gave: judged by a chi-square test, each request a row.
void replay_stat(const Json& recorded, Tally& tally);
/// Tunnels that stay open (`ops`) and servers that break (`events`), in order and each at its second.
void replay_events(const Json& recorded, Tally& tally);
/// What reached the backend and what came back, head for head.
void replay_upgrade(const Json& recorded, Tally& tally);
/// The proxy's own answers byte for byte.
void replay_errors(const Json& recorded, Tally& tally);
/// How an open tunnel ends.
void replay_tunnel_end(const Json& recorded, Tally& tally);
/// What the configuration reader says about each text.
void replay_config(const Json& recorded, Tally& tally);
/// What directives do to requests, byte for byte, and what is said of texts.
void replay_effects(const Json& recorded, Tally& tally);

/// 99.9 % of all chi-square sums of so many degrees of freedom lie below. Range: 1 to 9. Source: any table of the distribution.
double chi_square_limit(std::size_t degrees);

}  // namespace roundhouse::oracles
