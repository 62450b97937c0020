// Reads RESP values as they come from a server, in any pieces. Not commands: those have rules of their own, see command_reader.h.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <roundhouse/bytes.h>
#include <roundhouse/result.h>
#include "core/resp/value.h"

namespace roundhouse::resp {

/// What a reader takes before it calls the peer broken.
struct Limits {
  std::size_t bulk_bytes_max = 512 * 1024 * 1024;  ///< Redis: proto-max-bulk-len
  std::size_t line_bytes_max = 64 * 1024;          ///< a head, a simple string or an error
  std::size_t items_max = 1024 * 1024;             ///< values of one reply, all levels together
  std::size_t depth_max = 9;                       ///< as hiredis
};

/// Order: receive(), then next() until it gives no value, then receive() again. After an error the reader gives the same
/// error for ever: the stream has no place to start again.
class Reader {
 public:
  explicit Reader(Limits limits = {}) : limits_(limits) {}

  void receive(ByteView bytes);
  /// The next whole value, laid out flat; empty: feed me more. The span and its texts are valid until the next call of
  /// receive() or next().
  Result<std::optional<std::span<const Item>>> next();
  /// Stream offset behind the last value that next() gave: where its marks lie.
  std::uint64_t end() const { return dropped_ + start_; }
  /// Bytes of a value that is not whole yet.
  std::size_t waiting() const { return buffer_.size() - start_; }

 private:
  enum class Step { whole, more, broken };
  Step read_item();
  Step read_line(ByteView& line);
  Step fail(std::string what);
  void push(Item item, std::size_t offset, std::size_t size);

  struct Place {
    std::size_t offset;  // from start_
    std::size_t size;
  };

  Limits limits_;
  Bytes buffer_;
  std::size_t start_ = 0;      // where the value being read begins in buffer_
  std::size_t at_ = 0;         // read so far, from start_
  std::size_t searched_ = 0;   // no line end before this, from start_
  std::uint64_t dropped_ = 0;  // bytes erased before buffer_
  std::vector<Item> items_;
  std::vector<Place> places_;           // where the text of each item lies, until the value is whole
  std::vector<std::uint64_t> missing_;  // items still to come, for each open aggregate
  std::optional<Error> error_;
};

}  // namespace roundhouse::resp
