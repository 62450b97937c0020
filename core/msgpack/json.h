// JSON text to MessagePack bytes and back, without a tree between: what the Redis adapters do to a packet's `data`.
// Keys keep their order. Numbers are JavaScript's. Binary data is `{"_placeholder":true,"num":N}` in the text, with the bytes beside it.
// Source: notepack.io 3.0.1 (encode.js, decode.js), ECMAScript (JSON.parse, JSON.stringify).
// Differs: JavaScript moves keys that are array indices ("7") to the front and keeps one of two equal keys; we keep the text's keys.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <roundhouse/bytes.h>
#include <roundhouse/result.h>
#include "core/msgpack/reader.h"

namespace roundhouse::msgpack {

/// Appends the value of a JSON text. Errors: not JSON, nested deeper than the limit, a placeholder for an attachment that is not there;
/// then `out` is as it was.
Result<void> append_json(Bytes& out, std::string_view json, std::span<const Bytes> attachments = {},
                         Limits limits = {});

/// Appends the next value of `from` as JSON text, as JSON.stringify would write what notepack.io decodes: no spaces, `undefined` is null
/// in an array and left out of an object, a timestamp is its ISO text, a number that is not finite is null, bad UTF-8 is U+FFFD.
/// Binary data goes to `attachments` and leaves a placeholder. Errors: those of Reader, or a key that is neither text nor integer.
Result<void> append_as_json(std::string& out, Reader& from, std::vector<Bytes>& attachments);

}  // namespace roundhouse::msgpack
