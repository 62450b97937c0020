// Whole requests for a proxy. See request_reader.h; the checks are those of ngx_http_process_request_header, release 1.22.1.
#include "core/http/request_reader.h"

#include <algorithm>
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
constexpr std::array<std::string_view, 11> once_only = {
    "Host",          "If-Modified-Since", "If-Unmodified-Since",
    "If-Match",      "If-None-Match",     "Content-Length",
    "Content-Range", "If-Range",          "Transfer-Encoding",
    "Expect",        "Authorization"};

/// What nginx says of the first field that may stand once and stands twice; empty where none does.
std::string said_of_twice(const Fields& fields) {
  const auto& all = fields.all();
  for (std::size_t i = 1; i < all.size(); ++i) {
    const bool once = std::any_of(once_only.begin(), once_only.end(), [&](std::string_view name) {
      return equal_ignoring_case(name, all[i].name);
    });
    if (!once) continue;
    for (std::size_t before = 0; before < i; ++before) {
      if (!equal_ignoring_case(all[before].name, all[i].name)) continue;
      const bool host = equal_ignoring_case(all[i].name, "Host");
      return std::string("client sent duplicate ") + (host ? "host header" : "header line") + ": \"" +
             std::string(all[i].name) + ": " + std::string(all[i].value) + "\", previous value: \"" +
             std::string(all[before].name) + ": " + std::string(all[before].value) + "\"";
    }
  }
  return {};
}

}  // namespace

bool valid_host(std::string_view host) {
  char before = 0;
  for (const char c : host) {
    if (static_cast<unsigned char>(c) <= 0x20 || c == 0x7f || c == '/') return false;
    if (c == '.' && before == '.') return false;
    before = c;
  }
  std::string_view name = host.substr(0, host.starts_with('[') ? host.size() : host.find(':'));
  if (name.ends_with('.')) name.remove_suffix(1);
  return !name.empty();
}

RequestReader::Step RequestReader::refuse(int status, std::string why, bool header_too_large) {
  state_ = State::refused;
  refusal_ = {status, header_too_large, std::move(why)};
  return Step::refused;
}

RequestReader::Step RequestReader::refuse_head(int status, std::string why) {
  return refuse(status, std::move(why) + " while reading client request headers");
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
      request_.head = std::move(reader_.head());
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
  reader_ = RequestHeadReader(rules_);
  head_whole_ = true;
  return check_head();
}

RequestReader::Step RequestReader::check_head() {
  const RequestHead& head = request_.head;
  const Fields& fields = head.fields;
  if (std::string twice = said_of_twice(fields); !twice.empty()) return refuse_head(400, std::move(twice));
  const auto target_host = host_of_target(head.target);
  if (target_host && !valid_host(*target_host))
    return refuse(400, "client sent invalid host in request line while reading client request line");
  const auto host = fields.find("Host");
  if (host && !valid_host(*host)) return refuse_head(400, "client sent invalid host header");
  if (!host && head.minor_version > 0 && head.target.front() == '/') {
    return refuse_head(400, "client sent HTTP/1.1 request without \"Host\" header");
  }
  keep_alive_ = head.minor_version > 0;
  for (const Field& field : fields.all()) {  // the last one that says either counts
    if (!equal_ignoring_case(field.name, "Connection")) continue;
    const bool close = mentions(field.value, "close");
    if (close || mentions(field.value, "keep-alive")) keep_alive_ = !close;
  }
  const auto length_field = fields.find("Content-Length");
  std::uint64_t length = 0;
  if (length_field) {
    const auto number = read_content_length(*length_field);
    if (!number) return refuse_head(400, "client sent invalid \"Content-Length\" header");
    length = *number;
  }
  const auto coding = fields.find("Transfer-Encoding");
  if (coding) {
    if (head.minor_version == 0)
      return refuse_head(400, "client sent HTTP/1.0 request with \"Transfer-Encoding\" header");
    if (!equal_ignoring_case(*coding, "chunked"))
      return refuse_head(501, "client sent unknown \"Transfer-Encoding\": \"" + std::string(*coding) + "\"");
    if (length_field) {
      return refuse_head(400,
                         "client sent \"Content-Length\" and \"Transfer-Encoding\" headers at the same time");
    }
  }
  if (head.method == "TRACE") return refuse_head(405, "client sent TRACE method");
  if (head.method == "CONNECT") return refuse_head(405, "client sent CONNECT method");
  framing_ = coding ? BodyReader::chunked() : BodyReader::of_length(length);
  has_body_length_ = coding || length_field;
  const auto expect = fields.find("Expect");
  expects_continue_ = expect && head.minor_version > 0 && equal_ignoring_case(*expect, "100-continue");
  body_limit_ = 1024 * 1024;
  state_ = State::limit;
  head_sound_ = true;
  return Step::head;
}

RequestReader::Step RequestReader::read_body() {
  if (state_ == State::limit) {
    if (over_limit()) {
      return refuse(
          413, "client intended to send too large body: " + std::to_string(framing_.bytes_left()) + " bytes");
    }
    state_ = State::body;
  }
  while (true) {
    const BodyReader::Piece piece = framing_.next(input_.rest());
    if (piece.skip > 0) input_.skip(piece.skip, request_.body);
    if (framing_.bad()) return refuse(400, "client sent invalid chunked body");
    // Of a chunk the whole announced size counts, once its first byte is there.
    const std::uint64_t before = request_.body.bytes.size();
    const std::uint64_t announced = piece.bytes + framing_.chunk_left();
    if (body_limit_ > 0 && piece.bytes > 0 && before + announced > body_limit_) {
      return refuse(413, "client intended to send too large chunked body: " + std::to_string(before) + "+" +
                             std::to_string(announced) + " bytes");
    }
    if (piece.bytes > 0) input_.move(piece.bytes, request_.body);
    if (piece.skip == 0 && piece.bytes == 0) break;
  }
  if (!framing_.done()) return Step::more;
  state_ = State::whole;
  return Step::request;
}

Request RequestReader::take() {
  head_whole_ = head_sound_ = false;
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
