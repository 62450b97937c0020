// Heads by nginx's grammar (ngx_http_parse.c, release 1.22.1), which takes what others refuse: bare LF, empty lines before a
// request, curly quotes in a value, a status line without a reason phrase; and refuses control characters in names.
//
// The caller keeps the bytes; a reader remembers how far it got. Call read() with everything since the head's first byte.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/http/message.h"

namespace roundhouse::http {

/// What nginx answers to a head it will not read; each has an error page of its own.
enum class HeadFault : std::uint8_t {
  none,
  bad_request,           ///< 400
  uri_too_large,         ///< 414: the request line does not fit a large buffer
  header_too_large,      ///< 400, with a page of its own
  version_not_supported  ///< 505
};

/// nginx: client_header_buffer_size 1k, then large_client_header_buffers 4 8k. A line must fit one buffer, and one that does not fit
/// what is left of its buffer begins the next: so lines of 3 KB fill the buffers with less than half the bytes.
inline constexpr std::size_t first_buffer_bytes = 1024;
inline constexpr std::size_t large_buffers_max = 4;
inline constexpr std::size_t request_line_bytes_max = 8 * 1024;
inline constexpr std::size_t request_head_bytes_max =
    first_buffer_bytes + large_buffers_max * request_line_bytes_max;
/// What client_header_buffer_size and large_client_header_buffers say.
struct HeadLimits {
  std::size_t first_bytes = first_buffer_bytes;
  std::size_t large_max = large_buffers_max;
  std::size_t large_bytes = request_line_bytes_max;
};
/// Limits that depend on the host, which a head names only on its way.
class HeadRules {
 public:
  virtual ~HeadRules() = default;
  virtual HeadLimits at_first() const = 0;
  virtual HeadLimits of_host(std::string_view host) const = 0;
};
/// Header lines of one request: measured, Debian's nginx 1.22.1 refuses the 1001st.
inline constexpr std::size_t request_fields_max = 1000;
/// Of a too long line, its log shows so much: NGX_MAX_ERROR_STR - 300.
inline constexpr std::size_t logged_line_bytes_max = 1748;

/// The host of a target `scheme://host...`; of a path none.
std::optional<std::string_view> host_of_target(std::string_view target);

class RequestHeadReader {
 public:
  enum class State : std::uint8_t { more, done, fault };

  RequestHeadReader() = default;
  explicit RequestHeadReader(const HeadRules* rules) : rules_(rules) {
    if (rules != nullptr) limits_ = rules->at_first();
  }

  State read(ByteView bytes);
  /// Bytes of the head, with leading empty lines and the blank line. Once done.
  std::size_t size() const { return at_; }
  RequestHead& head() { return head_; }
  HeadFault fault() const { return fault_; }
  /// nginx's words for its log.
  const std::string& why() const { return why_; }
  /// True once the request line was read.
  bool has_line() const { return in_fields_; }

 private:
  State fail(HeadFault fault, std::string why);
  bool fits(std::string_view line, std::size_t line_bytes, bool whole);
  void note_host(std::string_view host);
  bool read_request_line(std::string_view line);
  bool read_partial(std::string_view line, std::size_t fresh_from);
  bool read_field(std::string_view line);

  RequestHead head_;
  std::size_t at_ = 0;            // start of the line not read yet
  std::size_t searched_ = 0;      // no LF before this
  std::size_t buffer_at_ = 0;     // where in its buffer that line starts
  std::size_t buffer_bytes_ = 0;  // 0: the first buffer's
  std::size_t large_buffers_ = 0;
  std::size_t fields_ = 0;
  const HeadRules* rules_ = nullptr;
  HeadLimits limits_;
  bool host_known_ = false;
  std::string why_;
  HeadFault fault_ = HeadFault::none;
  bool in_fields_ = false;
};

class ResponseHeadReader {
 public:
  enum class State : std::uint8_t {
    more,
    done,
    bad,            ///< a malformed or too long head
    no_status_line  ///< nginx takes it for HTTP/0.9: all bytes are body
  };

  explicit ResponseHeadReader(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  State read(ByteView bytes);
  std::size_t size() const { return at_; }
  ResponseHead& head() { return head_; }
  /// The text behind the version, as it was sent: `200 OK`.
  const std::string& status_text() const { return status_text_; }
  /// After `bad`: the malformed line as nginx shows it in its log, up to the offending byte; empty where the head is too long.
  const std::string& bad_line() const { return bad_line_; }

 private:
  bool read_status_line(std::string_view line);

  ResponseHead head_;
  std::string status_text_;
  std::string bad_line_;
  std::size_t bytes_max_;
  std::size_t at_ = 0;
  std::size_t searched_ = 0;
  bool in_fields_ = false;
};

}  // namespace roundhouse::http
