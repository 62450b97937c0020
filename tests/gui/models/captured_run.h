// A whole run on virtual time, captured: what a recording of it would hold, and a reader that gives it back.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include <roundhouse/cluster.h>
#include <roundhouse/recording.h>
#include "gui/models/recorded_run.h"

namespace roundhouse::view::test {

struct Captured {
  std::vector<std::string> texts;
  std::vector<Record> records;
};

inline Captured captured(Trace& trace) {
  Captured run;
  for (std::size_t i = 1; i < trace.text_count(); ++i)
    run.texts.emplace_back(trace.text_of({static_cast<std::uint32_t>(i)}));
  run.records = trace.records();
  return run;
}

inline Captured capture(const Scenario& scenario) {
  auto cluster = Cluster::build(scenario, {.keep_records = true}).value();
  cluster->run();
  return captured(cluster->trace());
}

inline Captured capture(const std::string& name) {
  return capture(read_scenario(ROUNDHOUSE_SOURCE_DIR "/scenarios/" + name + ".toml").value());
}

/// Gives `chunk` records a call, as a file that grows.
class CapturedReader : public RecordingReader {
 public:
  explicit CapturedReader(Captured run, std::size_t chunk = SIZE_MAX) : run_(std::move(run)), chunk_(chunk) {}
  Result<std::size_t> read_on(Recording& into) override {
    if (given_ == 0 && into.text_count() <= 1) {
      for (const std::string& text : run_.texts) into.add_text(text);
    }
    const std::size_t end = given_ + std::min(chunk_, run_.records.size() - given_);
    const std::size_t count = end - given_;
    for (; given_ < end; ++given_) into.append(run_.records[given_]);
    return count;
  }
  bool ended() const override { return given_ == run_.records.size(); }

 private:
  Captured run_;
  std::size_t chunk_;
  std::size_t given_ = 0;
};

inline std::unique_ptr<RunModel> recorded(Captured run) {
  return RecordedRun::start(std::make_unique<CapturedReader>(std::move(run)), "runs/captured.rht").value();
}

inline const SceneClient& client_named(const Scene& scene, const std::string& name) {
  return *std::find_if(scene.clients.begin(), scene.clients.end(),
                       [&name](const SceneClient& client) { return client.name == name; });
}

inline Instant at(Duration span) {
  return Instant{} + span;
}

}  // namespace roundhouse::view::test
