// Whole requests for a proxy. See request_reader.h; the checks are those of ngx_http_process_request_header, release 1.22.1.
#include "core/http/request_reader.h"

#include <array>
#include <utility>

namespace roundhouse::http {

bool mentions(std::string_view value, std::string_view word) {
  for (std::size_t i = 0; i + word.size() <= value.size(); ++i) {
    if (equal_ignoring_case(value.substr(i, word.size()), word)) return true;
  }
  return false;
}

namespace {

/// nginx refuses a second one of these (ngx_http_process_unique_header_line and the host's own check).
constexpr std::array<std::string_view, 13> once_only = {
    "Host",          "If-Modified-Since", "If-Unmodified-Since", "If-Match",
    "If-None-Match", "User-Agent",        "Content-Length",      "Content-Type",
    "Range",         "If-Range",          "Transfer-Encoding",   "Upgrade",
    "Authorization"};

bool any_twice(const Fields& fields) {
  for (const std::string_view name : once_only) {
    int count = 0;
    for (const Field& field : fields.all()) count += equal_ignoring_case(field.name, name) ? 1 : 0;
    if (count > 1) return true;
  }
  return false;
}

/// ngx_http_validate_host: no slashes, no control characters, no empty name, no two dots in a row.
bool valid_host(std::string_view host) {
  char before = 0;
  for (const char c : host) {
    if (static_cast<unsigned char>(c) <= 0x20 || c == 0x7f || c == '/' || c == '\\') return false;
    if (c == '.' && before == '.') return false;
    before = c;
  }
  return !host.empty() && host.front() != ':' && host.front() != '.';
}

}  // namespace

RequestReader::Step RequestReader::refuse(int status, std::string_view why, bool header_too_large) {
  state_ = State::refused;
  refusal_ = {status, header_too_large, why};
  return Step::refused;
}

RequestReader::Step RequestReader::next() {
  switch (state_) {
    case State::head:
      break;
    case State::limit:
    case State::body:
      return read_body();
    case State::whole:
      return Step::more;  // not taken yet: the next request waits
    case State::refused:
      return Step::refused;
  }
  switch (reader_.read(input_.rest())) {
    case RequestHeadReader::State::more:
      return Step::more;
    case RequestHeadReader::State::done:
      break;
    case RequestHeadReader::State::fault:
      switch (reader_.fault()) {
        case HeadFault::uri_too_large:
          return refuse(414, reader_.why());
        case HeadFault::header_too_large:
          return refuse(400, reader_.why(), true);
        case HeadFault::version_not_supported:
          return refuse(505, reader_.why());
        case HeadFault::bad_request:
        case HeadFault::none:
          return refuse(400, reader_.why());
      }
  }
  input_.skip(reader_.size(), request_.body);
  request_.head = std::move(reader_.head());
  reader_ = RequestHeadReader();
  return check_head();
}

RequestReader::Step RequestReader::check_head() {
  const RequestHead& head = request_.head;
  const Fields& fields = head.fields;
  if (any_twice(fields)) {
    return refuse(400, "client sent duplicate header line");
  }
  const auto host = fields.find("Host");
  if (host && !valid_host(*host)) return refuse(400, "client sent invalid host header");
  if (!host && head.minor_version > 0 && head.target.front() == '/') {
    return refuse(400, "client sent HTTP/1.1 request without \"Host\" header");
  }
  const auto connection = fields.find("Connection");
  const bool close = connection && mentions(*connection, "close");
  keep_alive_ = !close && (head.minor_version > 0 || (connection && mentions(*connection, "keep-alive")));
  const auto length_field = fields.find("Content-Length");
  std::uint64_t length = 0;
  if (length_field) {
    const auto number = read_content_length(*length_field);
    if (!number) return refuse(400, "client sent invalid \"Content-Length\" header");
    length = *number;
  }
  const auto coding = fields.find("Transfer-Encoding");
  if (coding) {
    if (head.minor_version == 0)
      return refuse(400, "client sent HTTP/1.0 request with \"Transfer-Encoding\" header");
    if (!equal_ignoring_case(*coding, "chunked"))
      return refuse(501, "client sent unknown \"Transfer-Encoding\"");
    if (length_field) {
      return refuse(400, "client sent \"Content-Length\" and \"Transfer-Encoding\" headers at the same time");
    }
  }
  if (head.method == "TRACE") return refuse(405, "client sent TRACE method");
  if (head.method == "CONNECT") return refuse(405, "client sent CONNECT method");
  framing_ = coding ? BodyReader::chunked() : BodyReader::of_length(length);
  has_body_length_ = coding || length_field;
  const auto expect = fields.find("Expect");
  expects_continue_ = expect && head.minor_version > 0 && equal_ignoring_case(*expect, "100-continue");
  body_limit_ = 1024 * 1024;
  state_ = State::limit;
  return Step::head;
}

RequestReader::Step RequestReader::read_body() {
  constexpr std::string_view too_large = "client intended to send too large body";
  if (state_ == State::limit) {
    if (over_limit()) return refuse(413, too_large);
    state_ = State::body;
  }
  while (true) {
    const BodyReader::Piece piece = framing_.next(input_.rest());
    if (piece.skip > 0) input_.skip(piece.skip, request_.body);
    if (framing_.bad()) return refuse(400, "client sent invalid chunked body");
    if (body_limit_ > 0 && request_.body.bytes.size() + piece.bytes > body_limit_)
      return refuse(413, too_large);
    if (piece.bytes > 0) input_.move(piece.bytes, request_.body);
    if (piece.skip == 0 && piece.bytes == 0) break;
  }
  if (!framing_.done()) return Step::more;
  state_ = State::whole;
  return Step::request;
}

Request RequestReader::take() {
  state_ = State::head;
  return std::exchange(request_, {});
}

std::vector<Mark> RequestReader::waiting() const {
  std::vector<Mark> marks;
  for (const PlacedMark& mark : request_.body.marks) marks.push_back(mark.mark);
  for (const PlacedMark& mark : input_.waiting()) marks.push_back(mark.mark);
  return marks;
}

}  // namespace roundhouse::http
