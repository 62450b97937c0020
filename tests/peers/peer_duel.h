// One plan played against a real nginx and our proxy at once, move by move, on the same servers.
#pragma once

#include <string>
#include <vector>

#include "tests/peers/peer_plan.h"

namespace roundhouse::peers {

/// One request, as both did it: the servers tried, as in `$upstream_addr`, and the status.
struct Pair {
  std::string nginx;
  std::string ours;
};

struct Duel {
  std::string text;         ///< the configuration that nginx had
  std::vector<Pair> pairs;  ///< by the request's number
  /// A lapse apart, the plan took longer than its marks may stand: whole seconds of two clocks would decide, so it proves nothing.
  bool too_slow = false;

  bool same() const;
  /// For people: the configuration, and both sequences beside each other.
  std::string report() const;
};

/// `planted` is what our proxy gets instead, to see that a difference is found; empty: the same plan.
Duel play(const std::string& nginx, ScriptedServers& servers, const Plan& plan,
          const Plan* planted = nullptr);

}  // namespace roundhouse::peers
