#include <string>

#include "sim/trace/rht_format.h"
#include "sim/trace/rht_reader.h"
#include "tests/fuzz/entry.h"

using namespace roundhouse;

// The first byte chooses: the bytes as a file, or as the payloads of two blocks whose checksums are right, so that what lies behind the
// checksums is reached.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  Recording recording;
  RhtReader reader("fuzz.rht");
  if (data[0] % 4 == 0) {
    feed_in_two(data + 1, size - 1, [&](ByteView bytes) { (void)reader.read(bytes, recording); });
    return 0;
  }
  std::string file = rht_header();
  std::uint64_t block = 0;
  feed_in_two(data + 1, size - 1,
              [&](ByteView payload) { append_rht_block(file, RhtBlockKind::records, block++, payload); });
  (void)reader.read(file, recording);
  for (const std::size_t count : recording.keyframes()) (void)recording.state_after(count);
  return 0;
}
