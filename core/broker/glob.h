// Redis's patterns. Not a shell's glob: there is no [!a], and `*` does not match an empty text.
#pragma once

#include <roundhouse/bytes.h>

namespace roundhouse::broker {

/// Source: Redis 7.0.15, util.c, stringmatchlen; the peculiarities are in tests/oracles/redis/glob.json.
/// Differs: no recursion, so a pattern of many stars costs length times length and no stack.
bool glob_matches(ByteView pattern, ByteView text);

}  // namespace roundhouse::broker
