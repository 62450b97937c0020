// All that a window must find again by the moment, gathered once as records come in. Who is where at a moment it does not know: State does.
#pragma once

#include <string>
#include <vector>

#include "gui/models/channels.h"
#include "gui/models/client_logs.h"
#include "gui/models/columns.h"
#include "gui/models/journeys.h"
#include "gui/models/lives.h"
#include "gui/models/marks.h"
#include "gui/models/peer_states.h"
#include "gui/models/requests.h"
#include "gui/models/roles.h"
#include "gui/models/seating.h"

namespace roundhouse::view {

class Chronicle {
 public:
  /// Takes each record once, in order; `state` is the fold up to it, itself included.
  void take(const Record& record, const Recording& recording, const State& state, std::size_t place);

  struct PolicyChange {
    Instant at;
    std::string policy;  ///< in words: `round robin`
  };
  struct Spoken {
    Instant at;
    std::size_t place = 0;  ///< of the `say` record
  };
  /// The policy at that time; empty before any was told.
  std::string policy(Instant at) const;
  /// The last sentence at that time or before; null where there is none.
  const Spoken* spoken(Instant at) const;

  Roles roles;
  Journeys journeys;
  Requests requests;
  Seating seating;
  Lives lives;
  PeerStates peers;
  Channels channels;
  Marks marks;
  Columns columns;
  ClientLogs logs;
  std::vector<std::size_t> predictions;    ///< places of `predict` records
  std::vector<std::size_t> rooms_changed;  ///< places of records after which someone may be somewhere else
  bool ended = false;                      ///< `run_end` has come

 private:
  std::vector<PolicyChange> policies_;
  std::vector<Spoken> spoken_;
};

}  // namespace roundhouse::view
