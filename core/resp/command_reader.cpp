#include "core/resp/command_reader.h"

#include <string>

#include "core/resp/value.h"

namespace roundhouse::resp {
namespace {

bool is_space(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}
// Behind a word. Narrower than is_space, as in sdssplitargs.
bool ends_word(char c) {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}
int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// One word at `i`, unquoted, appended to `out`. False: quotes that do not close, or text right behind a closing quote.
bool read_word(ByteView line, std::size_t& i, Bytes& out) {
  char quote = 0;
  for (;; ++i) {
    const bool end = i == line.size();
    if (quote != 0) {
      if (end) return false;
      const char c = line[i];
      if (quote == '"' && c == '\\' && i + 3 < line.size() && line[i + 1] == 'x' &&
          hex_digit(line[i + 2]) >= 0 && hex_digit(line[i + 3]) >= 0) {
        out.push_back(static_cast<char>(hex_digit(line[i + 2]) * 16 + hex_digit(line[i + 3])));
        i += 3;
      } else if (quote == '"' && c == '\\' && i + 1 < line.size()) {
        const char escaped = line[++i];
        switch (escaped) {
          case 'n':
            out.push_back('\n');
            break;
          case 'r':
            out.push_back('\r');
            break;
          case 't':
            out.push_back('\t');
            break;
          case 'b':
            out.push_back('\b');
            break;
          case 'a':
            out.push_back('\a');
            break;
          default:
            out.push_back(escaped);
        }
      } else if (quote == '\'' && c == '\\' && i + 1 < line.size() && line[i + 1] == '\'') {
        out.push_back('\'');
        ++i;
      } else if (c == quote) {
        ++i;
        return i == line.size() || is_space(line[i]);
      } else {
        out.push_back(c);
      }
    } else {
      if (end || ends_word(line[i])) return true;
      if (line[i] == '"' || line[i] == '\'') {
        quote = line[i];
      } else {
        out.push_back(line[i]);
      }
    }
  }
}

}  // namespace

void CommandReader::receive(ByteView bytes) {
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

Result<std::optional<std::span<const ByteView>>> CommandReader::next() {
  for (;;) {
    if (error_) return *error_;
    if (waiting() == 0) return std::optional<std::span<const ByteView>>();
    if (missing_ == 0 && at_ == 0) {
      inline_ = buffer_[start_] != '*';
      places_.clear();
    }
    switch (inline_ ? read_inline() : read_multibulk()) {
      case Step::whole:
        finish();
        return std::optional<std::span<const ByteView>>(arguments_);
      case Step::nothing:
        finish();
        break;
      case Step::more:
        if (waiting() > limits_.query_bytes_max) error_ = Error("");
        if (error_) return *error_;
        return std::optional<std::span<const ByteView>>();
      case Step::broken:
        return *error_;
    }
  }
}

void CommandReader::finish() {
  arguments_.clear();
  const ByteView from = inline_ ? ByteView(words_) : ByteView(buffer_).substr(start_);
  for (const Place& place : places_) arguments_.push_back(from.substr(place.offset, place.size));
  start_ += at_;
  at_ = 0;
  searched_ = 0;
}

CommandReader::Step CommandReader::read_inline() {
  std::size_t end = 0;
  if (const Step step = find_line('\n', "too big inline request", end); step != Step::whole) return step;
  ByteView line = ByteView(buffer_).substr(start_, end);
  at_ = end + 1;
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  words_.clear();
  for (std::size_t i = 0;;) {
    while (i < line.size() && is_space(line[i])) ++i;
    if (i == line.size()) break;
    const std::size_t begin = words_.size();
    if (!read_word(line, i, words_)) return fail("unbalanced quotes in request");
    places_.push_back({begin, words_.size() - begin});
  }
  return places_.empty() ? Step::nothing : Step::whole;
}

CommandReader::Step CommandReader::read_multibulk() {
  std::size_t end = 0;
  if (missing_ == 0) {
    if (const Step step = find_line('\r', "too big mbulk count string", end); step != Step::whole)
      return step;
    std::int64_t count = 0;
    if (!read_integer(ByteView(buffer_).substr(start_ + 1, end - 1), count) ||
        count > limits_.arguments_max) {
      return fail("invalid multibulk length");
    }
    at_ = end + 2;
    if (count <= 0) return Step::nothing;
    missing_ = count;
  }
  while (missing_ > 0) {
    if (bulk_ < 0) {
      if (const Step step = find_line('\r', "too big bulk count string", end); step != Step::whole)
        return step;
      const char first = buffer_[start_ + at_];
      if (first != '$') return fail(std::string("expected '$', got '") + first + "'");
      std::int64_t length = 0;
      if (!read_integer(ByteView(buffer_).substr(start_ + at_ + 1, end - at_ - 1), length) || length < 0 ||
          static_cast<std::uint64_t>(length) > limits_.bulk_bytes_max) {
        return fail("invalid bulk length");
      }
      at_ = end + 2;
      bulk_ = length;
    }
    const auto size = static_cast<std::size_t>(bulk_);
    // Redis does not look at the two bytes behind a bulk string either.
    if (waiting() - at_ < size + 2) return Step::more;
    places_.push_back({at_, size});
    at_ += size + 2;
    bulk_ = -1;
    --missing_;
  }
  return Step::whole;
}

// Finds `stop` at or behind at_. A '\r' counts once the byte behind it is there as well. A NUL hides the rest of the line, because
// Redis searches with strchr.
CommandReader::Step CommandReader::find_line(char stop, ByteView too_big, std::size_t& end) {
  const ByteView rest = ByteView(buffer_).substr(start_);
  std::size_t i = searched_ > at_ ? searched_ : at_;
  while (i < rest.size() && rest[i] != stop && rest[i] != '\0') ++i;
  if (i == rest.size() || rest[i] == '\0') {
    searched_ = i;
    if (rest.size() - at_ > limits_.line_bytes_max) return fail(too_big);
    return Step::more;
  }
  if (stop == '\r' && i + 1 == rest.size()) {
    searched_ = i;
    return Step::more;
  }
  end = i;
  return Step::whole;
}

CommandReader::Step CommandReader::fail(ByteView what) {
  error_ = Error("Protocol error: " + Bytes(what));
  return Step::broken;
}

}  // namespace roundhouse::resp
