// The books: a history that balances and one that does not, for each way of losing a message.
#include <catch2/catch.hpp>

#include <roundhouse/books.h>
#include "tests/sim/trace/history.h"

namespace roundhouse::test {

namespace {

// ann and bob on app-1, cat and dan on app-2, all in room r.
struct Room : History {
  EntityId dan = add(EntityKind::client, "dan");

  Room() {
    for (const EntityId who : {app_1, app_2, ann, bob, cat, dan}) up(who);
    const std::pair<EntityId, EntityId> homes[] = {{ann, app_1}, {bob, app_1}, {cat, app_2}, {dan, app_2}};
    for (const auto& [who, home] : homes) {
      connected(who, home);
      joined(who, home, "r");
    }
  }
  void local_deliveries(std::uint64_t message) {
    deliver(ann, message);
    deliver(bob, message);
  }
  bool balanced() { return books(trace).balanced; }
  bool finds(std::string_view words) {
    for (const std::string& finding : books(trace).findings) {
      if (finding.find(words) != std::string::npos) return true;
    }
    return false;
  }
};

}  // namespace

TEST_CASE("the books of a run without messages balance", "[trace][books]") {
  Room h;
  CHECK(h.balanced());
}

TEST_CASE("the books balance when everyone has the message, and not while one has not", "[trace][books]") {
  Room h;
  h.said(h.ann, h.app_1, 1, "r");
  h.local_deliveries(1);
  h.deliver(h.cat, 1);
  CHECK_FALSE(h.balanced());
  CHECK(h.finds("message 1 for room r: app-1 accepted it"));
  CHECK(h.finds("owed to dan (socket s-dan)"));
  CHECK_FALSE(h.finds("cat"));
  CHECK(books(h.trace).missing_deliveries == 1);
  h.deliver(h.dan, 1);
  CHECK(h.balanced());
  CHECK(books(h.trace).delivered == 4);
}

TEST_CASE("a send that no app accepted must be lost or held", "[trace][books]") {
  const What what = GENERATE(What::post, What::frame);
  Room h;
  h.send(h.ann, 1, "r");
  h.send(h.bob, 2, "r");
  CHECK(h.state().in_flight() == 2);
  h.lost(1, what, Cause::reset);
  CHECK_FALSE(h.balanced());
  CHECK(h.finds("message 2: bob sent it"));
  CHECK(h.counts().lost_before_accept == 1);
  CHECK(h.state().lost_before_accept()[static_cast<std::size_t>(Cause::reset)] == 1);
  h.held(2, what);
  h.held(2, what);
  CHECK(h.balanced());
  CHECK(books(h.trace).held_sends == 1);
}

TEST_CASE("a send that was held and then accepted is held no more", "[trace][books]") {
  Room h;
  h.send(h.ann, 1, "r");
  h.held(1, What::frame);
  h.accept(h.app_1, h.ann, 1, "nobody");
  CHECK(h.balanced());
  CHECK(books(h.trace).held_sends == 0);
}

TEST_CASE("an acceptance takes back the loss of the send", "[trace][books]") {
  Room h;
  h.send(h.ann, 1, "nobody");
  h.lost(1, What::post, Cause::reset);
  h.accept(h.app_1, h.ann, 1, "nobody");
  CHECK(h.counts().lost_before_accept == 0);
  CHECK(h.counts().accepts == 1);
  CHECK(h.balanced());
}

TEST_CASE("a publish that is lost takes the copies to all other instances with it", "[trace][books]") {
  Room h;
  h.said(h.ann, h.app_1, 1, "r");
  h.lost(1, What::publish, Cause::no_broker);
  CHECK(h.lost_to(Cause::no_broker) == 2);
  CHECK_FALSE(h.balanced());
  h.local_deliveries(1);
  CHECK(h.balanced());
}

TEST_CASE("a copy that is lost takes the deliveries of its instance with it, and no others",
          "[trace][books]") {
  Room h;
  h.said(h.ann, h.app_1, 1, "r");
  h.lost(1, What::copy, Cause::overflow, h.app_2);
  CHECK(h.lost_to(Cause::overflow) == 2);
  CHECK_FALSE(h.balanced());
  h.local_deliveries(1);
  CHECK(h.balanced());
}

TEST_CASE("a copy that is lost on the way to nobody known explains nothing", "[trace][books]") {
  Room h;
  h.said(h.ann, h.app_1, 1, "r");
  h.local_deliveries(1);
  h.lost(1, What::copy, Cause::cut);
  CHECK_FALSE(h.balanced());
  CHECK(h.counts().lost_unowed == 1);
}

TEST_CASE("a delivery that is lost, framed or polled, is one pair", "[trace][books]") {
  const What what = GENERATE(What::deliver, What::poll);
  Room h;
  h.said(h.ann, h.app_1, 1, "r");
  h.local_deliveries(1);
  h.lost(1, what, Cause::cut, h.cat);
  CHECK(h.lost_to(Cause::cut) == 1);
  CHECK_FALSE(h.balanced());
  h.lost(1, what, Cause::away, h.dan);
  CHECK(h.balanced());
  CHECK(h.lost_to(Cause::away) == 1);
}

TEST_CASE("a pair that is lost twice keeps its first cause", "[trace][books]") {
  Room h;
  h.said(h.ann, h.app_1, 1, "r");
  h.lost(1, What::deliver, Cause::cut, h.cat);
  h.lost(1, What::deliver, Cause::gone, h.cat);
  CHECK(h.lost_to(Cause::cut) == 1);
  CHECK(h.counts().lost == 1);
}

TEST_CASE("a delivery after a loss takes the loss back", "[trace][books]") {
  Room h;
  h.said(h.ann, h.app_1, 1, "r");
  h.local_deliveries(1);
  h.deliver(h.dan, 1);
  h.lost(1, What::deliver, Cause::cut, h.cat);
  CHECK(h.balanced());
  CHECK(h.deliver(h.cat, 1) == Owed::owed);
  CHECK(h.counts().lost == 0);
  CHECK(h.lost_to(Cause::cut) == 0);
  CHECK(h.counts().deliveries == 4);
  CHECK(h.balanced());
}

TEST_CASE("lost replies and joins are counted apart", "[trace][books]") {
  Room h;
  h.said(h.ann, h.app_1, 1, "r");
  h.lost(1, What::reply, Cause::reset, h.ann);
  h.lost(1, What::join, Cause::reset);
  CHECK(h.counts().lost_replies == 1);
  CHECK(h.counts().lost_joins == 1);
  CHECK(h.counts().lost == 0);
  CHECK(h.state().in_flight() == 4);
}

TEST_CASE("what was on its way to a socket that its app ends is gone", "[trace][books]") {
  Room h;
  h.said(h.ann, h.app_1, 1, "r");
  h.local_deliveries(1);
  h.deliver(h.dan, 1);
  CHECK_FALSE(h.balanced());
  h.socket(h.app_2, h.cat, SocketPhase::disconnected, "ping timeout");
  CHECK(h.balanced());
  CHECK(h.lost_to(Cause::gone) == 1);
  CHECK(h.deliver(h.cat, 1) == Owed::owed);
  CHECK(h.lost_to(Cause::gone) == 0);
  CHECK(h.balanced());
}

TEST_CASE("what was on its way to the sockets of an instance that ends is dead", "[trace][books]") {
  const How how = GENERATE(How::kill, How::lost, How::stop);
  Room h;
  h.said(h.ann, h.app_1, 1, "r");
  h.said(h.bob, h.app_1, 2, "r");
  h.down(h.app_2, how);
  CHECK(h.lost_to(Cause::dead) == 4);
  CHECK_FALSE(h.balanced());
  h.local_deliveries(1);
  h.local_deliveries(2);
  CHECK(h.balanced());
  CHECK(h.deliver(h.dan, 2) == Owed::owed);
  CHECK(h.lost_to(Cause::dead) == 3);
}

TEST_CASE("a pause ends nothing", "[trace][books]") {
  Room h;
  h.said(h.ann, h.app_1, 1, "r");
  h.down(h.app_2, How::pause);
  CHECK(h.state().in_flight() == 4);
}

TEST_CASE("what is owed to a client that is gone stays open until somebody says what became of it",
          "[trace][books]") {
  Room h;
  h.said(h.ann, h.app_1, 1, "r");
  h.local_deliveries(1);
  h.deliver(h.dan, 1);
  h.client(h.cat, ClientPhase::closed, "transport close");
  h.down(h.cat, How::kill);
  CHECK(h.state().in_flight() == 1);
  CHECK_FALSE(h.balanced());
  h.lost(1, What::deliver, Cause::dead, h.cat);
  CHECK(h.balanced());
}

TEST_CASE("what an app leaves out on purpose is not owed after all", "[trace][books]") {
  const DropReason why = GENERATE(DropReason::own_echo, DropReason::except, DropReason::volatile_packet);
  Room h;
  h.said(h.ann, h.app_1, 1, "r");
  h.deliver(h.bob, 1);
  h.deliver(h.cat, 1);
  h.deliver(h.dan, 1);
  CHECK_FALSE(h.balanced());
  h.drop(h.app_1, h.ann, 1, why);
  CHECK(h.balanced());
  CHECK(h.counts().deliveries_owed == 3);
  CHECK(h.counts().not_owed_after_all == 1);
  CHECK(h.deliver(h.ann, 1) == Owed::unowed);
}

TEST_CASE("a drop after a loss takes back loss and debt", "[trace][books]") {
  Room h;
  h.said(h.ann, h.app_1, 1, "r");
  h.lost(1, What::deliver, Cause::cut, h.cat);
  h.drop(h.app_2, h.cat, 1, DropReason::except);
  CHECK(h.counts().lost == 0);
  CHECK(h.counts().deliveries_owed == 3);
}

TEST_CASE("a suppressed duplicate, or an app's word that a socket is no member, excuses nothing",
          "[trace][books]") {
  const DropReason why = GENERATE(DropReason::duplicate, DropReason::not_a_member);
  Room h;
  h.said(h.ann, h.app_1, 1, "r");
  h.drop(h.app_1, h.ann, 1, why);
  CHECK(h.counts().deliveries_owed == 4);
}

TEST_CASE(
    "what waits at the end covers its pairs: a delivery one, a copy its instance's, a publish all others'",
    "[trace][books]") {
  Room h;
  h.said(h.ann, h.app_1, 1, "r");
  h.held(1, What::deliver, h.ann);
  h.held(1, What::poll, h.bob);
  CHECK(books(h.trace).held_deliveries == 2);
  CHECK_FALSE(h.balanced());
  h.held(1, What::copy, h.app_2);
  CHECK(h.balanced());
  CHECK(books(h.trace).held_deliveries == 4);

  h.said(h.ann, h.app_1, 2, "r");
  h.held(2, What::publish, h.broker);
  CHECK_FALSE(h.balanced());
  CHECK(books(h.trace).missing_deliveries == 2);
  h.local_deliveries(2);
  CHECK(h.balanced());
}

TEST_CASE("a pair that is held in two places counts once, and no more when it is delivered",
          "[trace][books]") {
  Room h;
  h.said(h.ann, h.app_1, 1, "r");
  h.local_deliveries(1);
  h.deliver(h.dan, 1);
  h.held(1, What::copy, h.app_2);
  h.held(1, What::deliver, h.cat);
  CHECK(books(h.trace).held_deliveries == 1);
  h.deliver(h.cat, 1);
  CHECK(books(h.trace).held_deliveries == 0);
  CHECK(h.balanced());
}

TEST_CASE("a loss without a cause unbalances the books", "[trace][books]") {
  Room h;
  h.said(h.ann, h.app_1, 1, "r");
  h.local_deliveries(1);
  h.lost(1, What::copy, Cause::none, h.app_2);
  CHECK_FALSE(h.balanced());
  CHECK(h.finds("no cause"));
}

TEST_CASE("beyond findings_max the findings are only counted", "[trace][books]") {
  Room h;
  for (std::uint64_t id = 1; id <= findings_max + 5; ++id) h.send(h.ann, id, "r");
  const Books result = books(h.trace);
  REQUIRE(result.findings.size() == findings_max + 1);
  CHECK(result.findings.front().find("message 1:") == 0);
  CHECK(result.findings.back() == "and 5 more like these");
  CHECK(result.missing_sends == findings_max + 5);
}

}  // namespace roundhouse::test
