#include "gui/models/roles.h"

namespace roundhouse::view {

std::string letter_name(Letter letter) {
  std::string name;
  for (int rest = letter; rest >= 0; rest = rest / 26 - 1)
    name.insert(name.begin(), static_cast<char>('A' + rest % 26));
  return name;
}

void Roles::learn(const Entity& entity) {
  if (entity.id.value >= seats_.size()) seats_.resize(entity.id.value + 1);
  Seat& seat = seats_[entity.id.value];
  if (seat.kind != EntityKind::none) return;
  seat.kind = entity.kind;
  switch (entity.kind) {
    case EntityKind::app:
      seat.letter = static_cast<Letter>(instances_.size());
      instances_.push_back(entity.id);
      of_peer_.clear();
      break;
    case EntityKind::client:
      clients_.push_back(entity.id);
      break;
    case EntityKind::proxy:
      if (!proxy_) proxy_ = entity.id;
      break;
    case EntityKind::broker:
      if (!broker_) broker_ = entity.id;
      break;
    default:
      break;
  }
}

Letter Roles::letter_of_peer(TextId peer, const Recording& recording) const {
  if (!peer) return no_letter;
  if (peer.value >= of_peer_.size()) of_peer_.resize(peer.value + 1, not_asked);
  Letter& known = of_peer_[peer.value];
  if (known != not_asked) return known;
  known = no_letter;
  std::string_view host = recording.text_of(peer);
  host = host.substr(0, host.rfind(':'));
  for (const EntityId id : instances_) {
    const Entity& instance = recording.entity(id);
    if (instance.name == host || instance.address == host) known = letter_of(id);
  }
  return known;
}

}  // namespace roundhouse::view
