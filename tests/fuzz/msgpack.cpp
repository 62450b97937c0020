#include "core/msgpack/reader.h"
#include "tests/fuzz/entry.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  roundhouse::msgpack::Reader reader(bytes_of(data, size));
  while (!reader.at_end() && reader.next_value()) {
  }
  return 0;
}
