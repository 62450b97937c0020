#include "core/resp/reader.h"

namespace roundhouse::resp {

void Reader::receive(ByteView bytes) {
  if (start_ == buffer_.size()) {
    dropped_ += start_;
    buffer_.clear();
    start_ = 0;
    // A burst must not hold its memory for ever.
    if (buffer_.capacity() > limits_.line_bytes_max) buffer_.shrink_to_fit();
  } else if (start_ > buffer_.size() / 2) {
    dropped_ += start_;
    buffer_.erase(0, start_);
    start_ = 0;
  }
  buffer_.append(bytes);
}

Result<std::optional<std::span<const Item>>> Reader::next() {
  if (error_) return *error_;
  if (at_ == 0) {
    items_.clear();
    places_.clear();
  }
  do {
    switch (read_item()) {
      case Step::more:
        return std::optional<std::span<const Item>>();
      case Step::broken:
        return *error_;
      case Step::whole:
        break;
    }
    while (!missing_.empty() && missing_.back() == 0) missing_.pop_back();
  } while (!missing_.empty());

  for (std::size_t i = 0; i < items_.size(); ++i) {
    items_[i].text = ByteView(buffer_).substr(start_ + places_[i].offset, places_[i].size);
  }
  start_ += at_;
  at_ = 0;
  searched_ = 0;
  return std::optional<std::span<const Item>>(items_);
}

Reader::Step Reader::read_item() {
  const std::size_t before = at_;
  ByteView line;
  if (const Step step = read_line(line); step != Step::whole) return step;
  const auto again = [&] {
    at_ = before;
    return Step::more;
  };
  if (line.empty()) return fail("an empty line where a value should begin");
  const Type type = static_cast<Type>(line.front());
  const ByteView body = line.substr(1);
  const std::size_t body_offset = before + 1;
  std::int64_t number = 0;
  switch (type) {
    case Type::simple:
    case Type::error:
    case Type::number:
    case Type::big_number:
      push({type, 0, 0, {}}, body_offset, body.size());
      return error_ ? Step::broken : Step::whole;
    case Type::integer:
      if (!read_integer(body, number)) return fail("bad integer");
      push({type, number, 0, {}}, 0, 0);
      return error_ ? Step::broken : Step::whole;
    case Type::null:
      if (!body.empty()) return fail("bad null");
      push({type, 0, 0, {}}, 0, 0);
      return error_ ? Step::broken : Step::whole;
    case Type::boolean:
      if (body != "t" && body != "f") return fail("bad boolean");
      push({type, body == "t", 0, {}}, 0, 0);
      return error_ ? Step::broken : Step::whole;
    case Type::bulk:
    case Type::bulk_error:
    case Type::verbatim: {
      if (!read_integer(body, number) || number < -1) return fail("bad bulk length");
      if (number == -1) {
        push({Type::null, 0, 0, {}}, 0, 0);
        return error_ ? Step::broken : Step::whole;
      }
      const auto size = static_cast<std::size_t>(number);
      if (size > limits_.bulk_bytes_max) return fail("bulk string longer than the limit");
      if (buffer_.size() - start_ - at_ < size + 2) return again();
      if (buffer_.compare(start_ + at_ + size, 2, "\r\n") != 0)
        return fail("no line end behind a bulk string");
      push({type, 0, 0, {}}, at_, size);
      at_ += size + 2;
      return error_ ? Step::broken : Step::whole;
    }
    case Type::array:
    case Type::map:
    case Type::set:
    case Type::push:
    case Type::attribute: {
      if (!read_integer(body, number) || number < -1) return fail("bad number of items");
      if (number == -1) {
        push({Type::null, 0, 0, {}}, 0, 0);
        return error_ ? Step::broken : Step::whole;
      }
      auto count = static_cast<std::uint64_t>(number);
      if (count > limits_.items_max) return fail("more items than the limit");
      if (type == Type::map || type == Type::attribute) count *= 2;
      push({type, 0, static_cast<std::uint32_t>(count), {}}, 0, 0);
      if (error_) return Step::broken;
      if (count == 0) return Step::whole;
      if (missing_.size() == limits_.depth_max) return fail("nested deeper than the limit");
      missing_.push_back(count);
      return Step::whole;
    }
  }
  return fail("unknown type");
}

Reader::Step Reader::read_line(ByteView& line) {
  const ByteView rest = ByteView(buffer_).substr(start_);
  const std::size_t from = searched_ > at_ ? searched_ : at_;
  const std::size_t end = rest.find('\n', from);
  const std::size_t size = (end == ByteView::npos ? rest.size() : end) - at_;
  if (size > limits_.line_bytes_max) return fail("line longer than the limit");
  if (end == ByteView::npos) {
    searched_ = rest.size();
    return Step::more;
  }
  if (size == 0 || rest[end - 1] != '\r') return fail("a line without CR");
  line = rest.substr(at_, size - 1);
  at_ = end + 1;
  return Step::whole;
}

Reader::Step Reader::fail(std::string what) {
  error_ = Error("RESP: " + std::move(what));
  return Step::broken;
}

void Reader::push(Item item, std::size_t offset, std::size_t size) {
  if (!missing_.empty()) --missing_.back();
  if (items_.size() == limits_.items_max) {
    fail("more items than the limit");
    return;
  }
  items_.push_back(item);
  places_.push_back({offset, size});
}

}  // namespace roundhouse::resp
