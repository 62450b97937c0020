#include "gui/models/marks.h"

#include <algorithm>
#include <array>

namespace roundhouse::view {

namespace {

using Tone = TimelineMark::Tone;

Tone tone_of(std::string_view verb) {
  constexpr std::array<std::string_view, 9> breaking = {"kill", "stop",  "lose", "pause",     "cut",
                                                        "slow", "reset", "drop", "disconnect"};
  constexpr std::array<std::string_view, 3> mending = {"restart", "continue", "heal"};
  const auto is_in = [verb](const auto& list) {
    return std::find(list.begin(), list.end(), verb) != list.end();
  };
  if (is_in(breaking)) return Tone::bad;
  return is_in(mending) ? Tone::good : Tone::plain;
}

}  // namespace

TimelineMark mark_of(Instant at, std::string_view verb, std::string_view target, std::string_view arguments) {
  TimelineMark mark{.at = at, .text = std::string(verb), .tone = tone_of(verb)};
  // There is one proxy, and its policy says enough.
  constexpr std::string_view only_argument = "policy=";
  if (verb == "policy" && arguments.starts_with(only_argument)) {
    mark.text += ' ' + std::string(arguments.substr(only_argument.size()));
    return mark;
  }
  for (const std::string_view word : {target, arguments}) {
    if (!word.empty()) mark.text += ' ' + std::string(word);
  }
  return mark;
}

void Marks::take(const Record& record, const Moment& moment) {
  const auto text = [&moment](TextId id) { return moment.recording.text_of(id); };
  switch (record.kind) {
    case RecordKind::step: {
      constexpr std::uint8_t skipped = 2;
      TimelineMark mark = mark_of(record.at, text(record.subject), text(record.text),
                                  text({static_cast<std::uint32_t>(record.value)}));
      last_step_ = record.at;
      if (record.how == skipped) {
        mark.text += " (skipped)";
        mark.tone = Tone::plain;
      }
      marks_.push_back(std::move(mark));
      break;
    }
    case RecordKind::up:
    case RecordKind::down: {
      // What a step did has the step's mark, and the start of the run is none.
      const auto how = static_cast<How>(record.how);
      const bool first = record.kind == RecordKind::up && record.value <= 1 && how == How::start;
      if (first || record.at == last_step_) break;
      const bool rises = record.kind == RecordKind::up && how != How::pause;
      marks_.push_back({.at = record.at,
                        .text = moment.recording.entity(record.other).name + (rises ? " up" : " down"),
                        .tone = rises ? Tone::good : Tone::bad});
      break;
    }
    case RecordKind::mark:
      marks_.push_back({.at = record.at, .text = std::string(text(record.subject)), .tone = Tone::plain});
      break;
    default:
      break;
  }
}

}  // namespace roundhouse::view
