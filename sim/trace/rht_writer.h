// Writes a run's records to an `.rht` file (rht_format.h) while the run goes on.
#pragma once

#include <cstdio>
#include <memory>
#include <optional>
#include <string>

#include <roundhouse/instant.h>
#include <roundhouse/result.h>
#include "sim/trace/packed_records.h"
#include "sim/trace/record_hash.h"
#include "sim/trace/rht_format.h"
#include "sim/trace/trace_file.h"

namespace roundhouse {

/// A block is written when its records take so many bytes, or so much of the run has passed since its first record.
inline constexpr std::size_t rht_block_bytes = 64 * 1024;
inline constexpr Duration rht_block_span = std::chrono::milliseconds(100);

class RhtFile final : public TraceFile {
 public:
  static Result<std::unique_ptr<RhtFile>> create(const std::string& path, const Names& names);
  ~RhtFile() override;

  void on_record(const Record& record) override;
  void flush() override;
  /// Writes the end block as well. Without it a reader knows that the run did not come to its end.
  std::optional<Error> close() override;

 private:
  RhtFile(std::FILE* file, std::string path, const Names& names);
  void write_records();
  void write_block(RhtBlockKind kind, std::string_view payload);
  void write(std::string_view bytes);

  std::FILE* file_;
  std::string path_;
  Names names_;
  std::uint32_t texts_written_ = 1;  // the empty text is known to all
  std::uint64_t blocks_ = 0;
  std::uint64_t records_in_block_ = 0;
  Instant block_began_;
  PackedPast past_;
  std::string packed_;  // the records of the block
  std::string payload_;
  std::string block_;
  RecordHash hash_;
  bool failed_ = false;
};

}  // namespace roundhouse
