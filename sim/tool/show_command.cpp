#include <fmt/format.h>

#include <charconv>
#include <cstdio>

#include "sim/faults/duration_text.h"
#include "sim/tool/commands.h"
#include "sim/tool/recorded.h"
#include "sim/trace/first_difference.h"
#include "sim/trace/show.h"

namespace roundhouse::tool {
namespace {

/// The id in words, or the first message that was sent. Error: no number, no message.
Result<MessageId> message_named(const std::string& text, const Recording& recording) {
  for (const Record& record : recording.records()) {
    if (record.kind == RecordKind::send && (text == "first" || text == std::to_string(record.message.value)))
      return record.message;
  }
  if (text == "first") return Error("nobody sent a message in this trace");
  MessageId id;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id.value);
  if (error != std::errc() || end != text.data() + text.size())
    return Error("--follow wants a message id or `first`, not \"" + text + "\"");
  for (const Record& record : recording.records()) {
    if (record.message == id) return id;
  }
  return Error("no message " + text + " in this trace");
}

Result<Instant> moment(const std::string& option, const std::string& text) {
  const auto span = parse_duration(text);
  if (!span) return Error(option + " wants a moment of the run such as 2s or 350ms, not \"" + text + "\"");
  return Instant{} + *span;
}

/// Error: a name that this recording does not know. Nothing at all would be shown, and nobody told why.
Result<ShowFilter> filter_of(const ShowArguments& arguments, const Recording& recording) {
  ShowFilter filter{.party = arguments.party, .room = arguments.room, .session = arguments.session};
  if (!filter.party.empty() && !recording.entity_named(filter.party))
    return Error("nobody is named \"" + filter.party + "\" in this trace");
  for (const std::string& text : {filter.room, filter.session}) {
    if (!text.empty() && !recording.text_named(text)) return Error("nothing here names \"" + text + "\"");
  }
  if (arguments.message) filter.message = {*arguments.message};
  if (!arguments.kind.empty()) {
    filter.kind = record_kind_named(arguments.kind);
    if (!filter.kind) return Error("there is no kind of record named \"" + arguments.kind + "\"");
  }
  if (!arguments.from.empty()) {
    const auto from = moment("--from", arguments.from);
    if (!from) return from.error();
    filter.from = *from;
  }
  if (!arguments.to.empty()) {
    const auto to = moment("--to", arguments.to);
    if (!to) return to.error();
    filter.to = *to;
  }
  return filter;
}

}  // namespace

int show_command(const ShowArguments& arguments) {
  const auto recording = load_recording(arguments.file);
  if (!recording) return bad_input(recording.error());
  const Names names(*recording);
  if (!arguments.follow.empty()) {
    const auto message = message_named(arguments.follow, *recording);
    if (!message) return bad_input(Error(arguments.file, message.error().text()));
    fmt::print("{}", follow(*message, recording->records(), names));
    return 0;
  }
  const auto filter = filter_of(arguments, *recording);
  if (!filter) return bad_input(Error(arguments.file, filter.error().text()));
  fmt::print("{}", show(recording->records(), names, *filter));
  return 0;
}

int diff_command(const std::string& a, const std::string& b) {
  const auto first = load_recording(a);
  if (!first) return bad_input(first.error());
  const auto second = load_recording(b);
  if (!second) return bad_input(second.error());
  const auto difference =
      first_difference(first->records(), Names(*first), second->records(), Names(*second));
  if (!difference) {
    fmt::print("the same {} records, trace {:016x}\n", first->records().size(), first->hash());
    return 0;
  }
  fmt::print("{}\n", difference->words);
  return 1;
}

}  // namespace roundhouse::tool
