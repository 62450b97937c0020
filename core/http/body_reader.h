// Where a message's body ends: by Content-Length, by chunks, or by the end of the stream. RFC 9112 §6, §7.1; the chunk grammar is
// nginx's (ngx_http_parse_chunked): bare LF taken, extensions and trailers skipped.
//
// Order of calls: next() until it returns nothing; then more bytes are needed, or done() or bad().
#pragma once

#include <cstdint>

#include "core/http/message.h"

namespace roundhouse::http {

class BodyReader {
 public:
  static BodyReader none() { return BodyReader(Kind::length, 0); }
  static BodyReader of_length(std::uint64_t bytes) { return BodyReader(Kind::length, bytes); }
  static BodyReader chunked() { return BodyReader(Kind::chunked, 0); }
  static BodyReader until_close() { return BodyReader(Kind::until_close, 0); }

  struct Piece {
    std::size_t skip = 0;   ///< bytes of framing before the data
    std::size_t bytes = 0;  ///< bytes of the body behind them
  };
  /// Reads on from `input`; the caller consumes `skip` and then `bytes`. Both zero: nothing more can be read now.
  Piece next(ByteView input);

  bool done() const { return state_ == State::done; }
  bool bad() const { return state_ == State::bad; }
  /// The stream ended. True where that ends the body in order.
  bool end_of_stream();
  bool ends_with_stream() const { return kind_ == Kind::until_close; }
  /// Of a chunk whose size line was read: data that has not come; else 0.
  std::uint64_t chunk_left() const { return kind_ == Kind::chunked && state_ == State::data ? left_ : 0; }
  /// A Content-Length body's bytes still to come; for others 0.
  std::uint64_t bytes_left() const { return kind_ == Kind::length ? left_ : 0; }

 private:
  enum class Kind : std::uint8_t { length, chunked, until_close };
  enum class State : std::uint8_t {
    size_first,
    size,
    extension,
    size_line_end,
    data,
    data_end_cr,
    data_end_lf,
    trailer_start,
    trailer,
    trailer_end,
    done,
    bad
  };

  BodyReader(Kind kind, std::uint64_t left);
  void read_framing(char c);

  std::uint64_t left_ = 0;  // of the body, or of the chunk
  Kind kind_ = Kind::length;
  State state_ = State::data;
};

/// The decimal number of a Content-Length field; empty where it is none, or too large for anything.
std::optional<std::uint64_t> read_content_length(std::string_view value);

}  // namespace roundhouse::http
