#include <rapidcheck.h>
#include <catch2/catch.hpp>

#include "core/resp/command_reader.h"
#include "core/resp/writer.h"

namespace roundhouse::resp {
namespace {

using Command = std::vector<Bytes>;

struct Read {
  std::vector<Command> commands;
  std::vector<std::uint64_t> ends;
  std::string error = "none";
};

Read read(ByteView bytes, std::size_t piece, CommandLimits limits = {}) {
  CommandReader reader(limits);
  Read out;
  while (!bytes.empty()) {
    reader.receive(bytes.substr(0, piece));
    bytes.remove_prefix(std::min(piece, bytes.size()));
    for (;;) {
      const auto command = reader.next();
      if (!command) {
        out.error = command.error().what();
        return out;
      }
      if (!command->has_value()) break;
      out.commands.emplace_back((*command)->begin(), (*command)->end());
      out.ends.push_back(reader.end());
    }
  }
  return out;
}

}  // namespace

TEST_CASE("commands are read as written, in pieces of any size", "[resp]") {
  CHECK(rc::check("any commands, any piece", [] {
    const auto commands =
        *rc::gen::container<std::vector<Command>>(rc::gen::nonEmpty(rc::gen::arbitrary<Command>()));
    Bytes bytes;
    std::vector<std::uint64_t> ends;
    for (const Command& command : commands) {
      append_command(bytes, std::vector<ByteView>(command.begin(), command.end()));
      ends.push_back(bytes.size());
    }
    const auto piece = *rc::gen::inRange<std::size_t>(1, bytes.size() + 2);
    const Read got = read(bytes, piece);
    RC_ASSERT(got.commands == commands);
    RC_ASSERT(got.ends == ends);
    RC_ASSERT(read(bytes, 1).commands == commands);
  }));
}

TEST_CASE("any bytes are commands, an error, or too few, and the same in every cut", "[resp]") {
  CHECK(rc::check("bytes of the protocol's own alphabet", [] {
    const auto bytes =
        *rc::gen::container<Bytes>(rc::gen::elementOf(std::string("*$0123\r\n\r\n\r\n PING\"'\\x4a") + '\0'));
    const CommandLimits limits{
        .bulk_bytes_max = 100, .line_bytes_max = 64, .arguments_max = 100, .query_bytes_max = 1000};
    const Read whole = read(bytes, bytes.size() + 1, limits);
    const Read single = read(bytes, 1, limits);
    RC_ASSERT(whole.commands == single.commands);
    RC_ASSERT(whole.error == single.error);
  }));
}

TEST_CASE("every limit of the command reader is reached", "[resp][limits]") {
  const CommandLimits limits{
      .bulk_bytes_max = 5, .line_bytes_max = 16, .arguments_max = 2, .query_bytes_max = 60};
  CHECK(read("*1\r\n$5\r\nabcde\r\n", 1, limits).commands.size() == 1);
  CHECK(read("*1\r\n$6\r\n", 1, limits).error == "Protocol error: invalid bulk length");
  CHECK(read("*2\r\n$0\r\n\r\n$0\r\n\r\n", 1, limits).commands.size() == 1);
  CHECK(read("*3\r\n", 1, limits).error == "Protocol error: invalid multibulk length");
  CHECK(read(Bytes(16, 'x') + "\n", 1, limits).commands.size() == 1);
  CHECK(read(Bytes(17, 'x'), 1, limits).error == "Protocol error: too big inline request");
  CHECK(read("*" + Bytes(17, '1'), 1, limits).error == "Protocol error: too big mbulk count string");
  CHECK(read("*1\r\n$" + Bytes(17, '1'), 1, limits).error == "Protocol error: too big bulk count string");
  const CommandLimits wide{.query_bytes_max = 60};
  CHECK(read("*1\r\n$100\r\n" + Bytes(50, 'x'), 1, wide).error == "none");
  CHECK(read("*1\r\n$100\r\n" + Bytes(51, 'x'), 1, wide).error.empty());
}

TEST_CASE("a NUL in a line hides the rest of it, as it does from Redis", "[resp]") {
  const CommandLimits limits{.line_bytes_max = 32};
  CHECK(read(ByteView("PI\0NG\r\n", 7), 1, limits).commands.empty());
  CHECK(read(Bytes("PI\0NG\r\n", 7) + Bytes(40, 'x'), 1, limits).error ==
        "Protocol error: too big inline request");
}

}  // namespace roundhouse::resp
