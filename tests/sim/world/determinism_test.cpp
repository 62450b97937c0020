// Same seed, same trace; and one node left out leaves the draws of all others as they were.
#include <catch2/catch.hpp>

#include "scripted_party.h"

using namespace roundhouse;
using namespace std::chrono_literals;

namespace {

/// Clients speak through a proxy to an app, which tells everyone through a broker: the shape in which connections are shared.
struct House {
  TestWorld test;
  std::map<std::string, Script> clients;
  Script proxy, app, broker;
  std::map<std::uint32_t, ConnectionId> upstream, downstream;  // of the proxy, by serial
  std::vector<ConnectionId> members;
  ConnectionId to_broker;

  House(std::uint64_t seed, const std::vector<std::string>& names) : test({.seed = seed}) {
    test.world->set_default_link({.latency = 1ms, .jitter = 4ms});
    broker.on_start = [](Host& host) { host.listen({"*", 6379}); };
    broker.on_data = [](Host& host, ConnectionId id, ByteView bytes, Marks) { host.send(id, bytes); };
    app.on_start = [this](Host& host) {
      host.listen({"*", 5000});
      to_broker = host.connect({.to = {"broker", 6379}});
    };
    app.on_accept = [this](Host&, ConnectionId id, const Accepted&) { members.push_back(id); };
    app.on_data = [this](Host& host, ConnectionId id, ByteView bytes, Marks) {
      if (id != to_broker) {
        host.send(to_broker, bytes);
        return;
      }
      for (const ConnectionId member : members) host.send(member, bytes);
    };
    proxy.on_start = [](Host& host) { host.listen({"*", 80}); };
    proxy.on_accept = [this](Host& host, ConnectionId id, const Accepted&) {
      const ConnectionId up = host.connect({.to = {"app", 5000}});
      upstream[id.serial] = up;
      downstream[up.serial] = id;
    };
    proxy.on_data = [this](Host& host, ConnectionId id, ByteView bytes, Marks) {
      const auto up = upstream.find(id.serial);
      host.send(up != upstream.end() ? up->second : downstream.at(id.serial), bytes);
    };
    test.world->start(test.add("broker", "127.3.0.1", broker, EntityKind::broker));
    test.world->start(test.add("app", "127.1.0.1", app, EntityKind::app));
    test.world->start(test.add("proxy", "127.0.0.1", proxy, EntityKind::proxy));
    int number = 0;
    for (const std::string& name : names) {
      Script& client = clients[name];
      // Each speaks at times of its own, so far apart that nobody waits behind another's bytes: only draws could bind them together.
      const Duration offset = 60ms * (name[0] - 'a');
      client.on_start = [offset](Host& host) { host.wake_at(host.now() + offset, 0); };
      client.on_timer = [name, connection = ConnectionId{}](Host& host, std::uint64_t n) mutable {
        if (n == 0) {
          connection = host.connect({.to = {"proxy", 80}});
        } else {
          host.send(connection, name + " says " + std::to_string(n) + "\n");
        }
        if (n < 20) host.wake_at(host.now() + 250ms, n + 1);
      };
      test.world->start(test.add(name, "127.0.1." + std::to_string(++number), client));
    }
    test.run_for(20s);
  }

  /// When this client saw chunks of its own words come back, and how long they were.
  std::vector<std::pair<Instant, std::size_t>> own_words(const std::string& name) {
    const Script& client = clients.at(name);
    std::vector<std::pair<Instant, std::size_t>> own;
    std::size_t from = 0;
    const Bytes all = client.all();
    Bytes line;
    for (std::size_t i = 0; i < client.chunks.size(); ++i) {
      const Bytes chunk = all.substr(from, client.chunks[i]);
      from += client.chunks[i];
      if ((line + chunk).starts_with(name + " ")) own.emplace_back(client.chunks_at[i], chunk.size());
      const std::size_t end = chunk.rfind('\n');
      line = end == Bytes::npos ? line + chunk : chunk.substr(end + 1);
    }
    return own;
  }
};

}  // namespace

TEST_CASE("the same seed gives the same trace, another seed another", "[determinism]") {
  const std::vector<std::string> names{"ann", "bob", "cid", "dot"};
  House one(11, names);
  House same(11, names);
  House other(12, names);
  CHECK(one.test.trace.hash() == same.test.trace.hash());
  CHECK(one.test.trace.record_count() == same.test.trace.record_count());
  CHECK(one.clients.at("ann").chunks_at == same.clients.at("ann").chunks_at);
  CHECK(one.clients.at("ann").chunks_at != other.clients.at("ann").chunks_at);
}

TEST_CASE("leaving one client out leaves latencies and cuts of the others as they were", "[determinism]") {
  std::size_t compared = 0;
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    House all(seed, {"ann", "bob", "cid", "dot"});
    House without(seed, {"ann", "cid", "dot"});
    for (const std::string name : {"ann", "cid", "dot"}) {
      INFO("seed " << seed << ", " << name);
      CHECK(all.clients.at(name).seen_at == without.clients.at(name).seen_at);
      const auto words = all.own_words(name);
      CHECK(words == without.own_words(name));
      compared += words.size();
    }
  }
  CHECK(compared > 10 * 3 * 20);
}

TEST_CASE("keyed draws of a host depend on its name, the purpose and the key only", "[determinism]") {
  Pair pair({.seed = 4});
  pair.open();
  const auto draw = [](Host& host, Purpose purpose, std::uint64_t n) {
    return host.random(purpose, "peer", n).bits();
  };
  Host& ann = *pair.client.host;
  Host& app = *pair.server.host;
  CHECK(draw(ann, Purpose::mask, 1) == draw(ann, Purpose::mask, 1));
  CHECK(draw(ann, Purpose::mask, 1) == Random(draw_key(4, "ann", Purpose::mask, "peer", 1)).bits());
  CHECK(draw(ann, Purpose::mask, 1) != draw(ann, Purpose::mask, 2));
  CHECK(draw(ann, Purpose::mask, 1) != draw(ann, Purpose::session_id, 1));
  CHECK(draw(ann, Purpose::mask, 1) != draw(app, Purpose::mask, 1));
  CHECK(ann.epoch_seconds_at_start() == 1'767'225'600);
}
