// Answers as a client reads them: whole, one after another. RFC 9112 §6. The heads are read by the rules of head_reader.h.
//
// Order of calls: receive() for each chunk, then next() until it is empty; end_of_stream() when the peer's FIN came, and
// next() again: a body without a length ends there. After an error nothing more is read.
#pragma once

#include <cstdint>
#include <optional>

#include <roundhouse/result.h>
#include "core/http/body_reader.h"
#include "core/http/head_reader.h"
#include "core/http/marked_input.h"

namespace roundhouse::http {

inline constexpr std::size_t response_head_bytes_max = 64 * 1024;
inline constexpr std::size_t response_body_bytes_max = 16 * 1024 * 1024;

class ResponseReader {
 public:
  void receive(ByteView bytes, Marks marks = {});
  /// A whole response; 100 to 199 are passed over, but for 101. Errors: not HTTP, a head or body above its limit, bad
  /// chunks, the stream ended inside a response.
  std::optional<Result<Response>> next();
  void end_of_stream() { ended_ = true; }
  /// The next response answers a HEAD request: it has no body whatever its fields say.
  void answers_head() { no_body_ = true; }

  /// A 101 was returned: what follows is another protocol's, see take_rest().
  bool switched() const { return state_ == State::switched; }
  MarkedBytes take_rest() { return input_.take_all(); }
  /// True between responses: nothing of the next one has come.
  bool idle() const { return state_ == State::head && input_.empty(); }
  /// Marks on what was received and not returned.
  std::vector<PlacedMark> waiting() const;

 private:
  enum class State : std::uint8_t { head, body, switched, failed };

  std::optional<Result<Response>> fail(const char* what);
  void begin_body();

  MarkedInput input_;
  ResponseHeadReader reader_{response_head_bytes_max};
  BodyReader framing_ = BodyReader::none();
  Response response_;
  State state_ = State::head;
  bool ended_ = false;
  bool no_body_ = false;
};

}  // namespace roundhouse::http
