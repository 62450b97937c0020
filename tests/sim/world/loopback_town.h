// A small town of scripted parties on loopback: what the tests of the loopback world act with and look at.
#pragma once

#include <catch2/catch.hpp>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <roundhouse/world.h>

namespace roundhouse::loopback_test {

using namespace std::chrono_literals;

/// What a party does and has seen. Belongs to the test, so that it outlives the party's incarnations.
struct Player {
  Host* host = nullptr;  // of the running incarnation
  NodeId node;

  std::function<void(Player&)> on_start = [](Player&) {};
  std::function<void(Player&, ConnectionId)> on_accept = [](Player&, ConnectionId) {};
  std::function<void(Player&, ConnectionId)> on_open = [](Player&, ConnectionId) {};
  std::function<void(Player&, ConnectionId, ByteView)> on_data = [](Player&, ConnectionId, ByteView) {};
  std::function<void(Player&, ConnectionId)> on_end = [](Player& p, ConnectionId c) {
    p.host->close(c, Close::fin);
  };
  std::function<void(Player&, std::uint64_t)> on_timer = [](Player&, std::uint64_t) {};
  std::function<void(Player&)> on_stop = [](Player&) {};

  struct SeenMark {
    std::uint64_t end = 0;  // offset in the stream
    Mark mark;
    friend bool operator==(const SeenMark&, const SeenMark&) = default;
  };
  std::vector<ConnectionId> accepted;
  std::vector<Accepted> how_accepted;
  std::vector<ConnectionId> opened;
  std::map<std::uint32_t, Bytes> data;  // by serial
  std::vector<SeenMark> marks;
  std::vector<ConnectionId> ended;
  std::vector<std::pair<std::uint32_t, CloseReason>> closed;
  std::vector<std::uint64_t> timers;
  int drained = 0;
  int chunks = 0;
  int run_ends = 0;

  const Bytes& received(ConnectionId c) { return data[c.serial]; }
  std::size_t received_bytes() const {
    std::size_t bytes = 0;
    for (const auto& [serial, text] : data) bytes += text.size();
    return bytes;
  }
};

class Actor final : public Party {
 public:
  Actor(Host& host, Player& player) : player_(player) { player_.host = &host; }

  void on_start() override { player_.on_start(player_); }
  void on_accept(ConnectionId c, const Accepted& how) override {
    player_.accepted.push_back(c);
    player_.how_accepted.push_back(how);
    player_.on_accept(player_, c);
  }
  void on_open(ConnectionId c) override {
    player_.opened.push_back(c);
    player_.on_open(player_, c);
  }
  void on_data(ConnectionId c, ByteView bytes, Marks marks) override {
    Bytes& all = player_.data[c.serial];
    for (const PlacedMark& m : marks) {
      REQUIRE(m.end >= 1);
      REQUIRE(m.end <= bytes.size());
      player_.marks.push_back({all.size() + m.end, m.mark});
    }
    all.append(bytes);
    ++player_.chunks;
    player_.on_data(player_, c, bytes);
  }
  void on_end(ConnectionId c) override {
    player_.ended.push_back(c);
    player_.on_end(player_, c);
  }
  void on_drain(ConnectionId) override { ++player_.drained; }
  void on_close(ConnectionId c, CloseReason reason) override {
    player_.closed.emplace_back(c.serial, reason);
  }
  void on_timer(std::uint64_t tag) override {
    player_.timers.push_back(tag);
    player_.on_timer(player_, tag);
  }
  void on_stop() override { player_.on_stop(player_); }
  void on_run_end() override { ++player_.run_ends; }

 private:
  Player& player_;
};

struct Town {
  explicit Town(const LoopbackWorldOptions& options = {}) {
    trace.keep_records(true);
    world = make_loopback_world(trace, options);
  }

  Player& add(const std::string& name, const std::string& ip, EntityKind kind = EntityKind::app) {
    Player& player = *players.emplace_back(std::make_unique<Player>());
    player.node = world->add_node({.name = name, .kind = kind, .ip = ip, .make = [&player](Host& host) {
                                     return std::make_unique<Actor>(host, player);
                                   }});
    return player;
  }
  /// A node that listens on `*:port`, echoes if told so, and runs.
  Player& server(const std::string& name, const std::string& ip, std::uint16_t port, bool echo = false) {
    Player& player = add(name, ip);
    player.on_start = [port](Player& p) { p.host->listen({"*", port}); };
    if (echo) player.on_data = [](Player& p, ConnectionId c, ByteView bytes) { p.host->send(c, bytes); };
    world->start(player.node);
    return player;
  }
  Player& client(const std::string& name, const std::string& ip) {
    Player& player = add(name, ip, EntityKind::client);
    world->start(player.node);
    return player;
  }
  /// Turns the loop until it holds. Fails the test after ten seconds: a limit, not a time that is waited for.
  bool until(const std::function<bool()>& holds) {
    const auto deadline = std::chrono::steady_clock::now() + 10s;
    while (!holds()) {
      if (std::chrono::steady_clock::now() > deadline) return false;
      world->run_until(world->now() + 2ms);
    }
    return true;
  }
  /// Turns the loop a few times: for what must not happen.
  void turns() {
    for (int i = 0; i < 10; ++i) world->run_until(world->now() + 1ms);
  }
  std::vector<Record> records(RecordKind kind) const {
    std::vector<Record> found;
    for (const Record& record : trace.records()) {
      if (record.kind == kind) found.push_back(record);
    }
    return found;
  }

  Trace trace;
  std::vector<std::unique_ptr<Player>> players;
  std::unique_ptr<World> world;  // last: parties refer to players
};

/// Bytes that differ from place to place, so that a hole or a swap shows.
inline Bytes pattern(std::size_t size) {
  Bytes bytes(size, ' ');
  std::uint64_t state = size;
  for (char& c : bytes) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    c = static_cast<char>('a' + (state >> 33) % 26);
  }
  return bytes;
}

}  // namespace roundhouse::loopback_test
