#include "core/resp/command_reader.h"
#include "core/resp/reader.h"
#include "tests/fuzz/entry.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto drain = [](auto& reader, bool& failed) {
    for (;;) {
      const auto next = reader.next();
      failed = !next;
      if (failed || !*next) return;
    }
  };
  roundhouse::resp::CommandReader commands;
  roundhouse::resp::Reader replies;
  bool commands_failed = false;
  bool replies_failed = false;
  feed_in_two(data, size, [&](roundhouse::ByteView bytes) {
    if (!commands_failed) {
      commands.receive(bytes);
      drain(commands, commands_failed);
    }
    if (!replies_failed) {
      replies.receive(bytes);
      drain(replies, replies_failed);
    }
  });
  return 0;
}
