// The budgets, measured: CPU time and bytes, never wall time. `budgets` takes about a minute, `budgets --short` a few seconds.
#include <fmt/format.h>
#include <malloc.h>

#include <cstdio>
#include <cstring>
#include <string>

#include <roundhouse/cluster.h>
#include <roundhouse/state.h>
#include "tests/bench/choice.h"
#include "tests/bench/meter.h"

namespace {

using namespace roundhouse;
using namespace std::chrono_literals;
using bench::cpu_seconds;
using bench::Meter;

double heap_bytes() {
  const auto info = mallinfo2();
  return static_cast<double>(info.uordblks + info.hblkhd);
}

double file_bytes(const std::string& path) {
  std::FILE* file = std::fopen(path.c_str(), "rb");
  if (file == nullptr) return 0;
  std::fseek(file, 0, SEEK_END);
  const auto bytes = static_cast<double>(std::ftell(file));
  std::fclose(file);
  return bytes;
}

struct Load {
  std::uint32_t clients = 100;
  std::uint32_t rooms = 10;
  std::uint32_t messages = 0;
  bool websocket_only = false;
  WorldKind world = WorldKind::virtual_time;
  Duration spread = 1s;
  Duration interval = 1ms;
  bool samples = true;
  std::string trace_file = {};
  bool polling_only = false;
  Meter* proxy = nullptr;  ///< filled with what the proxy's calls cost
};

Scenario scenario_of(const Load& load) {
  Scenario scenario;
  scenario.name = "bench";
  scenario.policy = "hash $remote_addr";
  scenario.instances = 2;
  ClientGroup group;
  group.count = load.clients;
  group.rooms = load.rooms;
  group.spread = load.spread;
  if (load.websocket_only) group.transports = {Transport::websocket};
  if (load.polling_only) group.transports = {Transport::polling};
  scenario.clients.push_back(group);
  scenario.workload.messages = load.messages;
  scenario.workload.start = load.spread + 1s;
  scenario.workload.interval = load.interval;
  scenario.duration = scenario.workload.start + load.interval * load.messages + 100ms;
  scenario.app.ping_interval = 3600s;  // idle clients are idle
  scenario.app.ping_timeout = 3600s;
  return scenario;
}

struct Measured {
  double connect_cpu = 0;      ///< seconds until every client was connected and at rest
  double message_cpu = 0;      ///< seconds from there to the end
  double idle_bytes = 0;       ///< heap that the connected clients hold, all ends
  Meter messages;              ///< of the proxy, from there to the end
  std::uint64_t requests = 0;  ///< that the proxy passed on, from there to the end
  Summary summary;
};

Measured measure(const Load& load) {
  const Scenario scenario = scenario_of(load);
  ClusterOptions options;
  options.world = load.world;
  options.samples = load.samples;
  options.trace_file = load.trace_file;
  if (load.proxy != nullptr) options.wrap = bench::metered_proxy(*load.proxy);
  auto cluster = Cluster::build(scenario, options);
  if (!cluster) throw UsageError(cluster.error().text());
  const double heap = heap_bytes();
  Measured out;
  double cpu = cpu_seconds();
  (*cluster)->start();
  (*cluster)->advance(load.spread + 900ms);
  out.connect_cpu = cpu_seconds() - cpu;
  out.idle_bytes = heap_bytes() - heap;
  const Meter before = load.proxy != nullptr ? *load.proxy : Meter{};
  const auto passed_on = [&] { return (*cluster)->trace().state().records(RecordKind::route); };
  const std::uint64_t requests_before = passed_on();
  cpu = cpu_seconds();
  while ((*cluster)->advance(1s)) {
  }
  out.message_cpu = cpu_seconds() - cpu;
  out.requests = passed_on() - requests_before;
  if (load.proxy != nullptr) out.messages = load.proxy->since(before);
  out.summary = (*cluster)->finish("finished");
  return out;
}

bool failed = false;

void require(bool condition, const char* what) {
  if (condition) return;
  fmt::print("FAILED: {}\n", what);
  failed = true;
}

void require_work(const Measured& m, const Load& load) {
  require(m.summary.upgraded >= load.clients, "every client came to WebSocket");
  require(m.summary.deliveries == m.summary.deliveries_owed, "everything owed was delivered");
  require(m.summary.books_balance, "the books balance");
}

Load virtual_load(std::uint32_t clients, std::uint32_t messages) {
  return {.clients = clients,
          .rooms = clients / 10,
          .messages = messages,
          .spread = clients * 1ms,
          .interval = 100us};
}

void virtual_rate(std::uint32_t clients, std::uint32_t messages) {
  const Load load = virtual_load(clients, messages);
  const Measured m = measure(load);
  require_work(m, load);
  const auto deliveries = static_cast<double>(m.summary.deliveries);
  fmt::print(
      "virtual, {:>6} clients in rooms of 10: {:.2f} M deliveries/s/core ({:.2f} us each; budget 1 M at "
      "10,000 "
      "clients), {:.1f} us a connect\n",
      clients, deliveries / m.message_cpu / 1e6, m.message_cpu / deliveries * 1e6,
      m.connect_cpu / clients * 1e6);
}

// The same run bare, with what every run has (samples and narration), and written to a file.
void what_telling_costs(std::uint32_t clients, std::uint32_t messages) {
  const std::string file = "budgets.rht";
  Load load = virtual_load(clients, messages);
  const auto print = [&](const char* what) {
    const Measured m = measure(load);
    require_work(m, load);
    const auto deliveries = static_cast<double>(m.summary.deliveries);
    fmt::print("virtual, {:>6} clients, {:<22} {:.2f} M deliveries/s/core, {} records\n", clients, what,
               deliveries / m.message_cpu / 1e6, m.summary.records);
    return static_cast<double>(m.summary.records);
  };
  load.samples = false;
  print("samples off:");
  load.samples = true;
  print("samples on:");
  load.trace_file = file;
  const double records = print("and recorded as .rht:");
  const double bytes = file_bytes(file);
  fmt::print("recorded as .rht: {:.1f} bytes a record (budget 64)\n", bytes / records);
  require(bytes / records <= 64, "a record takes 64 bytes at most");
  std::remove(file.c_str());
}

void virtual_memory(std::uint32_t clients) {
  const Load load{.clients = clients, .rooms = clients / 10, .spread = clients * 1ms};
  const Measured m = measure(load);
  fmt::print("virtual, {:>6} idle clients: {:.0f} bytes each, all ends (budget 2048)\n", clients,
             m.idle_bytes / clients);
}

void loopback_rate(std::uint32_t clients, std::uint32_t messages) {
  const Load load{.clients = clients,
                  .rooms = 10,
                  .messages = messages,
                  .world = WorldKind::loopback,
                  .spread = clients * 1ms,
                  .interval = 5ms};
  const Measured m = measure(load);
  require_work(m, load);
  const auto deliveries = static_cast<double>(m.summary.deliveries);
  fmt::print(
      "loopback, {:>5} clients in 10 rooms: {:.1f} us CPU a delivery, clients included (budget 15 at 1,000); "
      "{:.0f} bytes a "
      "client\n",
      clients, m.message_cpu / deliveries * 1e6, m.idle_bytes / clients);
}

void loopback_connect(std::uint32_t clients) {
  const Load load{.clients = clients,
                  .rooms = 0,
                  .websocket_only = true,
                  .world = WorldKind::loopback,
                  .spread = clients * 1ms};
  const Measured m = measure(load);
  require(m.summary.connected >= clients, "every client connected");
  fmt::print(
      "loopback, {:>5} WebSocket-only connects through the proxy: {:.0f} us CPU each, all ends (budget "
      "150)\n",
      clients, m.connect_cpu / clients * 1e6);
}

const char* name_of(WorldKind world) {
  return world == WorldKind::loopback ? "loopback" : "virtual";
}

Load load_through_proxy(WorldKind world, std::uint32_t clients, std::uint32_t messages, Meter& proxy) {
  return {.clients = clients,
          .rooms = clients / 10,
          .messages = messages,
          .world = world,
          .spread = clients * 1ms,
          .interval = world == WorldKind::loopback ? Duration(5ms) : Duration(1ms),
          .proxy = &proxy};
}

/// Long-polling: each message is a POST and each delivery a GET that ends, and another that begins.
void proxied_request(WorldKind world, std::uint32_t clients, std::uint32_t messages) {
  Meter proxy;
  Load load = load_through_proxy(world, clients, messages, proxy);
  load.polling_only = true;
  const Measured m = measure(load);
  require(m.summary.connected >= load.clients, "every client connected");
  require(m.summary.deliveries == m.summary.deliveries_owed, "everything owed was delivered");
  require(m.requests > messages, "there were requests");
  const auto requests = static_cast<double>(m.requests);
  fmt::print(
      "{}, {:>5} polling clients: {:.1f} us CPU a proxied request, of which the proxy {:.1f} us and {:.0f} "
      "allocations\n",
      name_of(world), clients, m.message_cpu / requests * 1e6,
      static_cast<double>(m.messages.cpu_ns) / requests / 1e3,
      static_cast<double>(m.messages.allocated) / requests);
}

/// The proxy hands on the view that it was given (tests/core/proxy says so), and the world writes it at once (tests/sim/world); the few
/// allocations are of the first messages and of what a full socket left over.
void tunnelled(WorldKind world, std::uint32_t clients, std::uint32_t messages) {
  Meter proxy;
  Load load = load_through_proxy(world, clients, messages, proxy);
  load.websocket_only = true;
  const Measured m = measure(load);
  require(m.summary.connected >= load.clients, "every client connected");
  require(m.summary.deliveries == m.summary.deliveries_owed, "everything owed was delivered");
  require(m.messages.data_calls >= messages, "there was something in the tunnels");
  const auto chunks = static_cast<double>(m.messages.data_calls);
  fmt::print(
      "{}, {:>5} tunnels: {:.2f} us CPU of the proxy a message through it, the world's {} included, {:.3f} "
      "allocations (budget: no copy beyond read and write)\n",
      name_of(world), clients, static_cast<double>(m.messages.cpu_ns) / chunks / 1e3,
      world == WorldKind::loopback ? "system call" : "send",
      static_cast<double>(m.messages.allocated) / chunks);
  require(static_cast<double>(m.messages.allocated) < 0.8 * chunks, "what passes a tunnel is not stored");
}

}  // namespace

int main(int argc, char** argv) {
  const bool quick = argc > 1 && std::strcmp(argv[1], "--short") == 0;
  virtual_rate(100, quick ? 5'000 : 50'000);
  if (!quick) virtual_rate(10'000, 50'000);
  what_telling_costs(quick ? 100 : 1'000, quick ? 5'000 : 50'000);
  virtual_memory(quick ? 1'000 : 10'000);
  loopback_rate(quick ? 200 : 1'000, quick ? 200 : 1'000);
  loopback_connect(quick ? 200 : 1'000);
  bench::choices(quick ? 100'000 : 4'000'000);
  for (const WorldKind world : {WorldKind::virtual_time, WorldKind::loopback}) {
    proxied_request(world, quick ? 50 : 200, quick ? 100 : 1'000);
    tunnelled(world, quick ? 50 : 200, quick ? 100 : 1'000);
  }
  return failed ? 1 : 0;
}
