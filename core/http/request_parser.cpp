// Beast's request parser, fed by hand: it does no I/O itself. Beast reads the head; bodies are counted here, because marks must keep
// their places on them.
#include "core/http/request_parser.h"

#include <algorithm>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "core/base/assertion.h"

namespace roundhouse::http {

namespace beast = boost::beast::http;

namespace {

/// Connection under a name of the same length that means nothing to Beast.
constexpr std::string_view hidden_connection = "Connectio*";

/// A head, or its beginning, with its Connection fields hidden.
std::string without_connection(ByteView head, std::size_t bytes_max) {
  constexpr std::string_view name = "connection:";
  std::string text(head.substr(0, bytes_max + 1));
  for (std::size_t end = text.find('\n'); end != text.npos; end = text.find('\n', end + 1)) {
    const std::size_t at = end + 1;
    const bool same =
        text.size() - at >= name.size() &&
        std::equal(name.begin(), name.end(), text.begin() + static_cast<std::ptrdiff_t>(at),
                   [](char a, char b) { return a == (b >= 'A' && b <= 'Z' ? b - 'A' + 'a' : b); });
    if (same) text.replace(at, hidden_connection.size(), hidden_connection);
  }
  return text;
}

}  // namespace

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

std::size_t RequestParser::feed_beast(ByteView bytes, bool& refused) {
  if (!beast_) {
    beast_ = std::make_unique<Beast>();
    beast_->parser.header_limit(limits_.head_bytes_max);
    beast_->parser.body_limit(boost::none);  // counted here, so that a long body can be skipped
    beast_->parser.eager(false);
  }
  boost::system::error_code error;
  const std::size_t used = beast_->parser.put(boost::asio::const_buffer(bytes.data(), bytes.size()), error);
  refused = error == beast::error::bad_value;
  if (error && error != beast::error::need_more && !refused)
    fail(error == beast::error::header_limit ? 431 : 400);
  return used;
}

RequestParser::Step RequestParser::read_head() {
  if (input_.empty()) return Step::more;
  bool refused = false;
  if (!odd_connection_) fed_ += feed_beast(input_.rest().substr(fed_), refused);
  // Beast takes no Connection that is not a list of tokens; Node takes it, as it comes of curly quotes in an nginx text.
  if (refused || odd_connection_) {
    odd_connection_ = true;
    beast_.reset();
    fed_ = feed_beast(without_connection(input_.rest(), limits_.head_bytes_max), refused);
    if (refused) return fail(400);
  }
  if (state_ == State::bad) return Step::bad;
  auto& parser = beast_->parser;
  if (!parser.is_header_done()) {
    // Beast counts a field when it is whole; a line without end has to be counted here.
    return input_.rest().size() - fed_ > limits_.head_bytes_max ? fail(431) : Step::more;
  }
  input_.skip(fed_, request_.body);

  const auto& message = parser.get();
  RequestHead& head = request_.head;
  head.method = std::string(message.method_string());
  head.target = std::string(message.target());
  head.minor_version = static_cast<int>(message.version() % 10);
  for (const auto& field : message) {
    const std::string_view name(field.name_string());
    head.fields.add(name == hidden_connection ? "Connection" : name, std::string_view(field.value()));
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
  fed_ = 0;
  odd_connection_ = false;
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
