// The window's share of a frame, in CPU time: taking in 20,000 records, and the scene of 1,000 clients with 5,000 flights.
#include <fmt/format.h>
#include <time.h>

#include <algorithm>
#include <thread>

#include <roundhouse/cluster.h>
#include "gui/models/live_run.h"
#include "gui/models/recorded_run.h"

namespace {

using namespace roundhouse;
using namespace std::chrono_literals;

double cpu_ms() {
  timespec used{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
  return static_cast<double>(used.tv_sec) * 1e3 + static_cast<double>(used.tv_nsec) / 1e6;
}

struct PartsOfRun final : RecordingReader {
  std::vector<std::string> texts;
  std::vector<Record> records;
  std::size_t given = 0;
  std::size_t chunk = 0;
  Result<std::size_t> read_on(Recording& into) override {
    if (given == 0 && into.text_count() <= 1) {
      for (const std::string& text : texts) into.add_text(text);
    }
    const std::size_t end = std::min(records.size(), given + chunk);
    const std::size_t count = end - given;
    for (; given < end; ++given) into.append(records[given]);
    return count;
  }
  bool ended() const override { return given == records.size(); }
};

}  // namespace

int main() {
  Scenario scenario;
  scenario.name = "bench";
  scenario.policy = "hash $remote_addr";
  scenario.instances = 4;
  ClientGroup group;
  group.count = 1000;
  group.rooms = 10;
  group.transports = {Transport::websocket};
  group.spread = 500ms;
  scenario.clients.push_back(group);
  scenario.default_link.latency = 10ms;
  scenario.default_link.jitter = 1ms;
  scenario.workload = {.messages = 5000, .start = 1500ms, .interval = 400us};
  scenario.duration = 3600ms;
  auto cluster = Cluster::build(scenario, {.keep_records = true}).value();
  cluster->run();

  auto reader = std::make_unique<PartsOfRun>();
  for (std::size_t i = 1; i < cluster->trace().text_count(); ++i)
    reader->texts.emplace_back(cluster->trace().text_of({static_cast<std::uint32_t>(i)}));
  reader->records = cluster->trace().records();
  reader->chunk = view::taken_max;
  const std::size_t count = reader->records.size();

  {
    Recording bare;
    for (const std::string& text : reader->texts) bare.add_text(text);
    const double from = cpu_ms();
    for (const Record& record : reader->records) bare.append(record);
    fmt::print("recording alone {:.2f} ms for each 20,000\n",
               (cpu_ms() - from) / static_cast<double>(count) * 20'000);
  }

  view::RecordedRun run(std::move(reader), "bench");
  double begun = cpu_ms();
  while (run.take_in()) {
  }
  const double taken = cpu_ms() - begun;
  fmt::print("take in         {:8} records, {:.2f} ms for each 20,000 (recording and chronicle)\n", count,
             taken / static_cast<double>(count) * 20'000);

  auto live = view::LiveRun::start(scenario, false).value();
  live->seek(Instant{} + 1h);
  double spent = 0;
  std::size_t calls = 0;
  while (!live->ended()) {
    begun = cpu_ms();
    const bool any = live->take_in();
    spent += cpu_ms() - begun;
    calls += any ? 1 : 0;
    if (!any) std::this_thread::sleep_for(1ms);
  }
  fmt::print("take in, live   {:8} records, {:.2f} ms for each 20,000, in {} calls\n",
             live->recording().records().size(),
             spent / static_cast<double>(live->recording().records().size()) * 20'000, calls);
  live.reset();

  constexpr Duration frame = 1ms;
  std::size_t frames = 0;
  std::size_t flights = 0;
  std::size_t most = 0;
  run.seek({Duration(1600ms).count()});
  begun = cpu_ms();
  for (Instant t = Instant{} + 1600ms; t < Instant{} + 3400ms; t = t + frame, ++frames) {
    run.seek(t);
    flights += run.scene().flights.size();
    most = std::max(most, run.scene().flights.size());
  }
  fmt::print(
      "scene           {:.3f} ms a frame with {} flights ({} at most), the playhead's fold of {:.0f} records "
      "included\n",
      (cpu_ms() - begun) / static_cast<double>(frames), flights / frames, most,
      static_cast<double>(count) / 2000);
  begun = cpu_ms();
  frames = 0;
  for (Instant t = Instant{} + 50ms; t < Instant{} + 500ms; t = t + frame, ++frames) {
    run.seek(t);
    run.scene();
  }
  fmt::print("while 1,000 clients connect, each in its place: {:.3f} ms a frame\n",
             (cpu_ms() - begun) / static_cast<double>(frames));
  begun = cpu_ms();
  constexpr int leaps = 20;
  for (int i = 0; i < leaps; ++i) run.seek(Instant{} + (i % 2 == 0 ? 3300ms : 1700ms));
  fmt::print("leap            {:.2f} ms, half of them backwards\n", (cpu_ms() - begun) / leaps);
  begun = cpu_ms();
  constexpr int charts = 50;
  for (int i = 0; i < charts; ++i) {
    for (const char* chart : {"deliveries", "latency", "errors", "sessions"}) run.series(chart, 300);
  }
  fmt::print("four charts     {:.3f} ms\n", (cpu_ms() - begun) / charts);
  begun = cpu_ms();
  for (int i = 0; i < charts; ++i) {
    run.predicted();
    run.narration();
    run.histogram(900);
    run.log(run.recording().entity_named("client-7"), 20);
  }
  fmt::print("panels          {:.3f} ms\n", (cpu_ms() - begun) / charts);
  return count > 100'000 && most > 1000 ? 0 : 1;
}
