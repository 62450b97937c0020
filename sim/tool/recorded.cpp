#include "sim/tool/recorded.h"

#include <fmt/format.h>

#include <cstdio>

namespace roundhouse::tool {

Result<Recording> load_recording(const std::string& path) {
  auto recording = read_recording(path);
  if (recording && recording->state().records(RecordKind::run_end) == 0) {
    fmt::print(stderr, "note: {} ends after {} records, before the end of the run\n", path,
               recording->records().size());
  }
  return recording;
}

}  // namespace roundhouse::tool
