// Writes RESP: replies of a broker, commands of its clients.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>

#include <roundhouse/bytes.h>
#include "core/resp/value.h"

namespace roundhouse::resp {

/// `+text`. Precondition: no CR or LF in `text`.
void append_simple(Bytes& out, ByteView text);
/// `-text`. CR and LF become spaces, as in Redis: an error is one line.
void append_error(Bytes& out, ByteView text);
void append_integer(Bytes& out, std::int64_t value);
void append_bulk(Bytes& out, ByteView text);
void append_null_bulk(Bytes& out);  ///< `$-1`, RESP2's null
/// The head of an array; the `count` items follow.
void append_array(Bytes& out, std::size_t count);
/// The head of any aggregate; `count` as on the wire: for a map the number of pairs.
void append_head(Bytes& out, Type type, std::size_t count);

/// A command as clients send it: an array of bulk strings.
void append_command(Bytes& out, std::initializer_list<ByteView> arguments);
void append_command(Bytes& out, std::span<const ByteView> arguments);

/// A whole value in the notation that its type says. Null is written as `_` (RESP3).
void append_value(Bytes& out, const Value& value);

}  // namespace roundhouse::resp
