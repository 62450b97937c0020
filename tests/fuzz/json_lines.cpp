#include "sim/trace/json_lines.h"
#include "tests/fuzz/entry.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  (void)roundhouse::parse_json_lines(bytes_of(data, size), "fuzz.jsonl");
  return 0;
}
