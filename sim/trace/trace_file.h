// A file that a run's records are written to while it goes on. What kind of file, the ending of its name says.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include <roundhouse/result.h>
#include <roundhouse/trace.h>
#include "sim/trace/names.h"

namespace roundhouse {

/// Add it to a trace that has no entities yet. What the names belong to (a trace, a recording) outlives it.
class TraceFile : public RecordSink {
 public:
  TraceFile() = default;
  TraceFile(const TraceFile&) = delete;
  TraceFile& operator=(const TraceFile&) = delete;

  /// Brings all that was recorded so far to the file, for readers that follow it.
  virtual void flush() = 0;
  /// Writes what is buffered and closes the file; records that come later are not written. Empty, or what went wrong since the file was
  /// created: a full disk is told here, once.
  virtual std::optional<Error> close() = 0;
};

/// `.rht` or `.jsonl`. Errors: any other ending, a file that cannot be written.
Result<std::unique_ptr<TraceFile>> create_trace_file(const std::string& path, const Names& names);

}  // namespace roundhouse
