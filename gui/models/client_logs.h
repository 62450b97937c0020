// What concerns one client, for the packet log: places of records in the recording.
#pragma once

#include <cstdint>
#include <vector>

#include "gui/models/journeys.h"
#include "gui/models/moment.h"
#include "gui/models/run_model.h"

namespace roundhouse::view {

class ClientLogs {
 public:
  void take(const Record& record, const Moment& moment, const Journeys& journeys);
  /// The last `max` rows at `until` or before, newest first.
  std::vector<LogRow> rows(EntityId client, Instant until, std::size_t max, const Recording& recording,
                           const Roles& roles, const MessageBook& messages) const;

 private:
  std::vector<std::vector<std::uint32_t>> lines_;  // by client entity
};

}  // namespace roundhouse::view
