// A balancing policy: who gets the next try. One policy a file; each is nginx's, step by step, so that rows recorded from a real
// one come out without a difference. A policy keeps no books of its own about servers: those are the upstream's.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include <roundhouse/record.h>
#include "core/proxy/upstream.h"

namespace roundhouse::proxy {

/// Whom the chosen peer was compared with last: by current weights, or by connections.
struct Rival {
  std::uint32_t index = 0;  ///< in the chosen peer's list
  std::int64_t its = 0;
  std::int64_t chosens = 0;
};

struct Choice {
  PeerRef peer;
  RouteReason reason = RouteReason::none;
  std::uint64_t value = 0;  ///< what `reason` says that it is
  bool home = false;        ///< the client's own server: its address, key or cookie led here
  std::optional<Rival> rival = {};
};

/// Where `random` gets its draws.
class Draws {
 public:
  virtual ~Draws() = default;
  /// Uniform in [0, bound).
  virtual std::uint64_t below(std::uint64_t bound) = 0;
};

class Balancer {
 public:
  virtual ~Balancer() = default;
  /// Picks and books (Upstream::picked). Empty: nobody is usable, nginx answers 502.
  virtual std::optional<Choice> pick(Upstream& upstream, Selection& selection, std::int64_t now_s,
                                     Draws& draws) = 0;
};

std::unique_ptr<Balancer> make_balancer(const UpstreamConfig& config);

/// Round robin, and what every other policy falls back to, for the reason given.
std::optional<Choice> pick_round_robin(Upstream& upstream, Selection& selection, std::int64_t now_s,
                                       RouteReason why = RouteReason::turn);

std::unique_ptr<Balancer> make_round_robin();
std::unique_ptr<Balancer> make_ip_hash();
std::unique_ptr<Balancer> make_hash();
std::unique_ptr<Balancer> make_consistent_hash(const UpstreamConfig& config);
std::unique_ptr<Balancer> make_least_conn();
std::unique_ptr<Balancer> make_random(bool two);
std::unique_ptr<Balancer> make_sticky_cookie(const UpstreamConfig& config,
                                             std::unique_ptr<Balancer> otherwise);

/// Why `hash` leaves it to round robin: an empty key, or too many misses.
inline RouteReason hash_gave_up(const Selection& selection) {
  return selection.key.empty() ? RouteReason::empty_key : RouteReason::misses;
}
/// The index of the peer in whose share of the total weight `at` falls.
std::uint32_t walk_by_weight(const PeerList& list, std::uint64_t at);
/// What the sticky cookie says of a server: its route, or the MD5 of its address as text, in hex.
std::string sticky_id(const PeerConfig& peer);

}  // namespace roundhouse::proxy
