// The two transports of Engine.IO.
#pragma once

#include <cstdint>

namespace roundhouse {

enum class Transport : std::uint8_t { polling, websocket };

}  // namespace roundhouse
