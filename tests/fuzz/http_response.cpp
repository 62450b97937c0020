#include "core/http/response_reader.h"
#include "tests/fuzz/entry.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  roundhouse::http::ResponseReader reader;
  bool failed = false;
  feed_in_two(data, size, [&](roundhouse::ByteView bytes) {
    if (failed) return;
    reader.receive(bytes);
    while (const auto response = reader.next()) {
      failed = !*response;
      if (failed || reader.switched()) break;
    }
  });
  return 0;
}
