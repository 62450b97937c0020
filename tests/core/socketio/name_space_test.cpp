// Rooms of one namespace.
#include <catch2/catch.hpp>

#include "core/base/assertion.h"
#include "core/socketio/name_space.h"

using namespace roundhouse;
using namespace roundhouse::socketio;

namespace {

struct House {
  SocketIndex add(std::uint32_t sid) {
    const SocketIndex socket = sockets.add();
    sockets[socket].sid = {sid};
    name_space.add(socket);
    return socket;
  }
  std::vector<SocketIndex> members(TextId room) const {
    std::vector<SocketIndex> found;
    for (const SocketIndex socket : name_space.members(room)) {
      if (socket != no_socket) found.push_back(socket);
    }
    return found;
  }
  Sockets sockets;
  NameSpace name_space{sockets};
};

constexpr TextId red{1};
constexpr TextId blue{2};
using Indexes = std::vector<SocketIndex>;

}  // namespace

TEST_CASE("members keep the order of joining, however many leave between them", "[socketio]") {
  House house;
  Indexes sockets;
  for (std::uint32_t i = 0; i < 20; ++i) sockets.push_back(house.add(100 + i));
  for (const SocketIndex socket : sockets) CHECK(house.name_space.join(socket, red));
  Indexes expected = sockets;
  for (std::uint32_t i = 0; i < 20; i += 3) {
    CHECK(house.name_space.leave(sockets[i], red));
    expected.erase(std::find(expected.begin(), expected.end(), sockets[i]));
    CHECK(house.members(red) == expected);
  }
  for (std::uint32_t i = 1; i < 20; i += 3) {
    house.name_space.remove(sockets[i]);
    expected.erase(std::find(expected.begin(), expected.end(), sockets[i]));
    CHECK(house.members(red) == expected);
  }
  CHECK(house.name_space.members(red).size() <= 2 * expected.size());
  CHECK(house.name_space.join(sockets[0], red));
  expected.push_back(sockets[0]);
  CHECK(house.members(red) == expected);
  CHECK(house.members({}).size() == 13);
}

TEST_CASE("a room is there as long as it has a member, and its place is used again", "[socketio]") {
  House house;
  const SocketIndex ann = house.add(100);
  for (int i = 0; i < 3; ++i) {
    CHECK_FALSE(house.name_space.has_room(red));
    CHECK(house.name_space.join(ann, red));
    CHECK_FALSE(house.name_space.join(ann, red));
    CHECK(house.name_space.has_room(red));
    CHECK(house.name_space.leave(ann, red));
    CHECK_FALSE(house.name_space.leave(ann, red));
    CHECK(house.name_space.join(ann, blue));
    CHECK(house.members(blue) == Indexes{ann});
    CHECK(house.name_space.leave(ann, blue));
  }
  CHECK(house.name_space.rooms_of(ann).empty());
}

TEST_CASE("a socket's id is a room of its own", "[socketio]") {
  House house;
  const SocketIndex ann = house.add(100);
  house.add(101);
  CHECK(house.members({100}) == Indexes{ann});
  CHECK(house.name_space.has_room({100}));
  CHECK_FALSE(house.name_space.join(ann, {100}));
  CHECK(house.name_space.socket_of({100}) == ann);
  house.name_space.remove(ann);
  CHECK(house.members({100}).empty());
  CHECK(house.name_space.socket_of({100}) == no_socket);
}

TEST_CASE("a union counts each socket once and leaves out who is excepted", "[socketio]") {
  House house;
  const SocketIndex ann = house.add(100), bob = house.add(101), cid = house.add(102);
  for (const SocketIndex socket : {ann, bob}) house.name_space.join(socket, red);
  for (const SocketIndex socket : {bob, cid}) house.name_space.join(socket, blue);
  Indexes to, out;
  const auto collect = [&](std::vector<TextId> rooms, std::vector<TextId> except) {
    to.clear();
    out.clear();
    house.name_space.collect(rooms, except, to, out);
  };
  collect({red, blue}, {});
  CHECK(to == Indexes{ann, bob, cid});
  CHECK(out.empty());
  collect({red, blue, {100}}, {{101}});
  CHECK(to == Indexes{ann, cid});
  CHECK(out == Indexes{bob});
  collect({red}, {blue});
  CHECK(to == Indexes{ann});
  CHECK(out == Indexes{bob});
  collect({}, {red});
  CHECK(to == Indexes{cid});
  CHECK(out == Indexes{ann, bob});
  collect({{77}}, {{78}});
  CHECK(to.empty());
}

TEST_CASE("slots are used again and never move", "[socketio]") {
  Sockets sockets;
  const SocketIndex first = sockets.add();
  const Socket* place = &sockets[first];
  for (int i = 0; i < 1000; ++i) sockets.add();
  CHECK(&sockets[first] == place);
  sockets[first].sid = {5};
  sockets.remove(first);
  CHECK(sockets.add() == first);
  CHECK_FALSE(sockets[first].sid);
  CHECK(sockets.used() == 1001);
}
