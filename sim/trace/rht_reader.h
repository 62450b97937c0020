// Reads the bytes of an `.rht` file (rht_format.h) in pieces as they come. Knows no files.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <roundhouse/recording.h>
#include <roundhouse/result.h>

namespace roundhouse {

class RhtReader {
 public:
  /// `file` is what errors begin with.
  explicit RhtReader(std::string file) : file_(std::move(file)) {}

  /// Appends the records of all whole blocks and returns how many they are; what stands behind the last one waits for more bytes.
  /// Errors: no header of ours, a newer version, a damaged block (its number and place). After an error it stays with that error.
  Result<std::size_t> read(std::string_view bytes, Recording& into);
  /// The end block was read.
  bool ended() const { return ended_; }
  /// Of the last whole block, counted from the file's beginning.
  std::uint64_t whole_bytes() const { return offset_; }
  std::uint64_t blocks() const { return blocks_; }

 private:
  // Empty: no mistake.
  std::string read_header(std::string_view bytes) const;
  std::string read_block(std::uint16_t kind, std::string_view payload, Recording& into);
  std::string read_records(std::string_view payload, Recording& into);
  std::string read_end(std::string_view payload, const Recording& recording);
  Result<std::size_t> stop(std::string words);

  std::string file_;
  std::string rest_;
  std::string broken_;  // the error, once there was one
  std::uint64_t offset_ = 0;
  std::uint64_t blocks_ = 0;
  bool ended_ = false;
};

}  // namespace roundhouse
