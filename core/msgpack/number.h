// Numbers as JavaScript has them: all are doubles, and their text is the shortest that reads back the same. No libm.
// Source: ECMAScript, Number::toString and ToUint32; notepack.io 3.0.1.
#pragma once

#include <cstdint>
#include <string_view>

#include <roundhouse/bytes.h>

namespace roundhouse::msgpack {

/// A finite number without a fraction.
bool is_whole(double value);
/// The two's complement bits of a whole number, modulo 2^64.
std::uint64_t modulo_2_64(double value);
/// The text of `JSON.stringify(value)`: `null` where it is not finite, `0` for -0.
void append_number_text(Bytes& out, double value);
/// Precondition: `text` is a number by JSON's grammar. Too large is infinite, too small is 0, as in JSON.parse.
double read_number_text(std::string_view text);

}  // namespace roundhouse::msgpack
