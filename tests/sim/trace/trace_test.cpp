// The writer of records: entities, hash, sinks.
#include <catch2/catch.hpp>
#include <vector>

#include <roundhouse/result.h>
#include <roundhouse/state.h>
#include <roundhouse/trace.h>
#include "sim/trace/record_fields.h"

namespace roundhouse {

namespace {

std::uint64_t hash_of(const std::vector<Record>& records) {
  Trace trace;
  for (const Record& record : records) trace.write(record);
  return trace.hash();
}

struct Listener final : RecordSink {
  explicit Listener(const Trace& the_trace) : trace(the_trace) {}
  void on_record(const Record& record) override {
    seen.push_back(record);
    if (record.kind == RecordKind::entity) names.push_back(trace.entity(record.other).name);
  }
  const Trace& trace;
  std::vector<Record> seen;
  std::vector<std::string> names;
};

}  // namespace

TEST_CASE("an entity is known by id and by name, and has a record", "[trace]") {
  Trace trace;
  trace.keep_records(true);
  const EntityId proxy = trace.add_entity(EntityKind::proxy, "proxy", {}, "127.0.0.2", {5});
  const EntityId worker = trace.add_entity(EntityKind::worker, "worker-1", proxy, "127.0.0.2", {6});
  CHECK(proxy.value == 1);
  CHECK(worker.value == 2);
  CHECK(trace.entity_named("worker-1") == worker);
  CHECK_FALSE(trace.entity_named("worker-2"));
  CHECK_FALSE(trace.entity_named("127.0.0.2"));
  CHECK(trace.entity(worker).parent == proxy);
  CHECK(trace.entity({}).name.empty());
  REQUIRE(trace.records().size() == 2);
  CHECK(trace.records()[1].by == proxy);
  CHECK(trace.records()[1].other == worker);
  CHECK(trace.text_of(trace.records()[1].subject) == "worker-1");
  CHECK(trace.state().entity(worker).kind == EntityKind::worker);
}

TEST_CASE("two entities of one name, or one without, are the caller's mistake", "[trace]") {
  Trace trace;
  trace.add_entity(EntityKind::app, "app-1", {}, "", {});
  CHECK_THROWS_AS(trace.add_entity(EntityKind::app, "app-1", {}, "", {}), UsageError);
  CHECK_THROWS_AS(trace.add_entity(EntityKind::app, "", {}, "", {}), UsageError);
}

TEST_CASE("sinks get every record, stamped, after what it names is known", "[trace]") {
  Trace trace;
  Listener listener(trace);
  trace.add_sink(&listener);
  trace.add_entity(EntityKind::client, "ann", {}, "", {});
  Record deliver;
  deliver.kind = RecordKind::deliver;
  deliver.message = {7};
  trace.write(deliver);
  REQUIRE(listener.seen.size() == 2);
  CHECK(listener.names == std::vector<std::string>{"ann"});
  CHECK(listener.seen[1].how == static_cast<std::uint8_t>(Owed::unowed));
  CHECK(trace.records().empty());
  CHECK(trace.record_count() == 2);
}

TEST_CASE("the trace hash is the same for the same records and texts", "[trace]") {
  Record record;
  record.kind = RecordKind::hop;
  record.message = {17};
  CHECK(hash_of({record, record}) == hash_of({record, record}));
  CHECK(hash_of({record}) != hash_of({record, record}));
  CHECK(hash_of({}) != hash_of({Record{}}));
}

TEST_CASE("the trace hash changes with any field of any record", "[trace]") {
  std::vector<Record> records(5);
  for (std::size_t i = 0; i < records.size(); ++i) {
    records[i].kind = RecordKind::hop;
    records[i].at = {static_cast<std::int64_t>(i)};
    records[i].value = 1'000 * i;
  }
  const std::uint64_t before = hash_of(records);
  for (std::size_t place = 0; place < records.size(); ++place) {
    for (int slot = 0; slot <= static_cast<int>(Slot::more); ++slot) {
      std::vector<Record> changed = records;
      const auto which = static_cast<Slot>(slot);
      REQUIRE(set(changed[place], which, get(changed[place], which) ^ 1));
      CHECK(hash_of(changed) != before);
    }
    std::vector<Record> changed = records;
    ++changed[place].at.ns;
    CHECK(hash_of(changed) != before);
    changed = records;
    changed[place].kind = RecordKind::ack;
    CHECK(hash_of(changed) != before);
  }
}

TEST_CASE("the trace hash changes with the order of records and with the texts", "[trace]") {
  Record first, second;
  first.value = 1;
  second.value = 2;
  CHECK(hash_of({first, second}) != hash_of({second, first}));

  Trace a, b;
  a.text("room-1");
  b.text("room-2");
  a.write(first);
  b.write(first);
  CHECK(a.hash() != b.hash());
}

TEST_CASE("the trace hash of a given history is this number on every compiler", "[trace]") {
  Trace trace;
  const EntityId app = trace.add_entity(EntityKind::app, "app-1", {}, "127.1.0.1", {});
  Record record;
  record.at = {1'000'000};
  record.by = app;
  record.kind = RecordKind::accept;
  record.message = trace.new_message();
  record.text = trace.text("room-1");
  record.more = 0x0123456789abcdefu;
  trace.write(record);
  CHECK(trace.hash() == 0xc8fe11381129464bu);
}

TEST_CASE("message ids are never given twice", "[trace]") {
  Trace trace;
  CHECK(trace.new_message().value == 1);
  CHECK(trace.new_message().value == 2);
}

}  // namespace roundhouse
