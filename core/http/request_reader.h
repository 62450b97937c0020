// A proxy's view of a client's bytes: one whole request after another, as nginx takes them with proxy_request_buffering on.
//
// Order of calls: receive() for each chunk; next() until it says `more`. After `head` the caller may set the body's limit, which
// depends on the location; after `request` it takes the request with take() and calls next() again when it has answered.
// After `refused` nothing more is read.
#pragma once

#include <cstdint>

#include "core/http/body_reader.h"
#include "core/http/head_reader.h"
#include "core/http/marked_input.h"

namespace roundhouse::http {

/// Why a request is answered by an error at once.
struct Refusal {
  int status = 400;
  bool header_too_large = false;  ///< 400 with nginx's page for too large fields
  std::string why;                ///< nginx's words in its log
};

class RequestReader {
 public:
  enum class Step : std::uint8_t { more, head, request, refused };

  /// `rules` outlive the reader; none: nginx's defaults.
  explicit RequestReader(const HeadRules* rules = nullptr) : reader_(rules), rules_(rules) {}

  void receive(ByteView bytes, Marks marks = {}) { input_.append(bytes, marks); }
  Step next();

  /// After `head` and until take(): the request's head. The body comes with `request`.
  const RequestHead& head() const { return request_.head; }
  /// nginx: client_max_body_size; 0: no limit. Call after `head`.
  void set_body_limit(std::uint64_t bytes) { body_limit_ = bytes; }
  /// The announced length is above the limit: the next step is a refusal.
  bool over_limit() const { return body_limit_ > 0 && framing_.bytes_left() > body_limit_; }
  /// All of the announced length has come.
  bool has_announced() const { return input_.rest().size() >= framing_.bytes_left(); }
  /// The client waits for a 100 before it sends the body.
  bool expects_continue() const { return expects_continue_; }
  /// The request has a length or chunks; then `Content-Length` is forwarded, even if it is 0.
  bool has_body_length() const { return has_body_length_; }
  /// Whether the connection may serve another request after this one.
  bool keep_alive() const { return keep_alive_; }
  const Refusal& refusal() const { return refusal_; }

  /// The whole request. Marks of the body are relative to it; a mark that lay on the head has `end` 0.
  Request take();
  /// Bytes that wait behind the request that was not taken yet.
  std::size_t waiting_bytes() const { return input_.rest().size(); }
  /// What came behind the last request: another protocol's, after a 101.
  MarkedBytes take_rest() { return input_.take_all(); }
  /// Its head is not whole yet.
  bool in_head() const { return state_ == State::head; }
  /// nginx knows the target: a refusal came only after the request line.
  bool has_line() const { return reader_.has_line() || head_whole_; }
  /// Its head is whole and sound: what is refused is the body.
  bool has_head() const { return head_sound_; }
  bool in_request() const { return state_ != State::head || !input_.empty(); }
  /// Marks on bytes that were received and not taken.
  std::vector<Mark> waiting() const;

 private:
  enum class State : std::uint8_t { head, limit, body, whole, refused };

  Step refuse(int status, std::string why, bool header_too_large = false);
  Step refuse_head(int status, std::string why);
  Step check_head();
  Step read_body();

  MarkedInput input_;
  RequestHeadReader reader_;
  const HeadRules* rules_ = nullptr;
  BodyReader framing_ = BodyReader::none();
  Request request_;
  Refusal refusal_;
  std::uint64_t body_limit_ = 1024 * 1024;  // nginx: 1m
  State state_ = State::head;
  bool head_whole_ = false;
  bool head_sound_ = false;
  bool expects_continue_ = false;
  bool has_body_length_ = false;
  bool keep_alive_ = false;
};

/// ngx_http_validate_host: no slashes, no control characters, no two dots in a row, and something before a port and a last dot.
bool valid_host(std::string_view host);
/// nginx: a connection speaks of `close` or `keep-alive` anywhere in the value, without case.
bool mentions(std::string_view value, std::string_view word);

}  // namespace roundhouse::http
