// Unread bytes and their marks. See marked_input.h.
#include "core/http/marked_input.h"

#include "core/base/assertion.h"

namespace roundhouse::http {

void MarkedInput::append(ByteView bytes, Marks marks) {
  if (read_ > 0) {  // compact before growing: what is left is the start of one message
    input_.bytes.erase(0, read_);
    input_.marks.erase(input_.marks.begin(), input_.marks.begin() + static_cast<std::ptrdiff_t>(marks_read_));
    for (PlacedMark& mark : input_.marks) mark.end -= static_cast<std::uint32_t>(read_);
    read_ = 0;
    marks_read_ = 0;
  }
  input_.append(bytes, marks);
}

void MarkedInput::skip(std::size_t count, MarkedBytes& marks_to) {
  const std::size_t until = read_ + count;
  while (marks_read_ < input_.marks.size() && input_.marks[marks_read_].end <= until) {
    marks_to.mark_end(input_.marks[marks_read_++].mark);
  }
  consumed(count);
}

void MarkedInput::move(std::size_t count, MarkedBytes& to) {
  const std::size_t until = read_ + count;
  while (marks_read_ < input_.marks.size() && input_.marks[marks_read_].end <= until) {
    const PlacedMark& mark = input_.marks[marks_read_++];
    to.marks.push_back({static_cast<std::uint32_t>(to.bytes.size() + mark.end - read_), mark.mark});
  }
  to.bytes.append(input_.bytes, read_, count);
  consumed(count);
}

MarkedBytes MarkedInput::take_all() {
  MarkedBytes all;
  move(rest().size(), all);
  return all;
}

void MarkedInput::consumed(std::size_t count) {
  ROUNDHOUSE_ASSERT(count <= input_.bytes.size() - read_);
  read_ += count;
  if (read_ == input_.bytes.size()) {
    input_.bytes.clear();
    input_.marks.clear();
    read_ = 0;
    marks_read_ = 0;
  }
}

}  // namespace roundhouse::http
