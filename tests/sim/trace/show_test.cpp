// Records in words.
#include <algorithm>
#include <catch2/catch.hpp>

#include "sim/trace/show.h"
#include "tests/sim/trace/history.h"

namespace roundhouse::test {

namespace {

std::size_t lines(const std::string& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

// ann sends message 1 to room r through app-1; bob on app-2 has it, cat on app-2 loses it.
struct Told : History {
  Told() {
    for (const EntityId who : {app_1, app_2, ann, bob, cat}) up(who);
    connected(ann, app_1);
    connected(bob, app_2);
    connected(cat, app_2);
    joined(bob, app_2, "r");
    joined(cat, app_2, "r");
    send(ann, 1, "r");
    hop(ann, proxy, What::frame);
    hop(proxy, app_1, What::frame);
    accept(app_1, ann, 1, "r");
    Record publish = begin(RecordKind::publish, app_1);
    publish.message = {1};
    publish.text = trace.text("channel");
    trace.write(publish);
    hop(app_1, broker, What::publish);
    Record position = begin(RecordKind::position, broker);
    position.message = {1};
    position.text = publish.text;
    position.value = 4;
    position.extra = 2;
    trace.write(position);
    hop(broker, app_2, What::copy);
    hop(app_2, proxy, What::deliver, bob);
    hop(proxy, bob, What::deliver, bob);
    deliver(bob, 1);
    lost(1, What::deliver, Cause::reset, cat);
    send(ann, 2, "q");
  }
  void hop(EntityId from, EntityId to, What what, EntityId receiver = {}) {
    Record record = begin(RecordKind::hop, to);
    record.message = {1};
    record.other = from;
    record.how = static_cast<std::uint8_t>(what);
    record.extra = static_cast<std::uint64_t>(record.at.ns) - 250'000;
    record.value = 91;
    if (receiver) record.subject = socket_of(receiver);
    trace.write(record);
  }
};

}  // namespace

TEST_CASE("times are milliseconds with three digits", "[trace]") {
  CHECK(time_text({0}) == "0.000");
  CHECK(time_text({1'204'999}) == "1.204");
  CHECK(time_text({12'345'006'000}) == "12345.006");
  CHECK(time_text({-1'500'000}) == "-1.500");
}

TEST_CASE("a record is one line: when, who, what", "[trace]") {
  Told h;
  Record route = h.begin(RecordKind::route, h.proxy);
  route.at = {1'204'000};
  route.connection = 3;
  route.value = 7;
  route.text = h.trace.text("ip_hash");
  route.subject = h.trace.text("webapp-1:5000");
  CHECK(line_of(route, h.trace) ==
        "       1.204 ms  proxy         route      connection 3, request 7, policy ip_hash, peer "
        "webapp-1:5000, choice first");
}

TEST_CASE("every kind has a line", "[trace]") {
  History h;
  for (std::size_t i = 0; i < record_kinds; ++i) {
    Record record;
    record.kind = static_cast<RecordKind>(i);
    CHECK(line_of(record, h.trace).find(name_of(record.kind)) != std::string::npos);
  }
}

TEST_CASE("a filter lets pass what a party wrote and what was written of it", "[trace]") {
  Told h;
  const std::string of_broker = show(h.trace.records(), h.trace, {.party = "broker"});
  CHECK(lines(of_broker) == 4);  // its entity, a hop to it, its position, a hop from it
  CHECK(show(h.trace.records(), h.trace, {.party = "nobody"}).empty());
  CHECK(lines(show(h.trace.records(), h.trace)) == h.trace.records().size());
}

TEST_CASE("a filter by message, session or room lets pass what names it", "[trace]") {
  Told h;
  CHECK(lines(show(h.trace.records(), h.trace, {.message = {1}})) == 12);
  CHECK(lines(show(h.trace.records(), h.trace, {.message = {2}})) == 1);
  CHECK(lines(show(h.trace.records(), h.trace, {.session = "e-bob"})) == 2);
  CHECK(show(h.trace.records(), h.trace, {.session = "e-nobody"}).empty());
  const std::string room = show(h.trace.records(), h.trace, {.room = "r"});
  CHECK(lines(room) == 6 + 12);  // joins, and all about message 1
  CHECK(lines(show(h.trace.records(), h.trace, {.room = "q"})) == 1);
  CHECK(lines(show(h.trace.records(), h.trace, {.party = "bob", .room = "r"})) == 4);
}

TEST_CASE("a continuation is shown with the record before it", "[trace]") {
  History h;
  h.trace.write(h.begin(RecordKind::route, h.proxy));
  h.trace.write(h.begin(RecordKind::text, h.proxy));
  h.trace.write(h.begin(RecordKind::ack, h.ann));
  h.trace.write(h.begin(RecordKind::text, h.proxy));
  CHECK(lines(show(h.trace.records(), h.trace, {.party = "ann"})) == 3);  // its entity too
}

TEST_CASE("a message is followed from its sender to all its receivers", "[trace]") {
  Told h;
  const std::string story = follow({1}, h.trace.records(), h.trace);
  CHECK(story ==
        R"(message 1
      24.000 ms  ann sends it to room r, 0 bytes
      25.000 ms  ann -> proxy  frame, left at 24.750 ms, 0.250 ms on the way, 91 bytes
      26.000 ms  proxy -> app-1  frame, left at 25.750 ms, 0.250 ms on the way, 91 bytes
      27.000 ms  app-1 accepts it for room r, from ann (socket s-ann)
      28.000 ms  app-1 publishes it on channel
      29.000 ms  app-1 -> broker  publish, left at 28.750 ms, 0.250 ms on the way, 91 bytes
      30.000 ms  broker puts it at place 4, 2 receivers, channel channel
      31.000 ms  broker -> app-2  copy, left at 30.750 ms, 0.250 ms on the way, 91 bytes
      32.000 ms  app-2 -> proxy  deliver for bob (socket s-bob), left at 31.750 ms, 0.250 ms on the way, 91 bytes
      33.000 ms  proxy -> bob  deliver for bob (socket s-bob), left at 32.750 ms, 0.250 ms on the way, 91 bytes
      34.000 ms  bob (socket s-bob) has it, 10.000 ms after it was sent, 7.000 ms after it was accepted
      35.000 ms  lost at proxy: deliver to cat for cat (socket s-cat), because reset
delivered to 1 to whom it was owed, 1 lost
)");
}

TEST_CASE("following a message that no record names says so", "[trace]") {
  Told h;
  CHECK(follow({99}, h.trace.records(), h.trace) == "message 99: no record names it\n");
}

}  // namespace roundhouse::test
