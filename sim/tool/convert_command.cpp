#include <fmt/format.h>

#include "sim/tool/commands.h"
#include "sim/tool/recorded.h"
#include "sim/trace/trace_file.h"

namespace roundhouse::tool {

int convert_command(const std::string& from, const std::string& to) {
  const auto recording = load_recording(from);
  if (!recording) return bad_input(recording.error());
  if (from == to) return bad_input(Error(to, "a recording cannot be written over itself; name another file"));
  auto file = create_trace_file(to, *recording);
  if (!file) return bad_input(file.error());
  for (const Record& record : recording->records()) (*file)->on_record(record);
  if (const auto error = (*file)->close()) return bad_input(*error);
  fmt::print("{}: {} records, trace {:016x}\n", to, recording->records().size(), recording->hash());
  return 0;
}

}  // namespace roundhouse::tool
