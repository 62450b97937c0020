#include <fmt/format.h>

#include <charconv>

#include "sim/tool/commands.h"
#include "sim/trace/first_difference.h"
#include "sim/trace/json_lines.h"
#include "sim/trace/show.h"

namespace roundhouse::tool {
namespace {

/// The id in words, or the first message that was sent. Error: no number, no message.
Result<MessageId> message_named(const std::string& text, const Recording& recording) {
  for (const Record& record : recording.records) {
    if (record.kind == RecordKind::send && (text == "first" || text == std::to_string(record.message.value)))
      return record.message;
  }
  if (text == "first") return Error("nobody sent a message in this trace");
  MessageId id;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id.value);
  if (error != std::errc() || end != text.data() + text.size())
    return Error("--follow wants a message id or `first`, not \"" + text + "\"");
  for (const Record& record : recording.records) {
    if (record.message == id) return id;
  }
  return Error("no message " + text + " in this trace");
}

}  // namespace

int show_command(const ShowArguments& arguments) {
  const auto recording = read_json_lines(arguments.file);
  if (!recording) return bad_input(recording.error());
  const Names names(*recording);
  if (!arguments.follow.empty()) {
    const auto message = message_named(arguments.follow, *recording);
    if (!message) return bad_input(arguments.file + ": " + message.error().text());
    fmt::print("{}", follow(*message, recording->records, names));
    return 0;
  }
  const ShowFilter filter{
      .party = arguments.party, .room = arguments.room, .session = arguments.session, .message = {}};
  fmt::print("{}", show(recording->records, names, filter));
  return 0;
}

int diff_command(const std::string& a, const std::string& b) {
  const auto first = read_json_lines(a);
  if (!first) return bad_input(first.error());
  const auto second = read_json_lines(b);
  if (!second) return bad_input(second.error());
  const auto difference = first_difference(first->records, Names(*first), second->records, Names(*second));
  if (!difference) {
    fmt::print("the same {} records, trace {:016x}\n", first->records.size(), first->hash());
    return 0;
  }
  fmt::print("{}\n", difference->words);
  return 1;
}

}  // namespace roundhouse::tool
