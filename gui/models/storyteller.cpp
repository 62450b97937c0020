#include "gui/models/storyteller.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>

#include "gui/models/figures.h"

namespace roundhouse::view {

namespace {

using Tone = Narration::Part::Tone;

/// How long an instance that came back is the news.
constexpr Duration news = std::chrono::seconds(2);

std::string counted(std::size_t count, const std::string& noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

std::string seconds_words(Duration span) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.1f s", static_cast<double>(span.count()) / 1e9);
  return text.data();
}

bool is_word_sign(char sign) {
  return std::isalnum(static_cast<unsigned char>(sign)) != 0 || sign == '-' || sign == '_';
}

/// The fall that is the news now: of those not over long ago, the last one that took sessions with it.
const Fall* news_at(const Chronicle& chronicle, Instant at) {
  const Fall* last = nullptr;
  for (const Fall& fall : chronicle.lives.falls()) {
    const bool over = fall.back != Instant::never() && at > fall.back + news;
    if (fall.at <= at && !over && !fall.clients.empty()) last = &fall;
  }
  return last;
}

std::size_t rejected_since(const StoryMoment& moment, const Fall& fall) {
  std::size_t count = 0;
  for (const EntityId client : fall.clients) {
    const auto& list = moment.chronicle.requests.rejections(client);
    const auto from = std::lower_bound(list.begin(), list.end(), fall.at);
    const auto to = std::upper_bound(list.begin(), list.end(), moment.scene.at);
    count += from < to ? 1 : 0;
  }
  return count;
}

Narration tell_fall(const StoryMoment& moment, const Fall& fall) {
  Narration story{.at = fall.at, .parts = {}};
  const auto say = [&story](std::string text, Tone tone = Tone::plain, Letter letter = no_letter) {
    story.parts.push_back({std::move(text), tone, letter});
  };
  std::size_t back = 0;
  std::size_t in_room = 0;
  for (const EntityId client : fall.clients) {
    const std::size_t row = moment.rows.row_of(client, moment.scene);
    if (row >= moment.scene.clients.size() || moment.scene.clients[row].home == no_letter) continue;
    ++back;
    in_room += moment.scene.clients[row].room.empty() ? 0 : 1;
  }
  const std::size_t out = fall.clients.size() - back;
  const std::size_t rejected = rejected_since(moment, fall);

  say(moment.recording.entity(fall.instance).name, Tone::instance, fall.letter);
  const char* const how = fall.how == How::stop   ? " stopped "
                          : fall.how == How::lost ? " fell silent "
                                                  : " died ";
  say(how + seconds_words(moment.scene.at - fall.at) + " ago. Its ");
  say(counted(fall.clients.size(), "session"), Tone::strong);
  say(" lived only in its memory.");
  if (rejected > 0) {
    say(" A request for one lands on another instance, which does not know it and answers ");
    say("400 Session ID unknown", Tone::bad);
    say(": " + counted(rejected, "client") + " so far.");
  }
  say(" Each client opens a new session: ");
  say(std::to_string(back) + " back, " + std::to_string(out) + " still out", Tone::strong);
  say(".");
  if (back > in_room) {
    say(" Their rooms are gone too: " + std::to_string(back - in_room) + " of the " + std::to_string(back) +
        " that are back joined none again.");
  }
  if (fall.back <= moment.scene.at) {
    say(" ");
    say(moment.recording.entity(fall.instance).name, Tone::instance, fall.letter);
    say(" is back, with an empty memory.");
  }
  return story;
}

/// Nothing is said: how many are connected, and what has reached whom.
Narration tell_quietly(const StoryMoment& moment) {
  Narration story{.at = moment.scene.at, .parts = {}};
  const auto say = [&story](std::string text, Tone tone = Tone::plain) {
    story.parts.push_back({std::move(text), tone, no_letter});
  };
  const Scene& scene = moment.scene;
  std::size_t connected = 0;
  for (const SceneClient& client : scene.clients) connected += client.home != no_letter ? 1 : 0;
  say(std::to_string(connected) + " of " + counted(scene.clients.size(), "client"), Tone::strong);
  say(connected == 1 ? " has a session" : " have sessions");
  say(" on " + counted(scene.instances.size(), "instance") + ", by " +
      (scene.policy.empty() ? std::string("no policy") : scene.policy) + ".");
  const std::uint64_t unknown = unknown_sessions(moment.state);
  if (unknown > 0) {
    say(" A session lives in the memory of one instance; requests for it that came to another were "
        "answered ");
    say("400 Session ID unknown", Tone::bad);
    say(": " + std::to_string(unknown) + " so far.");
  }
  const State::Counts& counts = moment.state.counts();
  if (counts.accepts + counts.accepts_foreign > 0) {
    say(" " + counted(static_cast<std::size_t>(counts.accepts + counts.accepts_foreign), "message") +
        " came to " + std::to_string(counts.deliveries) + " of " + std::to_string(counts.deliveries_owed) +
        " members they are for.");
  }
  return story;
}

}  // namespace

std::string Narration::plain() const {
  std::string text;
  for (const Part& part : parts) text += part.text;
  return text;
}

std::vector<Narration::Part> parts_of(std::string_view sentence, const Recording& recording,
                                      const Roles& roles) {
  std::vector<Narration::Part> parts;
  const auto add = [&parts](std::string_view text, Tone tone, Letter letter) {
    if (text.empty()) return;
    if (tone == Tone::plain && !parts.empty() && parts.back().tone == Tone::plain) {
      parts.back().text += text;
      return;
    }
    parts.push_back({std::string(text), tone, letter});
  };
  std::size_t i = 0;
  while (i < sentence.size()) {
    std::size_t end = i;
    while (end < sentence.size() && is_word_sign(sentence[end])) ++end;
    if (end == i) {
      add(sentence.substr(i, 1), Tone::plain, no_letter);
      ++i;
      continue;
    }
    const std::string_view word = sentence.substr(i, end - i);
    const Letter letter = roles.letter_of(recording.entity_named(word));
    const Tone tone = letter != no_letter ? Tone::instance : word == "400" ? Tone::bad : Tone::plain;
    add(word, tone, letter);
    i = end;
  }
  return parts;
}

Narration tell(const StoryMoment& moment) {
  if (const Fall* const fall = news_at(moment.chronicle, moment.scene.at)) return tell_fall(moment, *fall);
  if (const Chronicle::Spoken* const spoken = moment.chronicle.spoken(moment.scene.at)) {
    // The whole sentence is the text where there is one, and else the subject.
    const Record& record = moment.recording.records()[spoken->place];
    std::string words(moment.recording.text_of(record.text ? record.text : record.subject));
    if (!words.empty() && words.back() != '.') words += '.';
    return {.at = spoken->at, .parts = parts_of(words, moment.recording, moment.chronicle.roles)};
  }
  return tell_quietly(moment);
}

}  // namespace roundhouse::view
