// What both worlds call the bytes that wait behind a connection, in `buffer` records: one when they pass `send_high_mark`, one when they have
// fallen to `send_low_mark` again.
#pragma once

#include <string_view>

namespace roundhouse {

inline constexpr std::string_view send_queue = "send queue";

}  // namespace roundhouse
