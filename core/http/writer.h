// Heads as bytes: the start line, the fields in their order, the blank line. RFC 9112 §2.1. Bodies are appended as they are.
#pragma once

#include "core/http/message.h"

namespace roundhouse::http {

void append_head(Bytes& out, const RequestHead& head);
/// A head without a reason phrase gets none, but keeps the space before it (RFC 9112 §4).
void append_head(Bytes& out, const ResponseHead& head);
/// `NAME: VALUE` and CRLF.
void append_field(Bytes& out, std::string_view name, std::string_view value);
/// One chunk of a chunked body around `data`. RFC 9112 §7.1. Marks keep their places on the data. Empty data appends nothing.
void append_chunk(MarkedBytes& out, ByteView data, Marks marks = {});
inline constexpr std::string_view last_chunk = "0\r\n\r\n";

/// The phrase that goes with a status, as nginx and Node write it; empty for a status that has none.
std::string_view reason_phrase(int status);

}  // namespace roundhouse::http
