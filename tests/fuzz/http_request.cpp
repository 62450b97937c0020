#include "core/http/request_reader.h"
#include "tests/fuzz/entry.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using roundhouse::http::RequestReader;
  RequestReader reader;
  reader.set_body_limit(1 << 20);
  feed_in_two(data, size, [&](roundhouse::ByteView bytes) {
    reader.receive(bytes);
    for (auto step = reader.next(); step != RequestReader::Step::more && step != RequestReader::Step::refused;
         step = reader.next()) {
      if (step == RequestReader::Step::request) reader.take();
    }
  });
  return 0;
}
