#include "core/websocket/connection.h"
#include "tests/fuzz/entry.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  for (const bool client : {false, true}) {
    roundhouse::websocket::Connection connection({.client = client, .payload_bytes_max = 1 << 16});
    feed_in_two(data, size, [&](roundhouse::ByteView bytes) {
      connection.receive(bytes);
      while (connection.next_event()) {
      }
      connection.take_output();
    });
  }
  return 0;
}
