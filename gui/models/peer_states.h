// What the proxy holds against its peers: `peer` records, found again by the moment.
#pragma once

#include <vector>

#include "gui/models/moment.h"

namespace roundhouse::view {

class PeerStates {
 public:
  void take(const Record& record, const Moment& moment);
  /// Peers with failures at that time, by when each failed first in the run; one that is back is not among them.
  std::vector<ScenePeer> at(Instant when, const Recording& recording, const Roles& roles) const;

 private:
  struct Change {
    Instant at;
    ScenePeer::Phase phase;
    std::uint64_t fails = 0;
    std::uint64_t fails_max = 0;
    Instant until;
  };
  struct Peer {
    TextId name;
    std::vector<Change> changes;
  };
  std::vector<Peer> peers_;
};

}  // namespace roundhouse::view
