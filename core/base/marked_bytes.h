// Bytes with their marks, and the queue that keeps marks until the message they lie on has been read.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include <roundhouse/bytes.h>
#include <roundhouse/mark.h>

namespace roundhouse {

/// What a protocol object wants sent: bytes and the marks on them. Appending keeps the marks' places.
struct MarkedBytes {
  Bytes bytes;
  std::vector<PlacedMark> marks;

  bool empty() const { return bytes.empty(); }
  /// Lays a mark behind the last byte appended so far.
  void mark_end(Mark mark) {
    if (mark) marks.push_back({static_cast<std::uint32_t>(bytes.size()), mark});
  }
  void append(ByteView more) { bytes.append(more); }
  void append(ByteView more, Marks placed) {
    for (PlacedMark m : placed) {
      m.end += static_cast<std::uint32_t>(bytes.size());
      marks.push_back(m);
    }
    bytes.append(more);
  }
};

/// Marks that came with bytes a reader has not finished with. Offsets count from the start of the stream.
/// Order: arrived() for each chunk before it is read, then take() up to the offset where a message ended.
class MarkQueue {
 public:
  /// A chunk of `size` bytes came, with these marks.
  void arrived(std::size_t size, Marks marks) {
    for (const PlacedMark& m : marks) waiting_.push_back({received_ + m.end, m.mark});
    received_ += size;
  }
  /// Bytes received so far: the stream offset of the end of the last chunk.
  std::uint64_t received() const { return received_; }
  /// The next mark that lies at or before stream offset `end`, if any.
  std::optional<Mark> take(std::uint64_t end) {
    if (empty() || waiting_[next_].at > end) return std::nullopt;
    const Mark mark = waiting_[next_++].mark;
    if (empty()) {
      waiting_.clear();
      next_ = 0;
    }
    return mark;
  }
  bool empty() const { return next_ == waiting_.size(); }

 private:
  struct Waiting {
    std::uint64_t at;
    Mark mark;
  };
  // A vector and a place in it: an empty std::deque takes 600 bytes, too much for each idle connection.
  std::vector<Waiting> waiting_;
  std::size_t next_ = 0;
  std::uint64_t received_ = 0;
};

}  // namespace roundhouse
