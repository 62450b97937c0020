// Beast's request parser, fed by hand: it does no I/O itself. Beast reads the head; bodies are counted here, because marks must keep
// their places on them.
#include "core/http/request_parser.h"

#include <algorithm>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "core/base/assertion.h"

namespace roundhouse::http {

namespace beast = boost::beast::http;

struct RequestParser::Beast {
  beast::request_parser<beast::string_body> parser;
};

RequestParser::RequestParser(ParserLimits limits) : limits_(limits) {}
RequestParser::~RequestParser() = default;
RequestParser::RequestParser(RequestParser&&) noexcept = default;
RequestParser& RequestParser::operator=(RequestParser&&) noexcept = default;

RequestParser::Step RequestParser::next() {
  switch (state_) {
    case State::head:
      return read_head();
    case State::length_body:
      return read_length_body();
    case State::chunked_body:
      return read_chunked_body();
    case State::whole:
      return Step::request;
    case State::bad:
      return Step::bad;
  }
  return Step::bad;
}

RequestParser::Step RequestParser::fail(int status) {
  state_ = State::bad;
  error_status_ = status;
  return Step::bad;
}

RequestParser::Step RequestParser::read_head() {
  if (input_.empty()) return Step::more;
  if (!beast_) {
    beast_ = std::make_unique<Beast>();
    beast_->parser.header_limit(limits_.head_bytes_max);
    beast_->parser.body_limit(boost::none);  // counted here, so that a long body can be skipped
    beast_->parser.eager(false);
  }
  auto& parser = beast_->parser;
  boost::system::error_code error;
  const ByteView rest = input_.rest();
  const std::size_t used = parser.put(boost::asio::const_buffer(rest.data(), rest.size()), error);
  input_.skip(used, request_.body);
  if (error == beast::error::header_limit) return fail(431);
  if (error && error != beast::error::need_more) return fail(400);
  if (!parser.is_header_done()) {
    // Beast counts a field when it is whole; a line without end has to be counted here.
    return input_.rest().size() > limits_.head_bytes_max ? fail(431) : Step::more;
  }

  const auto& message = parser.get();
  RequestHead& head = request_.head;
  head.method = std::string(message.method_string());
  head.target = std::string(message.target());
  head.minor_version = static_cast<int>(message.version() % 10);
  for (const auto& field : message) {
    head.fields.add(std::string_view(field.name_string()), std::string_view(field.value()));
  }
  keep_alive_ =
      parser.keep_alive() || (head.minor_version >= 1 && !head.fields.has_token("Connection", "close"));
  upgrade_ = head.fields.find("Upgrade").has_value() && head.fields.has_token("Connection", "upgrade");
  if (upgrade_) {
    state_ = State::whole;
  } else if (parser.chunked()) {
    state_ = State::chunked_body;
    chunks_ = BodyReader::chunked();
  } else {
    body_left_ = parser.content_length().value_or(0);
    too_large_ = body_left_ > limits_.body_bytes_max;
    state_ = State::length_body;
  }
  return Step::head;
}

RequestParser::Step RequestParser::read_length_body() {
  const std::size_t count =
      static_cast<std::size_t>(std::min<std::uint64_t>(body_left_, input_.rest().size()));
  if (too_large_) {
    input_.skip(count, request_.body);
  } else {
    input_.move(count, request_.body);
  }
  body_left_ -= count;
  if (body_left_ > 0) return Step::more;
  state_ = State::whole;
  return Step::request;
}

RequestParser::Step RequestParser::read_chunked_body() {
  while (!chunks_.done()) {
    const BodyReader::Piece piece = chunks_.next(input_.rest());
    if (piece.skip == 0 && piece.bytes == 0) {
      if (chunks_.done()) break;
      return chunks_.bad() ? fail(400) : Step::more;
    }
    if (piece.skip > 0) input_.skip(piece.skip, request_.body);
    if (piece.bytes > 0) input_.move(piece.bytes, request_.body);
    if (request_.body.bytes.size() > limits_.body_bytes_max) return fail(413);
  }
  state_ = State::whole;
  return Step::request;
}

Request RequestParser::take() {
  ROUNDHOUSE_ASSERT(state_ == State::whole);
  Request request = std::move(request_);
  request_ = Request{};
  beast_.reset();
  state_ = State::head;
  too_large_ = false;
  upgrade_ = false;
  return request;
}

std::vector<Mark> RequestParser::waiting() const {
  std::vector<Mark> marks;
  for (const PlacedMark& m : request_.body.marks) marks.push_back(m.mark);
  for (const PlacedMark& m : input_.waiting()) marks.push_back(m.mark);
  return marks;
}

}  // namespace roundhouse::http
