// Marks travel beside the bytes of the loopback world, arrive where they were laid, and are accounted for when they cannot.
#include "tests/sim/world/loopback_town.h"

namespace roundhouse::loopback_test {
namespace {

struct Marked {
  explicit Marked(const LoopbackWorldOptions& options = {}) : town(options) { connect(); }

  void connect() {
    const std::size_t accepted = server.accepted.size();
    const std::size_t opened = client.opened.size();
    c = client.host->connect({.to = {"app-1", 5000}});
    REQUIRE(town.until([&] { return server.accepted.size() > accepted && client.opened.size() > opened; }));
  }
  void send(std::uint64_t message, ByteView bytes) {
    client.host->send(c, bytes, Mark{{message}, {}, What::frame});
  }
  std::vector<std::uint64_t> messages(RecordKind kind) {
    std::vector<std::uint64_t> found;
    for (const Record& record : town.records(kind)) found.push_back(record.message.value);
    return found;
  }
  std::vector<Cause> causes() {
    std::vector<Cause> found;
    for (const Record& record : town.records(RecordKind::lost))
      found.push_back(static_cast<Cause>(record.code));
    return found;
  }

  Town town;
  Player& server = town.server("app-1", "127.1.0.1", 5000);
  Player& client = town.client("client-1", "127.0.7.1");
  ConnectionId c;
};

using Numbers = std::vector<std::uint64_t>;
using Causes = std::vector<Cause>;

TEST_CASE("marks arrive at the offsets at which they were laid, whatever the chunks", "[loopback]") {
  Marked run;
  Bytes sent;
  std::vector<Player::SeenMark> expected;
  Random random(3);
  std::uint64_t message = 0;
  for (int i = 0; i < 200; ++i) {
    const Bytes bytes = pattern(1 + random.below(i % 20 == 0 ? 200'000 : 300));
    std::vector<PlacedMark> marks;
    for (std::uint32_t at = 1 + static_cast<std::uint32_t>(random.below(50));
         at <= bytes.size() && marks.size() < 3; at += 40) {
      marks.push_back({at, Mark{{++message}, {static_cast<std::uint32_t>(i)}, What::deliver}});
      expected.push_back({sent.size() + at, marks.back().mark});
    }
    if (i % 2 == 0) {
      run.client.host->send(run.c, ByteView(bytes), Marks(marks));
    } else {
      run.client.host->send(run.c, share(bytes), Marks(marks));
    }
    sent += bytes;
    if (i % 10 == 0) run.town.world->run_until(run.town.world->now());
  }
  REQUIRE(run.town.until([&] { return run.server.received_bytes() == sent.size(); }));
  CHECK(run.server.received(run.c) == sent);
  CHECK(run.server.marks == expected);
  CHECK(run.messages(RecordKind::hop).size() == message);
  CHECK(run.causes().empty());
}

TEST_CASE("a hop says who, to whom, when it left and how many bytes", "[loopback]") {
  Marked run;
  const TextId sid = run.town.trace.text("the-sid");
  const Instant before = run.town.world->now();
  const PlacedMark marks[] = {{10, Mark{{71}, sid, What::deliver}}, {25, Mark{{72}, {}, What::reply}}};
  run.server.host->send(run.server.accepted[0], ByteView("0123456789 and a second one"), Marks(marks));
  REQUIRE(run.town.until([&] { return run.client.marks.size() == 2; }));
  const auto hops = run.town.records(RecordKind::hop);
  REQUIRE(hops.size() == 2);
  CHECK(hops[0].by == run.town.world->entity_of(run.client.node));
  CHECK(hops[0].other == run.town.world->entity_of(run.server.node));
  CHECK(hops[0].message == MessageId{71});
  CHECK(hops[0].subject == sid);
  CHECK(hops[0].how == static_cast<std::uint8_t>(What::deliver));
  CHECK(hops[0].connection == run.c.serial);
  CHECK(hops[0].value == 10);
  CHECK(hops[1].value == 15);
  CHECK(static_cast<std::int64_t>(hops[0].extra) >= before.ns);
  CHECK(hops[0].at.ns >= static_cast<std::int64_t>(hops[0].extra));
}

TEST_CASE("with marks off the bytes are the same and no mark is seen", "[loopback]") {
  Marked run({.marks = false});
  run.send(1, "the same bytes");
  REQUIRE(run.town.until([&] { return run.server.received(run.c) == "the same bytes"; }));
  CHECK(run.server.marks.empty());
  CHECK(run.town.records(RecordKind::hop).empty());
}

TEST_CASE("marks in flight to a node that is killed are lost: it is dead", "[loopback]") {
  Marked run;
  run.town.world->pause(run.server.node);
  run.send(1, "written, unread");
  run.town.turns();
  run.send(2, "unwritten");
  run.town.world->kill(run.server.node);
  CHECK(run.messages(RecordKind::lost) == Numbers{1, 2});
  CHECK(run.causes() == Causes{Cause::dead, Cause::dead});
  run.send(3, "after its end");
  REQUIRE(run.town.until([&] { return run.client.closed.size() == 1; }));
  CHECK(run.messages(RecordKind::lost) == Numbers{1, 2, 3});
  CHECK(run.causes().back() == Cause::reset);
}

TEST_CASE("what a lost host had in hand is lost with it, once", "[loopback]") {
  Marked run;
  run.town.world->pause(run.server.node);
  run.send(1, "in its kernel");
  run.server.host->send(run.server.accepted[0], ByteView("written"), Mark{{2}, {}, What::deliver});
  run.town.turns();
  run.town.world->lose(run.server.node);
  CHECK(run.town.world->party(run.server.node) == nullptr);
  CHECK(run.messages(RecordKind::lost) == Numbers{1});
  run.send(3, "into silence");
  run.town.turns();
  CHECK(run.messages(RecordKind::hop) == Numbers{2});
  CHECK(run.messages(RecordKind::lost) == Numbers{1});
  run.town.world->report_held();
  CHECK(run.messages(RecordKind::held) == Numbers{3});
  run.town.world->kill(run.server.node);
  CHECK(run.messages(RecordKind::lost) == Numbers{1, 3});
  CHECK(run.causes() == Causes{Cause::dead, Cause::dead});
}

TEST_CASE("what a killed node had written still arrives", "[loopback]") {
  Marked run;
  run.send(1, "written");
  run.town.world->kill(run.client.node);
  REQUIRE(run.town.until([&] { return run.server.ended.size() == 1; }));
  CHECK(run.server.marks.size() == 1);
  CHECK(run.causes().empty());
}

TEST_CASE("marks behind a full socket die with their sender", "[loopback]") {
  Marked run;
  run.server.host->pause_reading(run.server.accepted[0], true);
  run.send(1, pattern(32 * 1024 * 1024));
  run.send(2, "queued behind it");
  run.town.turns();
  run.town.world->kill(run.client.node);
  CHECK(run.messages(RecordKind::lost) == Numbers{1, 2});
  CHECK(run.causes() == Causes{Cause::dead, Cause::dead});
}

TEST_CASE("marks toward an end that its party closed are lost: closed; one that it reset: reset",
          "[loopback]") {
  Marked run;
  run.town.world->pause(run.client.node);
  run.server.host->send(run.server.accepted[0], ByteView("unread"), Mark{{1}, {}, What::deliver});
  run.town.turns();
  run.client.host->close(run.c, Close::fin);
  CHECK(run.causes() == Causes{Cause::closed});
  run.town.world->go_on(run.client.node);
  run.connect();
  run.send(2, "dropped by a reset");
  run.client.host->close(run.c, Close::reset);
  CHECK(run.causes() == Causes{Cause::closed, Cause::reset});
}

TEST_CASE("marks sent into a refused connect are lost: refused", "[loopback]") {
  Marked run;
  const ConnectionId refused = run.client.host->connect({.to = {"app-1", 5001}});
  run.client.host->send(refused, ByteView("x"), Mark{{1}, {}, What::frame});
  const ConnectionId unknown = run.client.host->connect({.to = {"nobody", 1}});
  run.client.host->send(unknown, ByteView("x"), Mark{{2}, {}, What::frame});
  run.town.world->kill(run.server.node);
  const ConnectionId down = run.client.host->connect({.to = {"app-1", 5000}});
  run.client.host->send(down, ByteView("x"), Mark{{3}, {}, What::frame});
  REQUIRE(run.town.until([&] { return run.client.closed.size() == 3; }));
  CHECK(run.causes() == Causes{Cause::refused, Cause::refused, Cause::refused});
}

TEST_CASE("marks of reset connections are lost: reset", "[loopback]") {
  Marked run;
  run.town.world->pause(run.server.node);
  run.send(1, "unread");
  run.town.turns();
  run.send(2, "unwritten");
  run.town.world->reset_connections(run.client.node, run.server.node);
  CHECK(run.messages(RecordKind::lost) == Numbers{1, 2});
  CHECK(run.causes() == Causes{Cause::reset, Cause::reset});
}

TEST_CASE("marks of a client that left before its server took the connection are settled with it",
          "[loopback]") {
  Marked run;
  run.town.world->pause(run.server.node);
  const ConnectionId early = run.client.host->connect({.to = {"app-1", 5000}});
  run.client.host->send(early, ByteView("gone already"), Mark{{1}, {}, What::frame});
  run.client.host->close(early, Close::fin);
  REQUIRE(run.town.until(
      [&] { return run.client.opened.size() == 1 && run.town.world->open_connections() == 2; }));
  run.town.turns();
  SECTION("it accepts") {
    run.town.world->go_on(run.server.node);
    REQUIRE(run.town.until([&] { return run.server.marks.size() == 1; }));
    CHECK(run.causes().empty());
  }
  SECTION("it dies") {
    run.town.world->kill(run.server.node);
    CHECK(run.causes() == Causes{Cause::dead});
  }
}

TEST_CASE("marks on a wire at the end of a run are held, and running parties are asked", "[loopback]") {
  Marked run;
  run.town.world->set_link(run.client.node, run.server.node, {.cut = true});
  run.send(9, "behind a cut");
  run.town.turns();
  run.town.world->report_held();
  const auto held = run.town.records(RecordKind::held);
  REQUIRE(held.size() == 1);
  CHECK(held[0].message == MessageId{9});
  CHECK(held[0].by == run.town.world->entity_of(run.client.node));
  CHECK(held[0].other == run.town.world->entity_of(run.server.node));
  CHECK(run.client.run_ends == 1);
  CHECK(run.server.run_ends == 1);
}

}  // namespace
}  // namespace roundhouse::loopback_test
