#include "core/proxy/nginx_config/config.h"
#include "tests/fuzz/entry.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  (void)roundhouse::proxy::read_config(bytes_of(data, size));
  return 0;
}
