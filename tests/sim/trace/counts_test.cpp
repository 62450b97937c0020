// What the fold counts: attempts, failures, sessions, deliveries, losses, latencies.
#include <catch2/catch.hpp>

#include "tests/sim/trace/history.h"

namespace roundhouse::test {

namespace {

// ann and bob on app-1, cat on app-2, all in room r.
struct Room : History {
  Room() {
    for (const EntityId who : {app_1, app_2, ann, bob, cat}) up(who);
    connected(ann, app_1);
    connected(bob, app_1);
    connected(cat, app_2);
    joined(ann, app_1, "r");
    joined(bob, app_1, "r");
    joined(cat, app_2, "r");
  }
};

}  // namespace

TEST_CASE("attempts, connections and upgrades are counted, and who is connected now", "[trace]") {
  History h;
  h.connected(h.ann, h.app_1);
  h.client(h.ann, ClientPhase::upgraded);
  h.connected(h.bob, h.app_1);
  h.client(h.cat, ClientPhase::connecting);
  CHECK(h.counts().connect_attempts == 3);
  CHECK(h.counts().connected == 2);
  CHECK(h.counts().upgraded == 1);
  CHECK(h.state().clients_open() == 2);
  CHECK(h.state().clients_upgraded() == 1);
  h.client(h.ann, ClientPhase::closed, "transport close");
  CHECK(h.state().clients_open() == 1);
  CHECK(h.state().clients_upgraded() == 0);
  CHECK(h.counts().connected == 2);
  CHECK(h.state().client(h.ann).attempts == 1);
  CHECK(h.state().client(h.ann).phase == ClientPhase::closed);
}

TEST_CASE("a client has moved when it connects again on another instance", "[trace]") {
  History h;
  std::uint64_t sockets = 0;
  const auto connect = [&](EntityId who, EntityId app) {
    Record socket = h.begin(RecordKind::socket, app);
    socket.subject = h.trace.text("socket " + std::to_string(++sockets));
    socket.text = h.trace.text("/");
    socket.how = static_cast<std::uint8_t>(SocketPhase::connected);
    h.trace.write(socket);
    Record open = h.begin(RecordKind::client, who);
    open.how = static_cast<std::uint8_t>(ClientPhase::open);
    open.subject = socket.subject;
    h.trace.write(open);
  };
  connect(h.ann, h.app_1);
  connect(h.bob, h.app_1);
  CHECK(h.state().clients_moved() == 0);
  CHECK(h.state().client(h.ann).instance == h.app_1);
  connect(h.bob, h.app_1);
  CHECK(h.state().clients_moved() == 0);
  connect(h.ann, h.app_2);
  connect(h.ann, h.app_1);
  CHECK(h.state().clients_moved() == 1);
  CHECK(h.state().client(h.ann).moves == 2);
  connect(h.bob, h.app_2);
  CHECK(h.state().clients_moved() == 2);
}

TEST_CASE("failures are counted by text and status, and requests by status and error code", "[trace]") {
  History h;
  h.client(h.ann, ClientPhase::error, "xhr post error", 400);
  h.client(h.bob, ClientPhase::error, "xhr post error", 400);
  h.client(h.ann, ClientPhase::error, "timeout");
  Record request = h.begin(RecordKind::request, h.app_1);
  request.code = 400;
  request.value = 2;
  h.trace.write(request);
  request.code = 200;
  request.value = 0;
  h.trace.write(request);
  request.code = 404;
  h.trace.write(request);
  const auto& failures = h.state().failures();
  REQUIRE(failures.size() == 4);
  CHECK(words_of(failures[0], h.trace) == "xhr post error 400");
  CHECK(failures[0].count == 2);
  CHECK(words_of(failures[1], h.trace) == "timeout");
  CHECK(words_of(failures[2], h.trace) == "400 code 1");
  CHECK(words_of(failures[3], h.trace) == "404");
}

TEST_CASE("sessions are counted for each instance, opened and open now", "[trace]") {
  History h;
  h.up(h.app_1);
  h.session(h.app_1, h.ann, SessionPhase::opened);
  h.session(h.app_1, h.bob, SessionPhase::opened);
  h.session(h.app_2, h.cat, SessionPhase::opened);
  h.session(h.app_1, h.ann, SessionPhase::upgraded);
  h.session(h.app_1, h.ann, SessionPhase::closed);
  h.session(h.app_1, h.ann, SessionPhase::closed);
  REQUIRE(h.state().instances().size() == 2);
  CHECK(h.state().instances()[0].id == h.app_1);
  CHECK(h.state().instances()[0].sessions_opened == 2);
  CHECK(h.state().instances()[0].sessions_now == 1);
  h.down(h.app_1, How::kill);
  h.session(h.app_1, h.bob, SessionPhase::closed);
  CHECK(h.state().instances()[0].sessions_now == 0);
  CHECK(h.state().instances()[1].sessions_now == 1);
}

TEST_CASE("who is up, and in which incarnation, is known", "[trace]") {
  History h;
  CHECK(h.state().entity(h.app_1).life == EntityLife::none);
  h.up(h.app_1);
  h.down(h.app_1, How::lost);
  CHECK(h.state().entity(h.app_1).life == EntityLife::down);
  CHECK(h.state().entity(h.app_1).how == How::lost);
  h.up(h.app_1, 2);
  CHECK(h.state().entity(h.app_1).life == EntityLife::up);
  CHECK(h.state().entity(h.app_1).incarnation == 2);
  CHECK(h.state().entity({999}).life == EntityLife::none);
}

TEST_CASE("a delivery is owed once, a duplicate the second time, and unowed to a stranger", "[trace]") {
  Room h;
  const EntityId dan = h.add(EntityKind::client, "dan");
  h.connected(dan, h.app_1);
  h.said(h.ann, h.app_1, 1, "r");
  CHECK(h.deliver(h.bob, 1) == Owed::owed);
  CHECK(h.deliver(h.bob, 1) == Owed::duplicate);
  CHECK(h.deliver(dan, 1) == Owed::unowed);
  CHECK(h.deliver(dan, 1) == Owed::duplicate);
  CHECK(h.counts().deliveries_owed == 3);
  CHECK(h.counts().deliveries == 1);
  CHECK(h.counts().deliveries_unowed == 1);
  CHECK(h.counts().duplicates == 2);
  CHECK(h.state().in_flight() == 2);
}

TEST_CASE("a duplicate is known after the message is complete", "[trace]") {
  Room h;
  h.said(h.ann, h.app_1, 1, "r");
  for (const EntityId who : {h.ann, h.bob, h.cat}) CHECK(h.deliver(who, 1) == Owed::owed);
  CHECK(h.state().in_flight() == 0);
  CHECK(h.deliver(h.cat, 1) == Owed::duplicate);
}

TEST_CASE("a delivery inside a may window only is unowed, and no fault", "[trace]") {
  Room h;
  const EntityId dan = h.add(EntityKind::client, "dan");
  h.connected(dan, h.app_1);
  h.member(RecordKind::join, dan, dan, "r", MemberPhase::asked);
  h.said(h.ann, h.app_1, 1, "r");
  CHECK(h.deliver(dan, 1) == Owed::unowed);
  CHECK(h.counts().deliveries_owed == 3);
}

TEST_CASE("a delivery of a message that nobody accepted is unowed", "[trace]") {
  Room h;
  CHECK(h.deliver(h.ann, 77) == Owed::unowed);
  h.send(h.bob, 78, "r");
  CHECK(h.deliver(h.ann, 78) == Owed::unowed);
  h.accept(h.app_1, h.bob, 78, "r");
  CHECK(h.counts().deliveries_owed == 2);
}

TEST_CASE("beyond what is remembered a duplicate counts as unowed", "[trace]") {
  Room h;
  for (std::uint64_t id = 1; id <= remembered_messages_max + 1; ++id) {
    h.said(h.ann, h.app_1, id, "r");
    for (const EntityId who : {h.ann, h.bob, h.cat}) h.deliver(who, id);
  }
  CHECK(h.deliver(h.ann, 2) == Owed::duplicate);
  CHECK(h.deliver(h.ann, 1) == Owed::unowed);
}

TEST_CASE("a message accepted twice is owed once", "[trace]") {
  Room h;
  h.said(h.ann, h.app_1, 1, "r");
  h.deliver(h.bob, 1);
  h.accept(h.app_1, h.ann, 1, "r");
  CHECK(h.counts().accepts == 1);
  CHECK(h.counts().deliveries_owed == 3);
  CHECK(h.state().in_flight() == 2);
}

TEST_CASE("latency is measured from sending and from acceptance to owed deliveries", "[trace]") {
  Room h;
  h.said(h.ann, h.app_1, 1, "r");
  h.deliver(h.bob, 1);
  h.deliver(h.bob, 1);
  h.deliver(h.cat, 1);
  CHECK(h.state().accept_to_deliver().count == 2);
  CHECK(h.state().accept_to_deliver().max == Duration(3'000'000));
  CHECK(h.state().send_to_deliver().max == Duration(4'000'000));
}

TEST_CASE("what an app hands to a stranger's client counts as delivered", "[trace]") {
  Room h;
  h.session(h.app_2, h.cat, SessionPhase::opened);
  const EntityId foreign = h.add(EntityKind::foreign, "foreign-1");
  h.socket(h.app_2, foreign, SocketPhase::connected);
  h.member(RecordKind::join, h.app_2, foreign, "r", MemberPhase::done);
  h.said(h.ann, h.app_1, 1, "r");
  CHECK(h.counts().deliveries_owed == 3);
  CHECK(h.deliver(foreign, 1, RecordKind::handed, h.app_2) == Owed::unowed);
  h.said(h.ann, h.app_1, 2, "r");
  CHECK(h.counts().deliveries_owed == 7);
  CHECK(h.deliver(foreign, 2, RecordKind::handed, h.app_2) == Owed::owed);
  CHECK(h.deliver(h.bob, 2, RecordKind::handed, h.app_1) == Owed::none);
  CHECK(h.deliver(h.bob, 2) == Owed::owed);
}

TEST_CASE("a stranger's message is counted apart", "[trace]") {
  Room h;
  h.accept(h.app_1, h.ann, 5, "r");
  CHECK(h.counts().accepts == 0);
  CHECK(h.counts().accepts_foreign == 1);
  CHECK(h.counts().deliveries_owed == 3);
  CHECK(h.deliver(h.bob, 5) == Owed::owed);
}

TEST_CASE("a copy of the state goes its own way", "[trace]") {
  Room h;
  h.said(h.ann, h.app_1, 1, "r");
  State copy = h.state();
  h.deliver(h.bob, 1);
  CHECK(copy.counts().deliveries == 0);
  for (Record record : {h.trace.records().back()}) copy.apply(record);
  CHECK(copy.counts().deliveries == 1);
  CHECK(copy.in_flight() == h.state().in_flight());
  State other;
  other = copy;
  CHECK(other.records(RecordKind::deliver) == 1);
  CHECK(other.last_at() == h.now);
}

TEST_CASE("folding the kept records again gives the same figures", "[trace]") {
  Room h;
  h.said(h.ann, h.app_1, 1, "r");
  h.deliver(h.bob, 1);
  h.lost(1, What::copy, Cause::cut, h.app_2);
  State again;
  for (Record record : h.trace.records()) {
    const Record before = record;
    again.apply(record);
    CHECK(record == before);
  }
  CHECK(again.counts().deliveries == h.counts().deliveries);
  CHECK(again.lost() == h.state().lost());
  CHECK(again.in_flight() == h.state().in_flight());
}

}  // namespace roundhouse::test
