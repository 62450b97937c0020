// Bytes that came and were not read yet, with the marks on them. The front of a reader; knows nothing of HTTP.
#pragma once

#include "core/base/marked_bytes.h"

namespace roundhouse::http {

class MarkedInput {
 public:
  void append(ByteView bytes, Marks marks);
  /// What was not consumed yet. Valid until the next append.
  ByteView rest() const { return ByteView(input_.bytes).substr(read_); }
  bool empty() const { return read_ == input_.bytes.size(); }

  /// Consumes `count` bytes without keeping them; marks on them move to the end of what `marks_to` holds now. A mark that
  /// would lie before the first byte lies at 0.
  void skip(std::size_t count, MarkedBytes& marks_to);
  /// Consumes `count` bytes, appending them and their marks.
  void move(std::size_t count, MarkedBytes& to);
  MarkedBytes take_all();
  /// Marks on bytes that were not consumed.
  Marks waiting() const { return Marks(input_.marks).subspan(marks_read_); }

 private:
  void consumed(std::size_t count);

  MarkedBytes input_;
  std::size_t read_ = 0;
  std::size_t marks_read_ = 0;
};

}  // namespace roundhouse::http
