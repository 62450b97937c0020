// To whom a message is owed: the must windows of rooms, as clients and apps see them.
#include <algorithm>
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "tests/sim/trace/history.h"

namespace roundhouse::test {

namespace {

// ann and bob on app-1, cat on app-2, all connected; nobody in a room.
struct Three : History {
  Three() {
    for (const EntityId who : {app_1, app_2, ann, bob, cat}) up(who);
    connected(ann, app_1);
    connected(bob, app_1);
    connected(cat, app_2);
  }
  std::uint64_t owed_to_room(std::string_view room) {
    const std::uint64_t before = counts().deliveries_owed;
    said(ann, app_1, ++last, room);
    return counts().deliveries_owed - before;
  }
  std::uint64_t last = 100;
};

}  // namespace

TEST_CASE("a room message is owed to those whose join is done, the sender included", "[trace]") {
  Three h;
  h.joined(h.ann, h.app_1, "r");
  h.joined(h.cat, h.app_2, "r");
  h.joined(h.bob, h.app_1, "other");
  CHECK(h.owed_to_room("r") == 2);
}

TEST_CASE("a message to all is owed to every connected socket of the sender's namespace", "[trace]") {
  Three h;
  const EntityId dan = h.add(EntityKind::client, "dan");
  h.connected(dan, h.app_1, "/custom");
  CHECK(h.owed_to_room("") == 3);
}

TEST_CASE("a room of the same name in another namespace is another room", "[trace]") {
  Three h;
  const EntityId dan = h.add(EntityKind::client, "dan");
  h.connected(dan, h.app_1, "/custom");
  h.joined(dan, h.app_1, "r");
  h.joined(h.ann, h.app_1, "r");
  CHECK(h.owed_to_room("r") == 1);
}

TEST_CASE("nothing is owed while a join is asked but not seen as done", "[trace]") {
  Three h;
  h.member(RecordKind::join, h.bob, h.bob, "r", MemberPhase::asked);
  h.member(RecordKind::join, h.app_1, h.bob, "r", MemberPhase::done);
  CHECK(h.owed_to_room("r") == 0);
  CHECK(h.state().rooms_of(h.socket_of(h.bob))[0].may);
  h.member(RecordKind::join, h.bob, h.bob, "r", MemberPhase::done);
  CHECK(h.owed_to_room("r") == 1);
}

TEST_CASE("nothing is owed from the moment a client asks to leave", "[trace]") {
  Three h;
  h.joined(h.bob, h.app_1, "r");
  h.member(RecordKind::leave, h.bob, h.bob, "r", MemberPhase::asked);
  CHECK(h.owed_to_room("r") == 0);
  h.member(RecordKind::leave, h.app_1, h.bob, "r", MemberPhase::done);
  CHECK(h.state().rooms_of(h.socket_of(h.bob)).size() == 1);
  h.member(RecordKind::leave, h.bob, h.bob, "r", MemberPhase::done);
  CHECK(h.state().rooms_of(h.socket_of(h.bob)).empty());
}

TEST_CASE("nothing is owed to a socket that the app took out of the room", "[trace]") {
  Three h;
  h.joined(h.bob, h.app_1, "r");
  h.member(RecordKind::leave, h.app_1, h.bob, "r", MemberPhase::done);
  CHECK(h.owed_to_room("r") == 0);
}

TEST_CASE("joining again opens the window only with the new answer", "[trace]") {
  Three h;
  h.joined(h.bob, h.app_1, "r");
  h.member(RecordKind::leave, h.bob, h.bob, "r", MemberPhase::asked);
  h.member(RecordKind::join, h.bob, h.bob, "r", MemberPhase::asked);
  CHECK(h.owed_to_room("r") == 0);
  h.member(RecordKind::leave, h.app_1, h.bob, "r", MemberPhase::done);
  h.member(RecordKind::join, h.app_1, h.bob, "r", MemberPhase::done);
  h.member(RecordKind::leave, h.bob, h.bob, "r", MemberPhase::done);
  CHECK(h.owed_to_room("r") == 0);
  h.member(RecordKind::join, h.bob, h.bob, "r", MemberPhase::done);
  CHECK(h.owed_to_room("r") == 1);
}

TEST_CASE("asking to join a room that one is in changes nothing", "[trace]") {
  Three h;
  h.joined(h.bob, h.app_1, "r");
  h.member(RecordKind::join, h.bob, h.bob, "r", MemberPhase::asked);
  CHECK(h.owed_to_room("r") == 1);
}

TEST_CASE("a join that came to nothing leaves no membership", "[trace]") {
  Three h;
  h.member(RecordKind::join, h.bob, h.bob, "r", MemberPhase::asked);
  h.member(RecordKind::join, h.bob, h.bob, "r", MemberPhase::undone);
  CHECK(h.state().rooms_of(h.socket_of(h.bob)).empty());
}

TEST_CASE("nothing is owed to a client that saw its socket closed", "[trace]") {
  Three h;
  h.joined(h.bob, h.app_1, "r");
  h.client(h.bob, ClientPhase::closed, "transport close");
  CHECK(h.owed_to_room("r") == 0);
  CHECK(h.owed_to_room("") == 2);
}

TEST_CASE("nothing is owed to a client that was killed", "[trace]") {
  Three h;
  h.joined(h.bob, h.app_1, "r");
  h.down(h.bob, How::kill);
  CHECK(h.owed_to_room("r") == 0);
  CHECK_FALSE(h.state().client(h.bob).open);
}

TEST_CASE("nothing is owed to a socket that its app has disconnected", "[trace]") {
  Three h;
  h.joined(h.bob, h.app_1, "r");
  h.socket(h.app_1, h.bob, SocketPhase::disconnected, "ping timeout");
  CHECK(h.owed_to_room("r") == 0);
  CHECK(h.state().rooms_of(h.socket_of(h.bob)).empty());
}

TEST_CASE("nothing is owed to the sockets of an instance that is down, but those of a paused one count",
          "[trace]") {
  Three h;
  h.joined(h.cat, h.app_2, "r");
  h.down(h.app_2, How::pause);
  CHECK(h.state().entity(h.app_2).life == EntityLife::paused);
  CHECK(h.owed_to_room("r") == 1);
  h.life(RecordKind::up, h.app_2, How::go_on, 1);
  h.down(h.app_2, How::kill);
  CHECK(h.owed_to_room("r") == 0);
  CHECK(h.state().sockets_connected() == 2);
}

TEST_CASE("a client that comes back has a new socket and no rooms", "[trace]") {
  Three h;
  h.joined(h.cat, h.app_2, "r");
  h.down(h.app_2, How::kill);
  h.client(h.cat, ClientPhase::closed, "transport close");
  const TextId again = h.trace.text("s-cat-again");
  Record record = h.begin(RecordKind::socket, h.app_1);
  record.subject = again;
  record.text = h.trace.text("/");
  record.how = static_cast<std::uint8_t>(SocketPhase::connected);
  h.trace.write(record);
  record = h.begin(RecordKind::client, h.cat);
  record.how = static_cast<std::uint8_t>(ClientPhase::open);
  record.subject = again;
  h.trace.write(record);
  CHECK(h.state().client(h.cat).socket == again);
  CHECK(h.state().rooms_of(again).empty());
  CHECK(h.owed_to_room("r") == 0);
  CHECK(h.owed_to_room("") == 3);
}

TEST_CASE("members and rooms can be asked for, in an order that means something", "[trace]") {
  Three h;
  h.joined(h.cat, h.app_2, "r");
  h.joined(h.ann, h.app_1, "r");
  h.joined(h.ann, h.app_1, "q");
  const auto members = h.state().members_of(h.trace.text("r"));
  REQUIRE(members.size() == 2);
  CHECK(members[0].socket == h.socket_of(h.ann));
  CHECK(members[0].must);
  CHECK(members[1].socket == h.socket_of(h.cat));
  const auto rooms = h.state().rooms_of(h.socket_of(h.ann));
  REQUIRE(rooms.size() == 2);
  CHECK(rooms[0].room == h.trace.text("r"));
  CHECK(rooms[1].room == h.trace.text("q"));
  REQUIRE(h.state().rooms().size() == 2);
  CHECK(h.state().rooms()[0].must == 2);
}

TEST_CASE("the must list stays right while members of a room of hundreds come and go", "[trace]") {
  Three h;
  std::vector<EntityId> crowd;
  for (int i = 0; i < 300; ++i) {
    crowd.push_back(h.add(EntityKind::client, "crowd-" + std::to_string(i)));
    h.connected(crowd.back(), h.app_1);
    h.joined(crowd.back(), h.app_1, "r");
  }
  std::vector<bool> in(crowd.size(), true);
  std::uint64_t state = 1;
  for (int turn = 0; turn < 2'000; ++turn) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    const std::size_t i = (state >> 33) % crowd.size();
    if (in[i]) {
      h.member(RecordKind::leave, crowd[i], crowd[i], "r", MemberPhase::asked);
      h.member(RecordKind::leave, crowd[i], crowd[i], "r", MemberPhase::done);
    } else {
      h.joined(crowd[i], h.app_1, "r");
    }
    in[i] = !in[i];
    if (turn % 100 != 0) continue;
    const auto members = static_cast<std::uint64_t>(std::count(in.begin(), in.end(), true));
    REQUIRE(h.owed_to_room("r") == members);
    for (std::size_t k = 0; k < crowd.size(); ++k) {
      REQUIRE(h.deliver(crowd[k], h.last) == (in[k] ? Owed::owed : Owed::unowed));
    }
  }
  CHECK(h.counts().pairs_pending == 0);
}

}  // namespace roundhouse::test
