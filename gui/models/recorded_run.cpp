#include "gui/models/recorded_run.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace roundhouse::view {

RecordedRun::RecordedRun(std::unique_ptr<RecordingReader> reader, const std::string& file)
    : FoldedRun(file.substr(file.rfind('/') + 1)), reader_(std::move(reader)) {}

Result<std::unique_ptr<RunModel>> RecordedRun::start(std::unique_ptr<RecordingReader> reader,
                                                     const std::string& file) {
  auto run = std::make_unique<RecordedRun>(std::move(reader), file);
  while (run->take_in()) {
  }
  // A recording whose end is damaged is shown as far as it goes; the problem says so.
  if (run->recording().records().empty() && !run->problem_.empty()) return Error(run->problem_);
  run->seek({});
  return std::unique_ptr<RunModel>(std::move(run));
}

bool RecordedRun::take_in() {
  const std::vector<Record>& records = recording_.records();
  if (replayed_ == records.size() && problem_.empty()) {
    const auto read = reader_->read_on(recording_);
    if (!read) problem_ = read.error().text();
  }
  const std::size_t end = std::min(records.size(), replayed_ + taken_max);
  if (end == replayed_) return false;
  for (; replayed_ < end; ++replayed_) {
    Record record = records[replayed_];
    replay_.apply(record);
    gather(replayed_, replay_);
    if (record.kind == RecordKind::run_begin) title_ = recording_.text_of(record.subject);
  }
  gathered();
  return true;
}

std::string RecordedRun::unfinished() const {
  if (!problem_.empty() || ended()) return {};
  std::array<char, 64> seconds{};
  std::snprintf(seconds.data(), seconds.size(), "%.3f", static_cast<double>(head().ns) / 1e9);
  return "growing or cut off: " + std::string(seconds.data()) + " s so far";
}

Result<std::unique_ptr<RunModel>> play_recording(const std::string& file) {
  auto reader = RecordingReader::open(file);
  if (!reader) return reader.error();
  return RecordedRun::start(std::move(*reader), file);
}

}  // namespace roundhouse::view
