// When who went down and came back, and whom an instance took with it.
#pragma once

#include <vector>

#include "gui/models/moment.h"

namespace roundhouse::view {

/// An instance that ended while others relied on it.
struct Fall {
  Instant at;
  EntityId instance;
  Letter letter = no_letter;
  How how = How::none;
  std::vector<EntityId> clients = {};  ///< whose sessions were in its memory
  Instant back = Instant::never();
};

class Lives {
 public:
  void take(const Record& record, const Moment& moment);
  /// The last time at `at` or before that the entity went up, down or paused.
  Instant since(EntityId entity, Instant at) const;
  /// In the order of time.
  const std::vector<Fall>& falls() const { return falls_; }

 private:
  std::vector<std::vector<Instant>> changes_;  // by entity
  std::vector<Fall> falls_;
};

}  // namespace roundhouse::view
