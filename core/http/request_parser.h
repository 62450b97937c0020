// An app instance's view of its peer's bytes: one whole request after another. The grammar is Boost.Beast's, which stays inside the
// .cpp. Not for a proxy: that one reads as nginx does.
//
// Order of calls: receive() for each chunk, next() until it says `more`. After `head` the body is on its way; after `request` take() it,
// and call next() again when it has been answered: pipelined requests wait meanwhile. After `bad` nothing more is read.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "core/http/body_reader.h"
#include "core/http/marked_input.h"
#include "core/http/message.h"

namespace roundhouse::http {

struct ParserLimits {
  std::uint32_t head_bytes_max = 16 * 1024;  ///< Node's --max-http-header-size; more is a 431
  std::size_t body_bytes_max = 1'000'000;    ///< a longer body is skipped, see body_too_large()
  /// Bytes of pipelined requests above which the owner should stop reading.
  std::size_t waiting_bytes_max = 64 * 1024;
};

class RequestParser {
 public:
  enum class Step : std::uint8_t { more, head, request, bad };

  explicit RequestParser(ParserLimits limits);
  ~RequestParser();
  RequestParser(RequestParser&&) noexcept;
  RequestParser& operator=(RequestParser&&) noexcept;

  void receive(ByteView bytes, Marks marks = {}) { input_.append(bytes, marks); }
  Step next();

  /// From `head` to take(): the request's head.
  const RequestHead& head() const { return request_.head; }
  /// Whether the connection may serve another request after this one.
  bool keep_alive() const { return keep_alive_; }
  /// `Connection: Upgrade` and an `Upgrade` field: what follows the head is not HTTP.
  bool wants_upgrade() const { return upgrade_; }
  /// The body was longer than the limit and was thrown away; its marks are kept.
  bool body_too_large() const { return too_large_; }
  /// The whole request. Marks of the body are relative to it.
  Request take();

  /// After `bad`: 400, 413 (a chunked body without end) or 431.
  int error_status() const { return error_status_; }
  /// After an upgrade: the bytes behind the head.
  MarkedBytes take_rest() { return input_.take_all(); }
  bool too_much_waiting() const {
    return input_.rest().size() > limits_.waiting_bytes_max + limits_.body_bytes_max;
  }
  /// Marks on bytes that were received and not taken.
  std::vector<Mark> waiting() const;

 private:
  struct Beast;
  enum class State : std::uint8_t { head, length_body, chunked_body, whole, bad };

  Step read_head();
  std::size_t feed_beast(ByteView bytes, bool& refused);
  Step read_length_body();
  Step read_chunked_body();
  Step fail(int status);

  ParserLimits limits_;
  MarkedInput input_;
  std::unique_ptr<Beast> beast_;  // of the request under way
  Request request_;
  std::size_t fed_ = 0;          // bytes of the head under way that Beast has had
  bool odd_connection_ = false;  // a field that Beast would refuse
  std::uint64_t body_left_ = 0;
  BodyReader chunks_ = BodyReader::none();
  int error_status_ = 0;
  State state_ = State::head;
  bool keep_alive_ = true;
  bool upgrade_ = false;
  bool too_large_ = false;
};

}  // namespace roundhouse::http
