// What a connection has yet to write: pieces of bytes in order, each with the time from which it may go.
//
// Small sends are put together so that one system call carries many; large shared ones are kept by reference.
// Knows the descriptor it writes to, but no party and no clock.
#pragma once

#include <cstdint>
#include <vector>

#include <roundhouse/bytes.h>
#include <roundhouse/instant.h>

namespace roundhouse::loopback {

/// Shared bytes up to this size are copied: cheaper than a piece of their own.
inline constexpr std::size_t copy_max = 1024;
/// A piece of copied bytes grows to this size before the next one begins.
inline constexpr std::size_t piece_max = 16 * 1024;
/// Pieces written by one system call.
inline constexpr std::size_t gather_max = 16;
/// Emptied pieces kept for the next sends, so that a busy connection does not allocate.
inline constexpr std::size_t spare_pieces_max = 4;

class Output {
 public:
  void push(ByteView bytes, Instant release = {});
  void push(SharedBytes bytes, Instant release = {});

  /// Bytes queued.
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  /// When the first piece may go; only of use where not empty.
  Instant first_release() const { return pieces_[head_].release; }

  enum class Wrote : std::uint8_t { all, waits, blocked, failed };
  /// Writes what may go at `now`. `waits`: the rest has its time still to come; `blocked`: the kernel takes no more; `failed`: the
  /// peer is gone.
  Wrote write_to(int fd, Instant now);
  void clear();

 private:
  struct Piece {
    SharedBytes shared;  // or, where null, `own`
    Bytes own;
    std::size_t begin = 0;
    Instant release;

    ByteView rest() const { return ByteView(shared ? *shared : own).substr(begin); }
  };

  Piece& next_piece(Instant release);
  void written(std::size_t bytes);

  std::vector<Piece> pieces_;
  std::size_t head_ = 0;  // pieces before it are written
  std::size_t tail_ = 0;  // pieces from it on are spare
  std::size_t size_ = 0;
};

}  // namespace roundhouse::loopback
