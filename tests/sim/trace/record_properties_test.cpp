// What holds for any records.
#include <rapidcheck.h>
#include <catch2/catch.hpp>

#include <roundhouse/books.h>
#include "sim/trace/first_difference.h"
#include "sim/trace/json_lines.h"
#include "sim/trace/rht_writer.h"
#include "tests/sim/trace/history.h"
#include "tests/sim/trace/lively.h"

namespace roundhouse::test {

namespace {

constexpr std::uint32_t texts = 12;
constexpr std::uint32_t entities = 4;

rc::Gen<std::uint64_t> any_number() {
  return rc::gen::oneOf(rc::gen::inRange<std::uint64_t>(0, texts), rc::gen::arbitrary<std::uint64_t>(),
                        rc::gen::just(UINT64_MAX));
}

// Any record but an entity's; ids of texts and entities are such as the table knows.
Record any_record() {
  Record record;
  record.at = {*rc::gen::arbitrary<std::int64_t>()};
  record.by = {*rc::gen::inRange(0u, entities + 1)};
  record.kind = static_cast<RecordKind>(
      *rc::gen::suchThat(rc::gen::inRange(0, static_cast<int>(record_kinds)),
                         [](int kind) { return kind != static_cast<int>(RecordKind::entity); }));
  record.how = *rc::gen::oneOf(rc::gen::inRange<std::uint8_t>(0, 12), rc::gen::arbitrary<std::uint8_t>());
  record.code = *rc::gen::oneOf(rc::gen::inRange<std::uint16_t>(0, 14), rc::gen::arbitrary<std::uint16_t>());
  record.message = {*any_number()};
  record.connection = *rc::gen::arbitrary<std::uint32_t>();
  record.other = {*rc::gen::inRange(0u, entities + 1)};
  record.subject = {*rc::gen::inRange(0u, texts)};
  record.text = {*rc::gen::inRange(0u, texts)};
  record.value = *any_number();
  record.extra = *any_number();
  record.more = *any_number();
  return record;
}

bool property_holds(const std::string& name, const std::function<void()>& property) {
  return rc::check(name, property);
}

}  // namespace

namespace {

template <class File>
void comes_back_from(const std::string& name) {
  Trace trace;
  const std::string path = std::string(ROUNDHOUSE_BINARY_DIR) + "/" + name;
  auto file = File::create(path, trace);
  RC_ASSERT(file.has_value());
  trace.add_sink(file->get());
  trace.keep_records(true);
  for (std::uint32_t i = 0; i < entities; ++i) {
    trace.add_entity(EntityKind::client, "party " + std::to_string(i), {}, "", {});
  }
  while (trace.text_count() < texts) {
    trace.text(std::to_string(trace.text_count()) + *rc::gen::arbitrary<std::string>());
  }
  const int count = *rc::gen::inRange(0, 20);
  for (int i = 0; i < count; ++i) trace.write(any_record());
  RC_ASSERT(!(*file)->close().has_value());
  const auto recording = read_recording(path);
  if (recording.has_error()) RC_FAIL(recording.error().text());
  RC_ASSERT(recording->records() == trace.records());
  RC_ASSERT(recording->hash() == trace.hash());
  RC_ASSERT(recording->state() == trace.state());
  RC_ASSERT(!first_difference(recording->records(), *recording, trace.records(), trace));
}

}  // namespace

TEST_CASE("any records come back from JSON Lines as they were, with the same hash", "[trace][json]") {
  CHECK(property_holds("JSON Lines, out and back, is the identity",
                       [] { comes_back_from<JsonLinesFile>("random_records.jsonl"); }));
}

TEST_CASE("any records come back from an .rht file as they were, with the same hash", "[trace][rht]") {
  CHECK(property_holds(".rht, out and back, is the identity",
                       [] { comes_back_from<RhtFile>("random_records.rht"); }));
}

TEST_CASE("whatever happens, the sums of the books are whole", "[trace][books]") {
  CHECK(property_holds("given any history, the sums hold, and a second fold gives the same", [] {
    History h;
    const int count = *rc::gen::inRange(0, 200);
    int deliveries = 0;
    for (int i = 0; i < count; ++i) {
      const int choice = *rc::gen::inRange(0, lively_choices);
      const std::uint64_t message = *rc::gen::inRange<std::uint64_t>(1, 6);
      const EntityId who{*rc::gen::inRange(h.ann.value, h.cat.value + 1)};
      const EntityId app{*rc::gen::inRange(h.app_1.value, h.app_2.value + 1)};
      write_lively_record(h, choice, message, who, app);
    }
    const Books result = books(h.trace);  // asserts its sums
    const State::Counts& counts = h.counts();
    CauseCounts lost = h.state().lost();
    std::uint64_t by_cause = 0;
    for (const std::uint64_t n : lost) by_cause += n;
    RC_ASSERT(by_cause == counts.lost);
    RC_ASSERT(counts.pairs_held <= counts.pairs_pending);
    RC_ASSERT(counts.sends_held <= counts.sends_pending);
    RC_ASSERT(h.state().open(SIZE_MAX).size() == h.state().in_flight());
    State again;
    for (Record record : h.trace.records()) again.apply(record);
    RC_ASSERT(again == h.state());
    deliveries = static_cast<int>(counts.deliveries);
    RC_CLASSIFY(deliveries > 0, "something owed was delivered");
    RC_CLASSIFY(counts.lost > 0, "something owed was lost");
    RC_CLASSIFY(!result.balanced, "the books do not balance");
  }));
}

}  // namespace roundhouse::test
