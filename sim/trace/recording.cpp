// See roundhouse/recording.h.
#include <roundhouse/recording.h>

#include <algorithm>

#include "core/base/assertion.h"
#include "sim/trace/keyframes.h"
#include "sim/trace/record_hash.h"
#include "sim/trace/text_table.h"

namespace roundhouse {

namespace {

constexpr std::size_t records_per_span = 1024;

}  // namespace

struct Recording::Inside {
  TextTable texts;
  std::vector<Entity> entities;
  std::vector<EntityId> entity_of_text;  // by the text id of the name
  Entity nobody;
  std::vector<Record> records;
  // Writers' times may run back a little, so a search needs the latest time so far: kept at the end of each whole span of records.
  std::vector<Instant> latest;
  Instant latest_so_far{INT64_MIN};
  Keyframes keyframes;
  State state;
  RecordHash hash;

  EntityId named(TextId name) const {
    return name.value < entity_of_text.size() ? entity_of_text[name.value] : EntityId{};
  }
  bool fits(const Record& record) const {
    return record.kind <= RecordKind::text && record.subject.value < texts.count() &&
           record.text.value < texts.count() && record.by.value <= entities.size() &&
           (record.kind == RecordKind::entity ? fits_as_entity(record)
                                              : record.other.value <= entities.size());
  }
  bool fits_as_entity(const Record& record) const {
    return record.other.value == entities.size() + 1 && record.subject && !named(record.subject) &&
           static_cast<EntityKind>(record.how) <= EntityKind::run;
  }
  void add_entity(const Record& record);
};

Recording::Recording() : inside_(std::make_unique<Inside>()) {}
Recording::~Recording() = default;
Recording::Recording(Recording&&) noexcept = default;
Recording& Recording::operator=(Recording&&) noexcept = default;

TextId Recording::add_text(std::string_view text) {
  return inside_->texts.text(text);
}

void Recording::append(const Record& record) {
  Inside& in = *inside_;
  if (!in.fits(record)) throw UsageError("this record cannot come next in the recording: " + problem(record));
  if (record.kind == RecordKind::entity) in.add_entity(record);
  in.records.push_back(record);
  in.hash.add(record);
  Record folded = record;
  in.state.apply(folded);
  in.latest_so_far = std::max(in.latest_so_far, record.at);
  if (in.records.size() % records_per_span == 0) in.latest.push_back(in.latest_so_far);
  in.keyframes.consider(in.state, in.records.size());
}

void Recording::Inside::add_entity(const Record& record) {
  entities.push_back({record.other, static_cast<EntityKind>(record.how), record.by,
                      std::string(texts.text_of(record.subject)), std::string(texts.text_of(record.text))});
  if (record.subject.value >= entity_of_text.size()) entity_of_text.resize(record.subject.value + 1);
  entity_of_text[record.subject.value] = record.other;
}

std::string Recording::problem(const Record& record) const {
  const Inside& in = *inside_;
  if (in.fits(record)) return {};
  if (record.kind > RecordKind::text) {
    return "there is no kind with number " + std::to_string(static_cast<unsigned>(record.kind));
  }
  for (const TextId text : {record.subject, record.text}) {
    if (text.value >= in.texts.count())
      return "it names text " + std::to_string(text.value) + ", which is not there";
  }
  const bool entity = record.kind == RecordKind::entity;
  for (const EntityId id : {record.by, entity ? EntityId{} : record.other}) {
    if (id.value > in.entities.size())
      return "it names entity " + std::to_string(id.value) + ", which is not there";
  }
  const std::size_t next = in.entities.size() + 1;
  if (record.other.value != next)
    return "entities are numbered in order: this is number " + std::to_string(next);
  if (!record.subject) return "an entity needs a \"name\"";
  if (in.named(record.subject)) {
    return "there is an entity named \"" + std::string(in.texts.text_of(record.subject)) + "\" already";
  }
  return "there is no kind of entity with number " + std::to_string(record.how);
}

const std::vector<Record>& Recording::records() const {
  return inside_->records;
}
std::string_view Recording::text_of(TextId id) const {
  return inside_->texts.text_of(id);
}
std::size_t Recording::text_count() const {
  return inside_->texts.count();
}
const TextTable& Recording::texts() const {
  return inside_->texts;
}
TextId Recording::text_named(std::string_view text) const {
  return inside_->texts.find(text);
}
const std::vector<Entity>& Recording::entities() const {
  return inside_->entities;
}
const Entity& Recording::entity(EntityId id) const {
  if (!id) return inside_->nobody;
  ROUNDHOUSE_ASSERT(id.value <= inside_->entities.size());
  return inside_->entities[id.value - 1];
}
EntityId Recording::entity_named(std::string_view name) const {
  return inside_->named(inside_->texts.find(name));
}

std::size_t Recording::records_until(Instant when) const {
  const Inside& in = *inside_;
  const auto first_later = std::upper_bound(in.latest.begin(), in.latest.end(), when);
  std::size_t count = static_cast<std::size_t>(first_later - in.latest.begin()) * records_per_span;
  while (count < in.records.size() && in.records[count].at <= when) ++count;
  return count;
}

State Recording::state_after(std::size_t count) const {
  const Inside& in = *inside_;
  if (count > in.records.size()) {
    throw UsageError("the recording has " + std::to_string(in.records.size()) + " records, not " +
                     std::to_string(count) + "; ask for at most records().size()");
  }
  if (count == in.records.size()) return in.state;
  const Keyframe& from = in.keyframes.nearest(count);
  State state = from.state;
  for (std::size_t at = from.count; at < count; ++at) {
    Record record = in.records[at];
    state.apply(record);
  }
  return state;
}

std::vector<std::size_t> Recording::keyframes() const {
  std::vector<std::size_t> counts;
  for (const Keyframe& frame : inside_->keyframes.all()) counts.push_back(frame.count);
  return counts;
}

const State& Recording::state() const {
  return inside_->state;
}

std::uint64_t Recording::hash() const {
  return inside_->hash.value(inside_->texts.hash());
}

}  // namespace roundhouse
