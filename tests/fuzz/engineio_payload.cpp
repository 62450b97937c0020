#include "core/engineio/packet.h"
#include "tests/fuzz/entry.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const roundhouse::ByteView bytes = bytes_of(data, size);
  (void)roundhouse::engineio::decode_payload(bytes);
  (void)roundhouse::engineio::decode_frame(bytes, false);
  (void)roundhouse::engineio::decode_handshake(bytes);
  return 0;
}
