#include "gui/models/seating.h"

#include <algorithm>
#include <limits>
#include <tuple>

namespace roundhouse::view {

void Seating::take(const Record& record, const Moment& moment) {
  if (record.kind == RecordKind::entity && static_cast<EntityKind>(record.how) == EntityKind::client) {
    order_.push_back(record.other);
    ++version_;
  }
  if (given_) return;
  const bool waited = first_start_ != Instant::never() && record.at > first_start_ + seats_wait;
  // A client joins its room at the moment in which it is connected, so the moment must have passed.
  if (record.at > complete_ || waited || record.kind == RecordKind::run_end) return give(moment);

  if (record.kind == RecordKind::up && moment.roles.kind_of(record.other) == EntityKind::client) {
    first_start_ = std::min(first_start_, record.at);
  }
  if (record.kind != RecordKind::client || static_cast<ClientPhase>(record.how) != ClientPhase::open) return;
  if (record.by.value >= first_home_.size()) first_home_.resize(record.by.value + 1, no_letter);
  if (first_home_[record.by.value] != no_letter) return;
  const Letter home = moment.home_of(record.by);
  if (home == no_letter) return;
  first_home_[record.by.value] = home;
  if (++homed_ == order_.size()) complete_ = record.at;
}

void Seating::give(const Moment& moment) {
  struct Wish {
    std::size_t home = std::numeric_limits<std::size_t>::max();
    std::size_t room = std::numeric_limits<std::size_t>::max();
    EntityId client;
  };
  std::vector<TextId> rooms;  // by first use
  std::vector<Wish> wishes;
  for (const EntityId client : order_) {
    Wish wish{.client = client};
    if (client.value < first_home_.size() && first_home_[client.value] != no_letter)
      wish.home = static_cast<std::size_t>(first_home_[client.value]);
    const TextId socket = moment.state.client(client).socket;
    for (const State::Membership& membership : moment.state.rooms_of(socket)) {
      if (membership.room == socket) continue;
      const auto found = std::find(rooms.begin(), rooms.end(), membership.room);
      wish.room = static_cast<std::size_t>(found - rooms.begin());
      if (found == rooms.end()) rooms.push_back(membership.room);
      break;
    }
    wishes.push_back(wish);
  }
  std::stable_sort(wishes.begin(), wishes.end(), [](const Wish& a, const Wish& b) {
    return std::tie(a.home, a.room, a.client) < std::tie(b.home, b.room, b.client);
  });
  order_.clear();
  for (const Wish& wish : wishes) order_.push_back(wish.client);
  given_ = true;
  ++version_;
}

}  // namespace roundhouse::view
