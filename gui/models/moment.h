// What each part of the chronicle is given with a record: the run around it.
#pragma once

#include <roundhouse/recording.h>
#include <roundhouse/state.h>
#include "gui/models/roles.h"

namespace roundhouse::view {

struct Moment {
  const Recording& recording;
  const State& state;  ///< the fold up to this record, itself included
  const Roles& roles;
  std::size_t place = 0;  ///< of the record in the recording

  /// The instance where the client's Socket.IO socket lives, as both of them see it.
  Letter home_of(EntityId client) const {
    const State::ClientState seen = state.client(client);
    if (!seen.open) return no_letter;
    const auto socket = state.socket(seen.socket);
    return socket && socket->app_connected ? roles.letter_of(socket->instance) : no_letter;
  }
};

}  // namespace roundhouse::view
