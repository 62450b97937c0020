// Bytes of the virtual world: order, cuts, marks, ends, windows and back-pressure.
#include <catch2/catch.hpp>

#include "scripted_party.h"
#include "sim/world/virtual_world.h"

using namespace roundhouse;
using namespace std::chrono_literals;

namespace {

Mark mark(std::uint64_t message, What what = What::frame) {
  return {MessageId{message}, TextId{}, what};
}

}  // namespace

TEST_CASE("bytes arrive after the latency, in both directions", "[traffic]") {
  Pair pair;
  pair.server.on_data = [](Host& host, ConnectionId id, ByteView bytes, Marks) { host.send(id, bytes); };
  pair.open();
  pair.client.host->send(pair.connection, "ping");
  pair.test.run_for(10ms);
  CHECK(pair.server.all() == "ping");
  CHECK(pair.server.chunks_at[0] == Instant{} + 11ms);
  CHECK(pair.client.all() == "ping");
  CHECK(pair.client.chunks_at[0] == Instant{} + 12ms);
}

TEST_CASE("any pattern of sends arrives as the same stream, in order, with its marks in place",
          "[traffic][property]") {
  std::size_t cuts = 0;
  std::size_t joins = 0;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    Random plan(draw_key(seed, "plan", Purpose::plan, {}, 0));
    Pair pair({.seed = seed});
    pair.test.world->set_default_link({.latency = 1ms,
                                       .jitter = plan.chance(1, 2) ? Duration(3ms) : Duration(0),
                                       .bytes_per_second = plan.chance(1, 3) ? 1'000'000u : 0u});
    pair.open();
    Bytes sent;
    std::vector<PlacedMark> laid;
    std::size_t sends = 0;
    for (int step = 0; step < 60; ++step) {
      const std::size_t size = plan.chance(1, 10) ? plan.below(300'000) : plan.below(400);
      const Bytes bytes = pattern(size, sent.size());
      std::vector<PlacedMark> marks;
      for (std::uint32_t end = 0; size > 0 && plan.chance(2, 3);) {
        end += 1 + static_cast<std::uint32_t>(plan.below(size));
        if (end > size) break;
        marks.push_back({end, mark(laid.size() + marks.size() + 1)});
      }
      for (PlacedMark m : marks) laid.push_back({m.end + static_cast<std::uint32_t>(sent.size()), m.mark});
      if (plan.chance(1, 2)) {
        pair.client.host->send(pair.connection, share(bytes), marks);
      } else {
        pair.client.host->send(pair.connection, ByteView(bytes), marks);
      }
      sent += bytes;
      sends += size > 0 ? 1 : 0;
      if (plan.chance(1, 4)) pair.server.host->pause_reading(pair.accepted(), plan.chance(1, 2));
      if (plan.chance(1, 3)) pair.test.run_for(Duration(plan.below(4'000'000)));
    }
    pair.server.host->pause_reading(pair.accepted(), false);
    pair.test.run_for(60s);
    INFO("seed " << seed);
    REQUIRE(pair.server.all() == sent);
    REQUIRE(pair.server.marks == laid);
    const auto hops = pair.test.records(RecordKind::hop);
    REQUIRE(hops.size() == laid.size());
    for (std::size_t i = 0; i < hops.size(); ++i) REQUIRE(hops[i].message == laid[i].mark.message);
    if (pair.server.chunks.size() > sends) ++cuts;
    if (pair.server.chunks.size() < sends) ++joins;
  }
  CHECK(cuts + joins > 20);
}

TEST_CASE("some sends are cut in two, and some chunks of one instant are joined", "[traffic]") {
  Pair pair({.seed = 3});
  pair.open();
  for (int i = 0; i < 800; ++i) {
    pair.client.host->send(pair.connection, "0123456789");
    pair.test.run_for(1ms);
  }
  pair.test.run_for(10ms);
  const std::size_t cut = pair.server.chunks.size() - 800;
  CHECK(cut > 50);
  CHECK(cut < 150);
  pair.server.chunks.clear();
  for (int i = 0; i < 800; ++i) pair.client.host->send(pair.connection, "0123456789");
  pair.test.run_for(10ms);
  CHECK(pair.server.chunks.size() < 700);
  CHECK(pair.server.chunks.size() > 200);
}

