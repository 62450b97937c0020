// HTTP answers of an app instance, in the shape of Node's. Bytes only.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <roundhouse/bytes.h>
#include <roundhouse/instant.h>

namespace roundhouse::app {

struct Answer {
  int status = 200;
  std::string_view content_type = {};  ///< empty: none
  bool no_store = false;
  std::string_view body = {};
};

/// Engine.IO's errors: number, words and the JSON that carries both. Source: engine.io, build/server.js.
enum class EngineError : std::uint8_t {
  transport_unknown = 0,
  session_unknown = 1,
  bad_handshake_method = 2,
  bad_request = 3,
  forbidden = 4,
  unsupported_version = 5,
};
std::string_view text(EngineError error);
std::string error_json(EngineError error);

/// Head and body. Node sends some of these chunked; the length is no part of the protocol, so ours always have one.
void append_answer(Bytes& out, const Answer& answer, bool keep_alive, std::int64_t epoch_seconds);
/// What a refused upgrade receives: a plain text, and the connection is closed.
void append_upgrade_refusal(Bytes& out, std::string_view text);
void append_switching_protocols(Bytes& out, std::string_view key);

/// `Tue, 24 Nov 2026 02:54:53 GMT`. RFC 9110 §5.6.7. Range: from 1970 on.
std::string http_date(std::int64_t epoch_seconds);

}  // namespace roundhouse::app
