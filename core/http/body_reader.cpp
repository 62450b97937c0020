// Body framing. See body_reader.h.
#include "core/http/body_reader.h"

#include <algorithm>

namespace roundhouse::http {

namespace {

constexpr std::uint64_t length_max = INT64_MAX;      // NGX_MAX_OFF_T_VALUE
constexpr std::uint64_t chunk_max = length_max - 5;  // with the shortest end of a body behind it

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

BodyReader::BodyReader(Kind kind, std::uint64_t left)
    : left_(left),
      kind_(kind),
      state_(kind == Kind::chunked               ? State::size_first
             : kind == Kind::length && left == 0 ? State::done
                                                 : State::data) {}

BodyReader::Piece BodyReader::next(ByteView input) {
  Piece piece;
  if (kind_ == Kind::until_close) {
    piece.bytes = state_ == State::data ? input.size() : 0;
    return piece;
  }
  while (piece.skip < input.size() && state_ != State::data && state_ != State::done &&
         state_ != State::bad) {
    read_framing(input[piece.skip++]);
  }
  if (state_ != State::data) return piece;
  piece.bytes = static_cast<std::size_t>(std::min<std::uint64_t>(left_, input.size() - piece.skip));
  left_ -= piece.bytes;
  if (left_ == 0) state_ = kind_ == Kind::chunked ? State::data_end_cr : State::done;
  return piece;
}

void BodyReader::read_framing(char c) {
  const int digit = hex_digit(c);
  switch (state_) {
    case State::size_first:
      state_ = digit < 0 ? State::bad : State::size;
      left_ = static_cast<std::uint64_t>(std::max(digit, 0));
      return;
    case State::size:
      if (digit >= 0) {
        if (left_ > length_max / 16) state_ = State::bad;
        left_ = left_ * 16 + static_cast<std::uint64_t>(digit);
        if (left_ > chunk_max) state_ = State::bad;
      } else if (c == '\r') {
        state_ = State::size_line_end;
      } else if (c == '\n') {
        state_ = left_ == 0 ? State::trailer_start : State::data;
      } else if (c == ';' || c == ' ' || c == '\t') {
        state_ = State::extension;
      } else {
        state_ = State::bad;
      }
      return;
    case State::extension:
      if (c == '\r') state_ = State::size_line_end;
      if (c == '\n') state_ = left_ == 0 ? State::trailer_start : State::data;
      return;
    case State::size_line_end:
      state_ = c != '\n' ? State::bad : left_ == 0 ? State::trailer_start : State::data;
      return;
    case State::data_end_cr:
      state_ = c == '\r' ? State::data_end_lf : c == '\n' ? State::size_first : State::bad;
      return;
    case State::data_end_lf:
      state_ = c == '\n' ? State::size_first : State::bad;
      return;
    case State::trailer_start:
      state_ = c == '\r' ? State::trailer_end : c == '\n' ? State::done : State::trailer;
      return;
    case State::trailer:
      if (c == '\n') state_ = State::trailer_start;
      return;
    case State::trailer_end:
      state_ = c == '\n' ? State::done : State::bad;
      return;
    case State::data:
    case State::done:
    case State::bad:
      return;
  }
}

bool BodyReader::end_of_stream() {
  if (kind_ == Kind::until_close && state_ == State::data) state_ = State::done;
  return state_ == State::done;
}

std::optional<std::uint64_t> read_content_length(std::string_view value) {
  if (value.empty()) return std::nullopt;
  std::uint64_t number = 0;
  for (const char c : value) {
    if (c < '0' || c > '9') return std::nullopt;
    number = number * 10 + static_cast<std::uint64_t>(c - '0');
    if (number > length_max) return std::nullopt;
  }
  return number;
}

}  // namespace roundhouse::http
