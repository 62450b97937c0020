// CPU time of the loopback world: a 64-byte hop of an echo over 100 connections, and a whole connect with both its ends.
#include <sys/resource.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <vector>

#include <roundhouse/world.h>

namespace roundhouse {
namespace {

using namespace std::chrono_literals;

class Server final : public Party {
 public:
  explicit Server(Host& host) : host_(host) {}
  void on_start() override { host_.listen({"*", 80}); }
  void on_data(ConnectionId c, ByteView bytes, Marks marks) override { host_.send(c, bytes, marks); }
  void on_end(ConnectionId c) override { host_.close(c, Close::fin); }

 private:
  Host& host_;
};

struct Load {
  int connections = 100;
  long echoes = 0;
  long wanted = 0;
  bool connects_only = false;
  bool marks = false;
};

class Client final : public Party {
 public:
  Client(Host& host, World& world, Load& load) : host_(host), world_(world), load_(load) {}
  void on_start() override {
    for (int i = 0; i < load_.connections; ++i) host_.connect({.to = {"server", 80}});
  }
  void on_open(ConnectionId c) override {
    if (!load_.connects_only) return say(c);
    host_.close(c, Close::fin);
    if (++load_.echoes == load_.wanted) return world_.stop_running();
    host_.connect({.to = {"server", 80}});
  }
  void on_data(ConnectionId c, ByteView, Marks) override {
    if (++load_.echoes == load_.wanted) return world_.stop_running();
    say(c);
  }

 private:
  void say(ConnectionId c) {
    const ByteView bytes("0123456789012345678901234567890123456789012345678901234567890123");
    if (load_.marks) {
      host_.send(c, bytes, Mark{{++message_}, {}, What::frame});
    } else {
      host_.send(c, bytes);
    }
  }

  Host& host_;
  World& world_;
  Load& load_;
  std::uint64_t message_ = 0;
};

double cpu_microseconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec);
  return seconds * 1e6 + static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

double run(Load load) {
  Trace trace;
  const auto world = make_loopback_world(trace, {});
  const NodeId server =
      world->add_node({.name = "server", .kind = EntityKind::app, .ip = "127.1.0.1", .make = [](Host& host) {
                         return std::make_unique<Server>(host);
                       }});
  const NodeId client = world->add_node(
      {.name = "client", .kind = EntityKind::client, .ip = "127.0.7.1", .make = [&](Host& host) {
         return std::make_unique<Client>(host, *world, load);
       }});
  world->start(server);
  const double before = cpu_microseconds();
  world->start(client);
  world->run_until(world->now() + 300s);
  return (cpu_microseconds() - before) / static_cast<double>(load.wanted);
}

}  // namespace
}  // namespace roundhouse

int main(int argc, char** argv) {
  const long echoes = argc > 1 ? std::atol(argv[1]) : 300'000;
  using roundhouse::Load;
  using roundhouse::run;
  std::printf("hop, 100 connections:        %.2f us\n", run(Load{.wanted = echoes}) / 2);
  std::printf("hop, 100 connections, marks: %.2f us\n", run(Load{.wanted = echoes, .marks = true}) / 2);
  std::printf("hop, 1 connection:           %.2f us\n",
              run(Load{.connections = 1, .wanted = echoes / 4}) / 2);
  std::printf("connect and close, both ends: %.1f us\n",
              run(Load{.connections = 50, .wanted = echoes / 10, .connects_only = true}));
}