TEST_CASE("a mark becomes a hop when its last byte has arrived", "[traffic]") {
  Pair pair;
  pair.open();
  const TextId to = pair.test.trace.text("sid");
  const PlacedMark marks[] = {{2, mark(1)}, {6, {MessageId{2}, to, What::deliver}}};
  pair.client.host->send(pair.connection, "abcdefgh", marks);
  pair.test.run_for(10ms);
  REQUIRE(pair.server.marks.size() == 2);
  CHECK(pair.server.marks[0] == marks[0]);
  CHECK(pair.server.marks[1] == marks[1]);
  const auto hops = pair.test.records(RecordKind::hop);
  REQUIRE(hops.size() == 2);
  CHECK(hops[1].message == MessageId{2});
  CHECK(hops[1].subject == to);
  CHECK(hops[1].how == static_cast<int>(What::deliver));
  CHECK(hops[1].by == pair.world().entity_of(pair.server_node));
  CHECK(hops[1].other == pair.world().entity_of(pair.client_node));
  CHECK(hops[1].at == Instant{} + 11ms);
  CHECK(hops[1].extra == 10'000'000);
  CHECK(hops[1].value == 4);
  CHECK(hops[1].connection == pair.connection.serial);
}

TEST_CASE("without marks the bytes and their times are the same", "[traffic]") {
  std::vector<Bytes> streams;
  std::vector<std::vector<Instant>> times;
  for (const bool marks : {true, false}) {
    Pair pair({.seed = 5, .marks = marks});
    pair.world().set_default_link({.latency = 1ms, .jitter = 1ms});
    pair.open();
    for (std::uint64_t i = 0; i < 200; ++i) {
      pair.client.host->send(pair.connection, pattern(i), mark(i + 1));
      if (i % 3 == 0) pair.test.run_for(1ms);
    }
    pair.test.run_for(1s);
    streams.push_back(pair.server.all());
    times.push_back(pair.server.chunks_at);
    CHECK(pair.server.marks.empty() != marks);
    CHECK(pair.test.records(RecordKind::hop).empty() != marks);
  }
  CHECK(streams[0] == streams[1]);
  CHECK(times[0] == times[1]);
}

TEST_CASE("shared bytes travel by reference", "[traffic]") {
  Pair pair;
  pair.open();
  const SharedBytes bytes = share(pattern(5000));
  const char* seen = nullptr;
  pair.server.on_data = [&](Host&, ConnectionId, ByteView view, Marks) { seen = view.data(); };
  pair.client.host->send(pair.connection, bytes);
  CHECK(bytes.use_count() == 2);
  pair.test.run_for(10ms);
  CHECK(seen == bytes->data());
  CHECK(bytes.use_count() == 1);
}

TEST_CASE("a rate makes bytes take their time, and connections of a pair share it", "[traffic]") {
  Pair pair;
  pair.open();
  const ConnectionId second = pair.client.host->connect({.to = {"app-1", 80}});
  pair.test.run_for(10ms);
  SECTION("one link for the pair") {
    pair.world().set_link(pair.client_node, pair.server_node, {.latency = 1ms, .bytes_per_second = 1000});
    pair.client.host->send(pair.connection, pattern(100));
    pair.client.host->send(second, pattern(100));
    pair.test.run_for(1s);
    REQUIRE(pair.server.chunks_at.size() == 2);
    CHECK(pair.server.chunks_at[0] == Instant{} + 20ms + 101ms);
    CHECK(pair.server.chunks_at[1] == Instant{} + 20ms + 201ms);
  }
  SECTION("the link of all pairs counts for each connection") {
    pair.world().set_default_link({.latency = 1ms, .bytes_per_second = 1000});
    pair.client.host->send(pair.connection, pattern(100));
    pair.client.host->send(pair.connection, pattern(100));
    pair.client.host->send(second, pattern(100));
    pair.test.run_for(1s);
    REQUIRE(pair.server.chunks_at.size() == 3);
    CHECK(pair.server.chunks_at[0] == Instant{} + 20ms + 101ms);
    CHECK(pair.server.chunks_at[1] == Instant{} + 20ms + 101ms);
    CHECK(pair.server.chunks_at[2] == Instant{} + 20ms + 201ms);
  }
}

