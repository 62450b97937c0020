// A party that does what a test says, and notes what the world told it. With it, a small world to try things in.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <roundhouse/world.h>

namespace roundhouse {

/// What the callbacks of one node do, and what they saw. Outlives the party: incarnations come and go.
struct Script {
  std::function<void(Host&)> on_start;
  std::function<void(Host&, ConnectionId, const Accepted&)> on_accept;
  std::function<void(Host&, ConnectionId)> on_open;
  std::function<void(Host&, ConnectionId, ByteView, Marks)> on_data;
  std::function<void(Host&, ConnectionId)> on_end;
  std::function<void(Host&, ConnectionId)> on_drain;
  std::function<void(Host&, ConnectionId, CloseReason)> on_close;
  std::function<void(Host&, std::uint64_t)> on_timer;
  std::function<void(Host&)> on_stop;
  std::function<void(Host&)> on_run_end;

  std::vector<std::string>
      seen;  ///< `accept`, `open`, `end`, `close reset`, `timer 7` ... in order; data is in `got`
  std::vector<Instant> seen_at;        ///< for each of seen
  std::map<std::uint32_t, Bytes> got;  ///< by connection serial
  std::vector<std::size_t> chunks;     ///< size of each on_data
  std::vector<Instant> chunks_at;
  std::vector<PlacedMark> marks;  ///< `end` counts from the start of the connection's stream
  std::vector<ConnectionId> accepted;
  std::vector<Accepted> accepted_from;
  Host* host = nullptr;
  bool calling = false;

  Bytes all() const {
    Bytes bytes;
    for (const auto& [serial, more] : got) bytes += more;
    return bytes;
  }
  std::size_t count(std::string_view what) const {
    std::size_t n = 0;
    for (const std::string& s : seen) n += s == what ? 1 : 0;
    return n;
  }
};

class ScriptedParty final : public Party {
 public:
  ScriptedParty(Host& host, Script& script) : host_(host), script_(script) { script_.host = &host; }

  void on_start() override {
    note("start");
    run(script_.on_start);
  }
  void on_accept(ConnectionId id, const Accepted& accepted) override {
    note("accept");
    script_.accepted.push_back(id);
    script_.accepted_from.push_back(accepted);
    run(script_.on_accept, id, accepted);
  }
  void on_open(ConnectionId id) override {
    note("open");
    run(script_.on_open, id);
  }
  void on_data(ConnectionId id, ByteView bytes, Marks marks) override {
    Bytes& got = script_.got[id.serial];
    for (PlacedMark mark : marks) {
      mark.end += static_cast<std::uint32_t>(got.size());
      script_.marks.push_back(mark);
    }
    got += bytes;
    script_.chunks.push_back(bytes.size());
    script_.chunks_at.push_back(host_.now());
    run(script_.on_data, id, bytes, marks);
  }
  void on_end(ConnectionId id) override {
    note("end");
    run(script_.on_end, id);
  }
  void on_drain(ConnectionId id) override {
    note("drain");
    run(script_.on_drain, id);
  }
  void on_close(ConnectionId id, CloseReason reason) override {
    static constexpr const char* words[] = {"finished", "reset", "refused", "timed_out", "unknown_host"};
    note(std::string("close ") + words[static_cast<int>(reason)]);
    run(script_.on_close, id, reason);
  }
  void on_timer(std::uint64_t tag) override {
    note("timer " + std::to_string(tag));
    run(script_.on_timer, tag);
  }
  void on_stop() override {
    note("stop");
    run(script_.on_stop);
  }
  void on_run_end() override {
    note("run end");
    run(script_.on_run_end);
  }

 private:
  void note(std::string what) {
    script_.seen.push_back(std::move(what));
    script_.seen_at.push_back(host_.now());
  }
  template <class Function, class... Arguments>
  void run(const Function& function, const Arguments&... arguments) {
    if (script_.calling) throw InvariantBroken("a party was called from within its own call");
    script_.calling = true;
    if (function) function(host_, arguments...);
    script_.calling = false;
  }

  Host& host_;
  Script& script_;
};

/// A virtual world of scripted nodes, with the records it wrote.
class TestWorld {
 public:
  explicit TestWorld(VirtualWorldOptions options = {}) {
    trace.keep_records(true);
    world = make_virtual_world(trace, options);
    world->set_default_link({.latency = std::chrono::milliseconds(1)});
  }

  NodeId add(const std::string& name, const std::string& ip, Script& script,
             EntityKind kind = EntityKind::client) {
    return world->add_node({.name = name, .kind = kind, .ip = ip, .make = [&script](Host& host) {
                              return std::make_unique<ScriptedParty>(host, script);
                            }});
  }
  void run_for(Duration span) { world->run_until(world->now() + span); }
  std::vector<Record> records(RecordKind kind) const {
    std::vector<Record> some;
    for (const Record& record : trace.records()) {
      if (record.kind == kind) some.push_back(record);
    }
    return some;
  }

  Trace trace;
  std::unique_ptr<World> world;
};

/// A server that listens on port 80 of its node, and a client that connects to it when it starts; both started.
struct Pair {
  Script client;
  Script server;
  TestWorld test;
  NodeId client_node;
  NodeId server_node;
  ConnectionId connection;  ///< the client's

  explicit Pair(VirtualWorldOptions options = {.cut_chunks = false}) : test(options) {
    client_node = test.add("ann", "127.0.1.1", client);
    server_node = test.add("app-1", "127.1.0.1", server, EntityKind::app);
    server.on_start = [](Host& host) { host.listen({"*", 80}); };
    client.on_start = [this](Host& host) { connection = host.connect({.to = {"app-1", 80}}); };
  }
  void start() {
    test.world->start(server_node);
    test.world->start(client_node);
  }
  /// Started, and the connection is accepted.
  void open() {
    start();
    test.run_for(std::chrono::milliseconds(10));
  }
  ConnectionId accepted() const { return server.accepted.at(0); }
  World& world() { return *test.world; }
};

/// Bytes that tell where they are: position modulo a prime.
inline Bytes pattern(std::size_t size, std::size_t from = 0) {
  Bytes bytes(size, ' ');
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>((from + i) % 251);
  return bytes;
}

}  // namespace roundhouse
