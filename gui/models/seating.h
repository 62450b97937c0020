// Where each client stands in the picture: its seat. Seats are given once, by first home, then room, then number, and never change.
#pragma once

#include <vector>

#include "gui/models/moment.h"

namespace roundhouse::view {

/// Seats are given when every client was connected once, or so long after the first client started.
inline constexpr Duration seats_wait = std::chrono::seconds(3);

class Seating {
 public:
  void take(const Record& record, const Moment& moment);
  bool given() const { return given_; }
  /// Clients in the order of their seats; before those are given, and for those that appear later, in the order of their ids.
  const std::vector<EntityId>& order() const { return order_; }
  /// Counts up when the order changes.
  std::uint32_t version() const { return version_; }

 private:
  void give(const Moment& moment);

  std::vector<EntityId> order_;
  std::vector<Letter> first_home_;  // by client entity
  std::size_t homed_ = 0;
  Instant complete_ = Instant::never();  // when the last client had its first home
  Instant first_start_ = Instant::never();
  bool given_ = false;
  std::uint32_t version_ = 0;
};

}  // namespace roundhouse::view
