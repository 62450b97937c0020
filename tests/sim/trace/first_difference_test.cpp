// Where two runs part.
#include <catch2/catch.hpp>

#include "sim/trace/first_difference.h"
#include "sim/trace/record_fields.h"
#include "tests/sim/trace/history.h"

namespace roundhouse::test {

namespace {

std::optional<FirstDifference> between(const History& a, const History& b) {
  return first_difference(a.trace.records(), a.trace, b.trace.records(), b.trace);
}

}  // namespace

TEST_CASE("two equal runs have no difference", "[trace]") {
  History a, b;
  a.said(a.ann, a.app_1, 1, "r");
  b.said(b.ann, b.app_1, 1, "r");
  CHECK_FALSE(between(a, b));
}

TEST_CASE("texts are compared, not their numbers", "[trace]") {
  History a, b;
  b.trace.text("only here");
  a.send(a.ann, 1, "r");
  b.send(b.ann, 1, "r");
  CHECK_FALSE(between(a, b));
  a.send(a.ann, 2, "r");
  b.send(b.ann, 2, "q");
  const auto difference = between(a, b);
  REQUIRE(difference);
  CHECK(difference->words.find("room is r in the first run and q in the second") != std::string::npos);
}

TEST_CASE("the first record that differs is named in words", "[trace]") {
  History a, b;
  a.send(a.ann, 1, "r");
  b.send(b.ann, 1, "r");
  a.send(a.bob, 2, "r");
  b.send(b.cat, 2, "r");
  a.send(a.bob, 3, "r");
  b.send(b.bob, 4, "r");
  const auto difference = between(a, b);
  REQUIRE(difference);
  CHECK(difference->record == 8);
  CHECK(difference->words ==
        "record 9 differs: by is bob in the first run and cat in the second\n"
        "  first:         2.000 ms  bob           send       message 2, socket s-bob, room r\n"
        "  second:        2.000 ms  cat           send       message 2, socket s-cat, room r");
}

TEST_CASE("any field that differs is found", "[trace]") {
  for (int slot = 0; slot <= static_cast<int>(Slot::more); ++slot) {
    History a, b;
    const Record record = a.begin(RecordKind::send, a.ann);
    Record other = record;
    a.trace.text("x"), b.trace.text("x");
    REQUIRE(set(other, static_cast<Slot>(slot), get(other, static_cast<Slot>(slot)) + 1));
    a.trace.write(record);
    b.trace.write(other);
    INFO(slot);
    CHECK(between(a, b));
  }
  History a, b;
  Record record = a.begin(RecordKind::hop, a.ann);
  a.trace.write(record);
  ++record.at.ns;
  b.trace.write(record);
  CHECK(between(a, b)->words.find("the time is") != std::string::npos);
}

TEST_CASE("a run that ends early differs where it ends", "[trace]") {
  History a, b;
  a.send(a.ann, 1, "r");
  const auto difference = between(a, b);
  REQUIRE(difference);
  CHECK(difference->record == 7);
  CHECK(difference->words.find("the second run ends after 7 records; the other goes on with") == 0);
  CHECK(between(b, a)->words.find("the first run ends after 7 records") == 0);
}

}  // namespace roundhouse::test
