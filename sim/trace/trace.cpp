// See roundhouse/trace.h.
#include <roundhouse/state.h>
#include <roundhouse/trace.h>

#include <string>

#include "core/base/assertion.h"
#include "sim/trace/record_hash.h"
#include "sim/trace/text_table.h"

namespace roundhouse {

struct Trace::Inside {
  TextTable texts;
  std::vector<Entity> entities;
  std::vector<EntityId> entity_of_text;  // by the text id of the name
  Entity nobody;
  State state;
  RecordHash hash;
  std::uint64_t last_message = 0;
  bool keep = false;
  std::vector<Record> records;
  std::vector<RecordSink*> sinks;
};

Trace::Trace() : inside_(std::make_unique<Inside>()) {}
Trace::~Trace() = default;

TextId Trace::text(std::string_view text) {
  return inside_->texts.text(text);
}
std::string_view Trace::text_of(TextId id) const {
  return inside_->texts.text_of(id);
}
std::size_t Trace::text_count() const {
  return inside_->texts.count();
}
const TextTable& Trace::texts() const {
  return inside_->texts;
}

EntityId Trace::add_entity(EntityKind kind, std::string_view name, EntityId parent, std::string_view address,
                           Instant at) {
  if (name.empty()) throw UsageError("an entity needs a name");
  const TextId name_text = text(name);
  auto& of_text = inside_->entity_of_text;
  if (of_text.size() <= name_text.value) of_text.resize(name_text.value + 1);
  if (of_text[name_text.value]) {
    throw UsageError("there is an entity named " + std::string(name) + " already; choose another name");
  }
  const EntityId id{static_cast<std::uint32_t>(inside_->entities.size() + 1)};
  inside_->entities.push_back({id, kind, parent, std::string(name), std::string(address)});
  of_text[name_text.value] = id;

  Record record;
  record.at = at;
  record.by = parent;
  record.kind = RecordKind::entity;
  record.how = static_cast<std::uint8_t>(kind);
  record.other = id;
  record.subject = name_text;
  record.text = text(address);
  write(record);
  return id;
}

void Trace::expect_entities(std::size_t more) {
  inside_->entities.reserve(inside_->entities.size() + more);
}

const Entity& Trace::entity(EntityId id) const {
  if (!id) return inside_->nobody;
  ROUNDHOUSE_ASSERT(id.value <= inside_->entities.size());
  return inside_->entities[id.value - 1];
}

EntityId Trace::entity_named(std::string_view name) const {
  const TextId id = inside_->texts.find(name);
  return id.value < inside_->entity_of_text.size() ? inside_->entity_of_text[id.value] : EntityId{};
}

const std::vector<Entity>& Trace::entities() const {
  return inside_->entities;
}

void Trace::write(Record record) {
  Inside& in = *inside_;
  in.state.apply(record);
  in.hash.add(record);
  if (in.keep) in.records.push_back(record);
  for (RecordSink* sink : in.sinks) sink->on_record(record);
}

std::uint64_t Trace::hash() const {
  return inside_->hash.value(inside_->texts.hash());
}
std::uint64_t Trace::record_count() const {
  return inside_->hash.count();
}
MessageId Trace::new_message() {
  return {++inside_->last_message};
}

void Trace::keep_records(bool keep) {
  inside_->keep = keep;
}
const std::vector<Record>& Trace::records() const {
  return inside_->records;
}
void Trace::add_sink(RecordSink* sink) {
  ROUNDHOUSE_ASSERT(sink != nullptr);
  inside_->sinks.push_back(sink);
}

const State& Trace::state() const {
  return inside_->state;
}

}  // namespace roundhouse
