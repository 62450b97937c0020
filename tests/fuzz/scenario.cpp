#include <roundhouse/scenario.h>

#include "tests/fuzz/entry.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  (void)roundhouse::parse_scenario(bytes_of(data, size), "fuzz.toml");
  return 0;
}
