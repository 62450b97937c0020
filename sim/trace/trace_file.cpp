// See trace_file.h.
#include "sim/trace/trace_file.h"

#include "sim/trace/json_lines.h"
#include "sim/trace/rht_writer.h"

namespace roundhouse {

namespace {

template <class File>
Result<std::unique_ptr<TraceFile>> create_as(const std::string& path, const Names& names) {
  auto file = File::create(path, names);
  if (!file) return file.error();
  return std::unique_ptr<TraceFile>(std::move(*file));
}

}  // namespace

Result<std::unique_ptr<TraceFile>> create_trace_file(const std::string& path, const Names& names) {
  if (path.ends_with(".rht")) return create_as<RhtFile>(path, names);
  if (path.ends_with(".jsonl")) return create_as<JsonLinesFile>(path, names);
  return Error(path,
               "a trace file's name ends in .rht (compact, for windows and replay) or .jsonl (JSON Lines)");
}

}  // namespace roundhouse
