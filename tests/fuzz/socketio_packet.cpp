#include "core/socketio/packet.h"
#include "tests/fuzz/entry.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto packet = roundhouse::socketio::decode(bytes_of(data, size));
  if (!packet || packet->json.empty() || packet->json.front() != '[') return 0;
  roundhouse::socketio::event_name(packet->json);
  roundhouse::socketio::event_arguments(packet->json);
  roundhouse::socketio::find_member(packet->json, "id");
  return 0;
}
