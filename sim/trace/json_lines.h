// A trace as JSON Lines: one record a line, with names in place of ids, for people, grep and jq. Both ways, without loss.
//
//   {"trace":1}
//   {"new":["app-1","127.1.0.1"],"at":0,"kind":"entity","id":1,"name":"app-1","is":"app","address":"127.1.0.1"}
//   {"at":1204000,"kind":"hop","by":"proxy","message":17,"what":"frame","from":"client-3","departed":1001000,"bytes":91}
//
// Field names are those of the table in record_fields. The key `new` lists the texts that the run's table has got since the line before, so that a
// reader gives the same numbers and finds the same hash; in a file written by hand it may be left out.
#pragma once

#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <roundhouse/recording.h>
#include <roundhouse/result.h>
#include "sim/trace/names.h"
#include "sim/trace/trace_file.h"

namespace roundhouse {

inline constexpr int json_lines_schema = 1;

/// Appends the record's line, without a line end.
void append_json(std::string& out, const Record& record, const Names& names);

/// Reads the text of a trace in pieces as they come. Errors are `FILE:LINE: text`: not an object, an unknown kind, field, entity or name,
/// a number out of range, a schema that is not ours.
class JsonLinesReader {
 public:
  explicit JsonLinesReader(std::string file) : file_(std::move(file)) {}

  /// Appends the records of all whole lines and returns how many they are; what stands behind the last line end waits for more.
  Result<std::size_t> read(std::string_view text, Recording& into);
  /// No more will come: reads a last line that has no line end.
  Result<void> finish(Recording& into);

 private:
  Result<void> read_line(std::string_view line, Recording& into);

  std::string file_;
  std::string rest_;
  int line_number_ = 0;
};

Result<Recording> parse_json_lines(std::string_view text, const std::string& file);

/// Writes each record to a file. Add it to a trace that has no entities yet; the trace outlives it.
class JsonLinesFile final : public TraceFile {
 public:
  static Result<std::unique_ptr<JsonLinesFile>> create(const std::string& path, const Names& names);
  ~JsonLinesFile() override;

  void on_record(const Record& record) override;
  void flush() override;
  std::optional<Error> close() override;

 private:
  JsonLinesFile(std::FILE* file, std::string path, const Names& names);
  bool append_new_texts();
  void write_buffer();

  std::FILE* file_;
  std::string path_;
  Names names_;
  std::uint32_t texts_written_ = 1;  // the empty text is known to all
  std::string buffer_;
  bool failed_ = false;
};

}  // namespace roundhouse
