// Whole responses. See response_reader.h.
#include "core/http/response_reader.h"

#include <utility>

namespace roundhouse::http {

void ResponseReader::receive(ByteView bytes, Marks marks) {
  input_.append(bytes, marks);
}

std::optional<Result<Response>> ResponseReader::fail(const char* what) {
  state_ = State::failed;
  return Result<Response>(Error(what));
}

std::optional<Result<Response>> ResponseReader::next() {
  if (state_ == State::head) {
    if (input_.empty()) return std::nullopt;
    switch (reader_.read(input_.rest())) {
      case ResponseHeadReader::State::more:
        if (ended_) return fail("the stream ended inside a response's head");
        return std::nullopt;
      case ResponseHeadReader::State::no_status_line:
        return fail("not an HTTP response");
      case ResponseHeadReader::State::bad:
        return fail("a malformed or too long response head");
      case ResponseHeadReader::State::done:
        break;
    }
    response_ = {};
    input_.skip(reader_.size(), response_.body);
    response_.head = std::move(reader_.head());
    reader_ = ResponseHeadReader(response_head_bytes_max);
    if (response_.head.status == 101) {
      state_ = State::switched;
      return Result<Response>(std::move(response_));
    }
    if (response_.head.status < 200) return next();
    begin_body();
  }
  if (state_ != State::body) return std::nullopt;
  while (true) {
    const BodyReader::Piece piece = framing_.next(input_.rest());
    if (piece.skip > 0) input_.skip(piece.skip, response_.body);
    if (framing_.bad()) return fail("a malformed chunk");
    if (response_.body.bytes.size() + piece.bytes > response_body_bytes_max)
      return fail("a response body over 16 MB");
    if (piece.bytes > 0) input_.move(piece.bytes, response_.body);
    if (piece.skip == 0 && piece.bytes == 0) break;
  }
  if (ended_) framing_.end_of_stream();
  if (!framing_.done()) {
    if (ended_) return fail("the stream ended inside a response's body");
    return std::nullopt;
  }
  state_ = State::head;
  return Result<Response>(std::exchange(response_, {}));
}

void ResponseReader::begin_body() {
  state_ = State::body;
  const Fields& fields = response_.head.fields;
  const int status = response_.head.status;
  if (std::exchange(no_body_, false) || status == 204 || status == 304) {
    framing_ = BodyReader::none();
  } else if (fields.has_token("Transfer-Encoding", "chunked")) {
    framing_ = BodyReader::chunked();
  } else if (const auto length = fields.find("Content-Length")) {
    const auto bytes = read_content_length(*length);
    framing_ = bytes ? BodyReader::of_length(*bytes) : BodyReader::until_close();
  } else {
    framing_ = BodyReader::until_close();
  }
}

std::vector<PlacedMark> ResponseReader::waiting() const {
  std::vector<PlacedMark> marks = response_.body.marks;
  const Marks unread = input_.waiting();
  marks.insert(marks.end(), unread.begin(), unread.end());
  return marks;
}

}  // namespace roundhouse::http
