// Who is who in a run: which entities are clients and instances, which letter an instance wears, and which letter a proxy's word for a
// peer means.
#pragma once

#include <cstdint>
#include <vector>

#include <roundhouse/recording.h>
#include "gui/models/scene.h"

namespace roundhouse::view {

/// `A`, `B` ... `Z`, `AA`; empty for no_letter.
std::string letter_name(Letter letter);

class Roles {
 public:
  void learn(const Entity& entity);

  EntityKind kind_of(EntityId id) const {
    return id.value < seats_.size() ? seats_[id.value].kind : EntityKind::none;
  }
  Letter letter_of(EntityId id) const {
    return id.value < seats_.size() ? seats_[id.value].letter : no_letter;
  }
  /// The letter of `app-1:5000` or `127.254.0.1:5000`, as `route` and `answer` name their peers.
  Letter letter_of_peer(TextId peer, const Recording& recording) const;

  /// In the order of their ids, so that an instance's place is its letter.
  const std::vector<EntityId>& instances() const { return instances_; }
  const std::vector<EntityId>& clients() const { return clients_; }
  EntityId proxy() const { return proxy_; }
  EntityId broker() const { return broker_; }

 private:
  struct Seat {
    EntityKind kind = EntityKind::none;
    Letter letter = no_letter;
  };
  static constexpr Letter not_asked = -2;

  std::vector<Seat> seats_;  // by entity
  std::vector<EntityId> instances_;
  std::vector<EntityId> clients_;
  EntityId proxy_;
  EntityId broker_;
  mutable std::vector<Letter> of_peer_;  // by text id; filled as they are asked for
};

}  // namespace roundhouse::view
