// What the ids in a run's records stand for, be the run still going or read from a file. A view: the run outlives it.
#pragma once

#include <string_view>
#include <vector>

#include <roundhouse/recording.h>
#include <roundhouse/trace.h>
#include "sim/trace/text_table.h"

namespace roundhouse {

class Names {
 public:
  Names(const Trace& trace) : texts_(&trace.texts()), entities_(&trace.entities()) {}  // NOLINT
  Names(const Recording& recording)
      : texts_(&recording.texts()), entities_(&recording.entities()) {}  // NOLINT
  Names(const TextTable& texts, const std::vector<Entity>& entities) : texts_(&texts), entities_(&entities) {}

  std::uint64_t text_hash() const { return texts_->hash(); }
  std::uint32_t text_count() const { return static_cast<std::uint32_t>(texts_->count()); }
  bool known(TextId id) const { return id.value < texts_->count(); }
  bool known(EntityId id) const { return id.value <= entities_->size(); }
  /// Empty for no id, `?` for one that nobody gave.
  std::string_view of(TextId id) const { return known(id) ? texts_->text_of(id) : unknown; }
  std::string_view of(EntityId id) const {
    if (!id) return {};
    return known(id) ? std::string_view((*entities_)[id.value - 1].name) : unknown;
  }
  TextId text(std::string_view text) const { return texts_->find(text); }
  /// Empty where there is none of that name.
  EntityId entity(std::string_view name) const {
    for (const Entity& entity : *entities_) {
      if (entity.name == name) return entity.id;
    }
    return {};
  }
  const std::vector<Entity>& entities() const { return *entities_; }

 private:
  static constexpr std::string_view unknown = "?";

  const TextTable* texts_;
  const std::vector<Entity>* entities_;
};

}  // namespace roundhouse
