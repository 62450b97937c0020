#include "gui/models/lives.h"

#include <algorithm>

namespace roundhouse::view {

void Lives::take(const Record& record, const Moment& moment) {
  if (record.kind != RecordKind::up && record.kind != RecordKind::down) return;
  if (record.other.value >= changes_.size()) changes_.resize(record.other.value + 1);
  changes_[record.other.value].push_back(record.at);

  const Letter letter = moment.roles.letter_of(record.other);
  const auto how = static_cast<How>(record.how);
  if (letter == no_letter || how == How::pause || how == How::go_on) return;
  if (record.kind == RecordKind::up) {
    for (Fall& fall : falls_) {
      if (fall.letter == letter) fall.back = std::min(fall.back, record.at);
    }
    return;
  }
  Fall fall{.at = record.at, .instance = record.other, .letter = letter, .how = how};
  for (const EntityId client : moment.roles.clients()) {
    const State::ClientState seen = moment.state.client(client);
    if (!seen.open) continue;
    // The client does not know yet that its socket is gone.
    const auto socket = moment.state.socket(seen.socket);
    if (socket && socket->instance == record.other) fall.clients.push_back(client);
  }
  falls_.push_back(std::move(fall));
}

Instant Lives::since(EntityId entity, Instant at) const {
  if (entity.value >= changes_.size()) return {};
  const auto& list = changes_[entity.value];
  const auto after = std::upper_bound(list.begin(), list.end(), at);
  return after == list.begin() ? Instant{} : *(after - 1);
}

}  // namespace roundhouse::view