TEST_CASE("a long send travels in segments, none longer than the limit", "[traffic]") {
  Pair pair;
  pair.open();
  const Bytes bytes = pattern(200'000);
  CHECK(pair.client.host->send(pair.connection, bytes) == 0);
  pair.test.run_for(10ms);
  CHECK(pair.server.all() == bytes);
  for (const std::size_t size : pair.server.chunks) CHECK(size <= segment_bytes_max);
}

TEST_CASE("one who does not read fills the window, and then the sender's queue", "[traffic]") {
  Pair pair;
  pair.open();
  pair.server.host->pause_reading(pair.accepted(), true);
  std::size_t queued = 0;
  for (int i = 0; i < 20; ++i) queued = pair.client.host->send(pair.connection, pattern(65536, 65536u * i));
  CHECK(queued == 20 * 65536 - receive_window);
  pair.test.run_for(1s);
  CHECK(pair.server.all().empty());
  CHECK(pair.client.count("drain") == 0);
  pair.server.host->pause_reading(pair.accepted(), false);
  pair.test.run_for(1s);
  CHECK(pair.server.all() == pattern(20 * 65536));
  CHECK(pair.client.count("drain") == 1);
}

TEST_CASE("a queue that passes the high mark, and its return to the low one, are written down", "[traffic]") {
  Pair pair;
  pair.open();
  pair.server.host->pause_reading(pair.accepted(), true);
  for (int i = 0; i < 20; ++i) pair.client.host->send(pair.connection, pattern(65536));
  pair.test.run_for(1s);
  std::vector<Record> buffers = pair.test.records(RecordKind::buffer);
  REQUIRE(buffers.size() == 1);  // once, however much longer it becomes
  CHECK(buffers[0].value > send_high_mark);
  CHECK(buffers[0].extra == send_high_mark);
  CHECK(buffers[0].connection == pair.connection.serial);
  pair.server.host->pause_reading(pair.accepted(), false);
  pair.test.run_for(1s);
  buffers = pair.test.records(RecordKind::buffer);
  REQUIRE(buffers.size() == 2);
  CHECK(buffers[1].value <= send_low_mark);
  CHECK(buffers[1].by == buffers[0].by);
}

TEST_CASE("below the high mark there is no on_drain", "[traffic]") {
  Pair pair;
  pair.open();
  pair.server.host->pause_reading(pair.accepted(), true);
  pair.client.host->send(pair.connection, pattern(receive_window));
  CHECK(pair.client.host->send(pair.connection, pattern(send_high_mark)) == send_high_mark);
  pair.server.host->pause_reading(pair.accepted(), false);
  pair.test.run_for(1s);
  CHECK(pair.client.count("drain") == 0);
  CHECK(pair.server.all().size() == receive_window + send_high_mark);
}

TEST_CASE("the sender hears of room only after the way back", "[traffic]") {
  Pair pair;
  pair.open();
  pair.client.host->send(pair.connection, pattern(receive_window));
  pair.client.host->send(pair.connection, "more");
  pair.test.run_for(10ms);
  CHECK(pair.server.chunks_at.back() == Instant{} + 10ms + 3ms);
}

TEST_CASE("close flushes what is queued, then the peer sees the end", "[traffic]") {
  Pair pair;
  pair.open();
  pair.server.host->pause_reading(pair.accepted(), true);
  const Bytes bytes = pattern(1'000'000);
  pair.client.host->send(pair.connection, bytes);
  pair.client.host->close(pair.connection, Close::fin);
  pair.test.run_for(1s);
  CHECK(pair.server.count("end") == 0);
  pair.server.on_end = [&](Host& host, ConnectionId id) {
    CHECK(pair.server.all() == bytes);
    host.close(id, Close::fin);
  };
  pair.server.host->pause_reading(pair.accepted(), false);
  pair.test.run_for(1s);
  CHECK(pair.server.count("end") == 1);
  CHECK(pair.client.seen == std::vector<std::string>{"start", "open"});
  const auto ends = pair.test.records(RecordKind::end);
  REQUIRE(ends.size() == 1);
  CHECK(ends[0].how == static_cast<int>(How::fin));
  CHECK(ends[0].by == pair.world().entity_of(pair.client_node));
  CHECK(ends[0].value == 1'000'000);
  CHECK(ends[0].extra == 0);
  CHECK(pair.world().open_connections() == 0);
}

TEST_CASE("after the peer's end a party may still write until the peer's kernel answers with a reset",
          "[traffic]") {
  Pair pair;
  pair.open();
  pair.client.host->close(pair.connection, Close::fin);
  pair.test.run_for(10ms);
  REQUIRE(pair.server.seen.back() == "end");
  CHECK(pair.world().open_connections() == 1);
  pair.server.host->send(pair.accepted(), "too late", mark(1));
  pair.test.run_for(10ms);
  CHECK(pair.server.seen.back() == "close reset");
  const auto lost = pair.test.records(RecordKind::lost);
  REQUIRE(lost.size() == 1);
  CHECK(lost[0].code == static_cast<int>(Cause::closed));
  CHECK(pair.test.records(RecordKind::end)[0].how == static_cast<int>(How::reset));
  CHECK(pair.world().open_connections() == 0);
}

TEST_CASE("closing with unread bytes resets, as Linux does", "[traffic]") {
  Pair pair;
  pair.open();
  pair.server.host->pause_reading(pair.accepted(), true);
  pair.client.host->send(pair.connection, "unread", mark(1));
  pair.test.run_for(10ms);
  pair.server.host->close(pair.accepted(), Close::fin);
  pair.test.run_for(10ms);
  CHECK(pair.client.seen.back() == "close reset");
  REQUIRE(pair.test.records(RecordKind::lost).size() == 1);
  CHECK(pair.test.records(RecordKind::lost)[0].code == static_cast<int>(Cause::closed));
}

TEST_CASE("a slot is reused, its serial is not", "[traffic]") {
  Pair pair;
  pair.open();
  const ConnectionId first = pair.connection;
  pair.client.host->close(first, Close::fin);
  const ConnectionId second = pair.client.host->connect({.to = {"app-1", 80}});
  CHECK(second.slot == first.slot);
  CHECK(second.serial != first.serial);
  pair.client.host->close(first, Close::reset);  // the old id is dead: nothing happens
  pair.test.run_for(10ms);
  CHECK(pair.client.count("open") == 2);
  CHECK_THROWS_AS(pair.client.host->send(first, "dead"), InvariantBroken);
}

TEST_CASE("many connections come and go, and none is left", "[traffic]") {
  Pair pair({.seed = 9});
  pair.server.on_data = [](Host& host, ConnectionId id, ByteView bytes, Marks) { host.send(id, bytes); };
  pair.server.on_end = [](Host& host, ConnectionId id) { host.close(id, Close::fin); };
  pair.client.on_start = nullptr;
  pair.client.on_data = [](Host& host, ConnectionId id, ByteView, Marks) { host.close(id, Close::fin); };
  pair.start();
  pair.test.run_for(1ms);
  for (int i = 0; i < 1000; ++i) {
    pair.client.host->send(pair.client.host->connect({.to = {"app-1", 80}}), "x");
    if (i % 10 == 0) pair.test.run_for(1ms);
  }
  pair.test.run_for(1s);
  CHECK(pair.server.accepted.size() == 1000);
  CHECK(pair.world().open_connections() == 0);
  CHECK(pair.test.records(RecordKind::end).size() == 1000);
  for (const ConnectionId id : pair.server.accepted) CHECK(id.slot < 64);
}

TEST_CASE("what an end has queued stops at four gigabytes, as a broken invariant", "[traffic][limits]") {
  Pair pair;
  pair.open();
  pair.server.host->pause_reading(pair.server.accepted.at(0), true);
  const SharedBytes piece = share(Bytes(512 * 1024 * 1024, 'x'));
  std::size_t queued = 0;
  const auto fill = [&] {
    for (int i = 0; i < 9; ++i) queued = pair.client.host->send(pair.connection, piece, Marks{});
  };
  CHECK_THROWS_AS(fill(), InvariantBroken);
  CHECK(queued > queued_bytes_max / 2);
  CHECK(queued <= queued_bytes_max);
}
