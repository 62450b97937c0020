// Reads commands as a Redis server does: arrays of bulk strings, or one line of words. Keeps Redis's error texts.
// Source: Redis 7.0, networking.c (processInlineBuffer, processMultibulkBuffer), sds.c (sdssplitargs).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include <roundhouse/bytes.h>
#include <roundhouse/result.h>

namespace roundhouse::resp {

struct CommandLimits {
  std::size_t bulk_bytes_max = 512 * 1024 * 1024;  ///< proto-max-bulk-len
  std::size_t line_bytes_max = 64 * 1024;          ///< PROTO_INLINE_MAX_SIZE
  /// As in Redis up to 6.2. Differs: 7.0 takes INT_MAX and bounds only the bytes.
  std::int64_t arguments_max = 1024 * 1024;
  std::size_t query_bytes_max = 1024 * 1024 * 1024;  ///< client-query-buffer-limit: one unfinished command
};

/// Order: receive(), then next() until it gives no command. An error is what Redis answers before it closes (`Protocol error: ...`);
/// an error with an empty text means: close without a word (the query buffer is full). After an error nothing more is read.
class CommandReader {
 public:
  explicit CommandReader(CommandLimits limits = {}) : limits_(limits) {}

  void receive(ByteView bytes);
  /// The words of the next command, at least one; empty: feed me more. Valid until the next call of receive() or next().
  Result<std::optional<std::span<const ByteView>>> next();
  /// Stream offset behind the last command that next() gave: where its marks lie.
  std::uint64_t end() const { return dropped_ + start_; }
  std::size_t waiting() const { return buffer_.size() - start_; }

 private:
  enum class Step { whole, more, broken, nothing };
  Step read_inline();
  Step read_multibulk();
  Step fail(ByteView what);
  Step find_line(char stop, ByteView too_big, std::size_t& end);
  void finish();

  struct Place {
    std::size_t offset;  // from start_, or in words_ for an inline command
    std::size_t size;
  };

  CommandLimits limits_;
  Bytes buffer_;
  Bytes words_;  // the words of an inline command, unquoted
  std::size_t start_ = 0;
  std::size_t at_ = 0;        // read so far, from start_
  std::size_t searched_ = 0;  // no line end before this, from start_
  std::uint64_t dropped_ = 0;
  std::int64_t missing_ = 0;  // bulk strings still to come; 0: between commands
  std::int64_t bulk_ = -1;    // length of the bulk string being read
  bool inline_ = false;
  std::vector<Place> places_;
  std::vector<ByteView> arguments_;
  std::optional<Error> error_;
};

}  // namespace roundhouse::resp
