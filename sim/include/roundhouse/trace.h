// The trace of a run: its records in order, the table of texts, the hash, and the fold. Everything that reads a run reads this.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <roundhouse/ids.h>
#include <roundhouse/record.h>

namespace roundhouse {

class State;
class TextTable;

enum class EntityKind : std::uint8_t { none, client, proxy, worker, app, broker, link, foreign, run };

/// Who appears in the trace. `name` is unique in the run.
struct Entity {
  EntityId id;
  EntityKind kind = EntityKind::none;
  EntityId parent;
  std::string name;
  std::string address;
};

/// Takes each record as it is written. Texts and entities that a record names are known to the trace before.
class RecordSink {
 public:
  virtual ~RecordSink() = default;
  virtual void on_record(const Record& record) = 0;
};

/// The one writer of records. Not for several threads: the world's thread owns it.
class Trace {
 public:
  Trace();
  ~Trace();
  Trace(const Trace&) = delete;
  Trace& operator=(const Trace&) = delete;

  /// The id of a text; 0 is the empty text. Ids are dense, in the order of first use.
  TextId text(std::string_view text);
  std::string_view text_of(TextId id) const;
  std::size_t text_count() const;
  const TextTable& texts() const;

  /// So many are to come: no room is kept for more. For worlds of thousands of clients.
  void expect_entities(std::size_t more);
  /// Adds an entity and writes its `entity` record. Ids are dense from 1.
  EntityId add_entity(EntityKind kind, std::string_view name, EntityId parent, std::string_view address,
                      Instant at);
  const Entity& entity(EntityId id) const;
  /// Empty id where there is none of that name.
  EntityId entity_named(std::string_view name) const;
  const std::vector<Entity>& entities() const;

  /// Folds, stamps what only the fold knows (`deliver`: owed or not), hashes, and hands the record to the sinks.
  void write(Record record);

  /// Hash of all records and texts so far. Same program, scenario and seed: same hash, on every compiler.
  std::uint64_t hash() const;
  std::uint64_t record_count() const;
  MessageId new_message();

  /// Keeps records in memory from now on; without it only the hash and the fold remain.
  void keep_records(bool keep);
  const std::vector<Record>& records() const;
  /// Not owned. Order of sinks is the order of adding.
  void add_sink(RecordSink* sink);

  const State& state() const;

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

}  // namespace roundhouse
