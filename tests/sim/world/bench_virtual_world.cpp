// What a hop of the virtual world costs: ping-pong of 64-byte sends, and a fan-out of shared bytes. CPU time, printed.
#include <cstdio>
#include <ctime>
#include <memory>
#include <string>
#include <vector>

#include <roundhouse/world.h>

using namespace roundhouse;
using namespace std::chrono_literals;

namespace {

double cpu_seconds() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

std::size_t resident_bytes() {
  std::size_t pages = 0;
  std::size_t resident = 0;
  if (std::FILE* file = std::fopen("/proc/self/statm", "r")) {
    if (std::fscanf(file, "%zu %zu", &pages, &resident) != 2) resident = 0;
    std::fclose(file);
  }
  return resident * 4096;
}

struct Counter {
  std::uint64_t hops = 0;
};

// Both answer once all 64 bytes are there; otherwise each cut would add a message to the traffic.
constexpr std::size_t message_bytes = 64;

class Echo final : public Party {
 public:
  Echo(Host& host, Counter& counter, bool marks) : host_(host), counter_(counter), marks_(marks) {}
  void on_start() override { host_.listen({"*", 80}); }
  void on_data(ConnectionId id, ByteView bytes, Marks) override {
    if (got_.size() <= id.slot) got_.resize(id.slot + 1);
    if ((got_[id.slot] += bytes.size()) < message_bytes) return;
    got_[id.slot] = 0;
    ++counter_.hops;
    host_.send(id, ByteView(text_), marks_ ? Mark{MessageId{counter_.hops}, {}, What::deliver} : Mark{});
  }

 private:
  Host& host_;
  Counter& counter_;
  bool marks_;
  Bytes text_ = Bytes(message_bytes, 'x');
  std::vector<std::size_t> got_;
};

class Pinger final : public Party {
 public:
  Pinger(Host& host, Counter& counter, bool marks) : host_(host), counter_(counter), marks_(marks) {}
  void on_start() override { host_.connect({.to = {"server", 80}}); }
  void on_open(ConnectionId id) override { say(id); }
  void on_data(ConnectionId id, ByteView bytes, Marks) override {
    if ((got_ += bytes.size()) < message_bytes) return;
    got_ = 0;
    ++counter_.hops;
    say(id);
  }

 private:
  void say(ConnectionId id) {
    static constexpr char text[message_bytes] = {};
    host_.send(id, ByteView(text, message_bytes),
               marks_ ? Mark{MessageId{counter_.hops + 1}, {}, What::frame} : Mark{});
  }
  Host& host_;
  Counter& counter_;
  bool marks_;
  std::size_t got_ = 0;
};

class Idle final : public Party {
 public:
  Idle(Host& host, Counter& counter) : host_(host), counter_(counter) {}
  void on_start() override { host_.connect({.to = {"server", 80}}); }
  void on_data(ConnectionId, ByteView, Marks) override { ++counter_.hops; }

 private:
  Host& host_;
  Counter& counter_;
};

class FanOut final : public Party {
 public:
  explicit FanOut(Host& host) : host_(host) {}
  void on_start() override {
    host_.listen({"*", 80});
    host_.wake_at(Instant{} + 1s, 0);
  }
  void on_accept(ConnectionId id, const Accepted&) override { members_.push_back(id); }
  void on_timer(std::uint64_t) override {
    const SharedBytes bytes = share(Bytes(96, 'y'));
    for (const ConnectionId id : members_) host_.send(id, bytes);
    host_.wake_at(host_.now() + 10ms, 0);
  }

 private:
  Host& host_;
  std::vector<ConnectionId> members_;
};

void ping_pong(std::size_t clients, bool marks, bool cut, Duration jitter) {
  Trace trace;
  Counter counter;
  auto world = make_virtual_world(trace, {.seed = 1, .marks = marks, .cut_chunks = cut});
  world->set_default_link({.latency = 200us, .jitter = jitter});
  world->start(world->add_node({"server", EntityKind::app, "127.1.0.1",
                                [&](Host& h) { return std::make_unique<Echo>(h, counter, marks); }}));
  for (std::size_t i = 0; i < clients; ++i)
    world->start(world->add_node({"c" + std::to_string(i), EntityKind::client, "",
                                  [&](Host& h) { return std::make_unique<Pinger>(h, counter, marks); }}));
  world->run_until(Instant{} + 10ms);
  const std::uint64_t before = counter.hops;
  const double start = cpu_seconds();
  while (counter.hops - before < 4'000'000) world->run_until(world->now() + 10ms);
  const double spent = cpu_seconds() - start;
  std::printf("ping-pong %6zu clients, marks %d, cuts %d, jitter %d: %.3f us a hop\n", clients, marks, cut,
              jitter > 0ns, 1e6 * spent / static_cast<double>(counter.hops - before));
}

void fan_out(std::size_t clients) {
  Trace trace;
  Counter counter;
  auto world = make_virtual_world(trace, {.seed = 1});
  world->set_default_link({.latency = 200us, .jitter = 100us});
  world->start(world->add_node(
      {"server", EntityKind::app, "127.1.0.1", [&](Host& h) { return std::make_unique<FanOut>(h); }}));
  std::vector<NodeId> nodes;
  for (std::size_t i = 0; i < clients; ++i)
    nodes.push_back(world->add_node({"c" + std::to_string(i), EntityKind::client, "",
                                     [&](Host& h) { return std::make_unique<Idle>(h, counter); }}));
  const std::size_t empty = resident_bytes();
  // A few at once: a burst would measure the handshakes' chunks, which are kept for later.
  for (std::size_t i = 0; i < clients; ++i) {
    world->start(nodes[i]);
    if (i % 500 == 0) world->run_until(world->now() + 4ms);
  }
  world->run_until(Instant{} + 900ms);
  std::printf("idle: %zu bytes a client with its connection and party\n",
              (resident_bytes() - empty) / clients);
  world->run_until(Instant{} + 1050ms);
  const std::uint64_t before = counter.hops;
  const double start = cpu_seconds();
  while (counter.hops - before < 4'000'000) world->run_until(world->now() + 10ms);
  const double spent = cpu_seconds() - start;
  std::printf("fan-out   %6zu clients: %.3f us a hop\n", clients,
              1e6 * spent / static_cast<double>(counter.hops - before));
}

}  // namespace

int main(int argc, char** argv) {
  const std::size_t most = argc > 1 ? std::stoul(argv[1]) : 100'000;
  ping_pong(1, false, false, 0ns);
  for (std::size_t clients = 100; clients <= most; clients *= 100) {
    ping_pong(clients, false, true, 0ns);
    ping_pong(clients, false, true, 1ms);
    ping_pong(clients, true, true, 1ms);
  }
  for (std::size_t clients = 100; clients <= most; clients *= 10) fan_out(clients);
}
