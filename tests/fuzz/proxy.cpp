// A whole proxy: the bytes are a client's and its servers', in turns; the first of each piece says whose, and how long it is.
#include <algorithm>
#include <chrono>
#include <string>

#include "tests/core/proxy/house.h"
#include "tests/fuzz/entry.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace roundhouse;
  using namespace roundhouse::test;
  static const std::string text =
      text_with(std::string(with_upgrade) +
                    " proxy_next_upstream error timeout invalid_header http_500 non_idempotent;",
                "server 127.0.0.1:9001; server 127.0.0.1:9002 max_conns=2; server 127.0.0.1:9003 backup;");
  House house(text);
  const ConnectionId client = house.client();
  constexpr std::size_t wires_max = 200;
  while (size > 0 && house.host.wires().size() < wires_max) {
    const std::uint8_t whose = data[0] & 3;
    const std::size_t bytes = std::min<std::size_t>(size - 1, data[0] >> 2);
    const ByteView piece = bytes_of(data + 1, bytes);
    data += 1 + bytes;
    size -= 1 + bytes;
    ConnectionId to = client;
    if (whose != 0) {
      if (!house.host.wires().back().outgoing) continue;
      to = house.upstream();
    }
    if (house.host.wire(to).dead) continue;
    if (whose == 0 || whose == 1) {
      if (house.host.wire(to).paused || house.host.wire(to).ended) continue;
      house.host.data(to, piece);
    } else if (whose == 2) {
      house.host.open(to);
    } else if (bytes % 3 == 0) {
      house.host.gone(to, CloseReason::refused);
    } else if (!house.host.wire(to).ended) {
      house.host.end(to);
    }
  }
  house.host.run_until(house.host.now() + std::chrono::hours(1));
  return 0;
}
