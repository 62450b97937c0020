// A recording in memory: keyframes, moments, and records that cannot come next.
#include <catch2/catch.hpp>

#include <roundhouse/random.h>
#include <roundhouse/recording.h>
#include "tests/sim/trace/history.h"
#include "tests/sim/trace/lively.h"

namespace roundhouse::test {

namespace {

// Long enough for several keyframes; messages come, wait and go all the time.
void live_on(History& h, std::size_t records) {
  Random random(draw_key(7, std::string_view("lively"), Purpose::workload, "", 0));
  while (h.trace.records().size() < records) {
    const std::uint64_t newest = 1 + h.trace.records().size() / 8;
    const std::uint64_t back = random.below(6);
    const EntityId who{h.ann.value + static_cast<std::uint32_t>(random.below(3))};
    const EntityId app{h.app_1.value + static_cast<std::uint32_t>(random.below(2))};
    auto choice = static_cast<int>(random.below(lively_choices));
    // What ends sockets and memberships comes seldom, so that there is something to end.
    const bool ends = choice == 2 || (choice >= 15 && choice <= 18);
    if (ends && random.below(10) != 0) choice = static_cast<int>(random.below(2));
    write_lively_record(h, choice, newest > back ? newest - back : newest, who, app);
  }
}

Record at_time(std::int64_t ns) {
  Record record;
  record.at = {ns};
  record.kind = RecordKind::position;
  return record;
}

}  // namespace

TEST_CASE("the fold from each keyframe on equals the fold from the start", "[trace][recording]") {
  History h;
  live_on(h, 20'000);
  const Recording recording = recorded(h.trace);
  REQUIRE(recording.state().counts().deliveries > 100);
  REQUIRE(recording.state().counts().lost > 100);
  const std::vector<std::size_t> frames = recording.keyframes();
  CHECK(frames.size() > 5);
  CHECK(frames.front() == 0);

  State from_start;
  std::size_t folded = 0;
  for (const std::size_t frame : frames) {
    // Just before the keyframe, at it, after it, and far from it.
    for (const std::size_t count : {frame == 0 ? 0 : frame - 1, frame, frame + 1, frame + 700}) {
      if (count > recording.records().size() || count < folded) continue;
      for (; folded < count; ++folded) {
        Record record = recording.records()[folded];
        from_start.apply(record);
      }
      INFO(count << " records");
      CHECK(recording.state_after(count) == from_start);
    }
  }
  CHECK(recording.state_after(recording.records().size()) == h.state());
  CHECK(recording.hash() == h.trace.hash());
}

TEST_CASE("two folds that differ in one record are not equal", "[trace][recording]") {
  History h;
  live_on(h, 300);
  const Recording recording = recorded(h.trace);
  for (std::size_t count = 0; count < 300; ++count) {
    CHECK_FALSE(recording.state_after(count) == recording.state_after(count + 1));
  }
}

TEST_CASE("a keyframe comes when the tail has outgrown the last one, and at the latest after 50,000 records",
          "[trace][recording]") {
  Recording small;
  for (int i = 0; i < 10'000; ++i) small.append(at_time(i));
  // An empty fold is small: the shortest tail that is worth a keyframe rules.
  CHECK(small.keyframes() ==
        std::vector<std::size_t>{0, 1000, 2000, 3000, 4000, 5000, 6000, 7000, 8000, 9000, 10'000});

  Recording large;
  constexpr int sessions = 200'000;
  for (int i = 0; i < sessions; ++i) {
    Record record = at_time(i);
    record.kind = RecordKind::session;
    record.how = static_cast<std::uint8_t>(SessionPhase::opened);
    record.subject = large.add_text("session " + std::to_string(i));
    large.append(record);
  }
  const std::size_t bytes = large.state().bytes();
  const std::vector<std::size_t> frames = large.keyframes();
  CHECK(frames.size() < bytes / 20'000);
  for (int i = 0; i < 300'000; ++i) large.append(at_time(sessions + i));
  const std::vector<std::size_t> later = large.keyframes();
  for (std::size_t i = 1; i < later.size(); ++i) CHECK(later[i] - later[i - 1] <= keyframe_records_max);
}

TEST_CASE("the records until a moment are those before the first later one", "[trace][recording]") {
  Recording recording;
  CHECK(recording.records_until({5}) == 0);
  for (int i = 0; i < 5000; ++i) recording.append(at_time(i / 2 * 10));
  CHECK(recording.records_until({-1}) == 0);
  CHECK(recording.records_until({0}) == 2);
  CHECK(recording.records_until({9}) == 2);
  CHECK(recording.records_until({10}) == 4);
  for (int i = 0; i < 2500; i += 7)
    CHECK(recording.records_until({i * 10 + 3}) == static_cast<std::size_t>(i * 2 + 2));
  CHECK(recording.records_until(Instant::never()) == 5000);
}

TEST_CASE("a writer whose time runs back a little does not confuse the search", "[trace][recording]") {
  Recording recording;
  for (int i = 0; i < 4000; ++i) recording.append(at_time(i % 3 == 2 ? i * 10 - 15 : i * 10));
  for (int i = 0; i < 3990; i += 11) {
    const std::size_t count = recording.records_until({i * 10});
    INFO(i);
    REQUIRE(count < 4000);
    CHECK(recording.records()[count].at.ns > i * 10);
    for (std::size_t k = count > 10 ? count - 10 : 0; k < count; ++k)
      CHECK(recording.records()[k].at.ns <= i * 10);
  }
}

TEST_CASE("a record that cannot come next is refused in words", "[trace][recording]") {
  Recording recording;
  const auto problem = [&recording](Record record) {
    const std::string words = recording.problem(record);
    if (!words.empty()) CHECK_THROWS_AS(recording.append(record), UsageError);
    return words;
  };
  Record ann;
  ann.kind = RecordKind::entity;
  ann.other = {1};
  CHECK(problem(ann) == "an entity needs a \"name\"");
  ann.subject = recording.add_text("ann");
  ann.how = 200;
  CHECK(problem(ann) == "there is no kind of entity with number 200");
  ann.how = static_cast<std::uint8_t>(EntityKind::client);
  ann.other = {2};
  CHECK(problem(ann) == "entities are numbered in order: this is number 1");
  ann.other = {1};
  recording.append(ann);
  ann.other = {2};
  CHECK(problem(ann) == "there is an entity named \"ann\" already");

  CHECK(problem({.kind = static_cast<RecordKind>(99)}) == "there is no kind with number 99");
  CHECK(problem({.kind = RecordKind::hop, .subject = {2}}) == "it names text 2, which is not there");
  CHECK(problem({.kind = RecordKind::hop, .text = {UINT32_MAX}}) ==
        "it names text 4294967295, which is not there");
  CHECK(problem({.by = {2}, .kind = RecordKind::hop}) == "it names entity 2, which is not there");
  CHECK(problem({.kind = RecordKind::hop, .other = {2}}) == "it names entity 2, which is not there");
  CHECK(problem({.by = {1}, .kind = RecordKind::hop, .other = {1}, .subject = {1}}).empty());
  CHECK(recording.records().size() == 1);
  CHECK(recording.entity({1}).name == "ann");
  CHECK(recording.entity_named("ann") == EntityId{1});
  CHECK(recording.entity_named("bob") == EntityId{});
  CHECK(recording.text_named("ann") == TextId{1});
  CHECK(recording.text_named("bob") == TextId{});
  CHECK_THROWS_AS(recording.state_after(2), UsageError);
}

}  // namespace roundhouse::test
