#include "sim/check/verdict_words.h"

#include <algorithm>

#include "core/base/assertion.h"

namespace roundhouse {

namespace {

Verdict verdict(std::string_view property, Outcome outcome, std::string words) {
  const Checker* checker = find_checker(property);
  ROUNDHOUSE_ASSERT(checker != nullptr);
  return {std::string(property), std::string(checker->name), outcome, std::move(words), {}};
}

}  // namespace

std::string seconds_text(Instant at) {
  const std::int64_t milliseconds = at.ns / 1'000'000;
  std::string fraction = std::to_string(1000 + milliseconds % 1000);
  fraction.front() = '.';
  return std::to_string(milliseconds / 1000) + fraction + " s";
}

std::string when(const History::Inside& history, Place place) {
  return "at " + seconds_text(history.at(place).at);
}

std::string receiver_name(const History::Inside& history, TextId socket, EntityId client) {
  if (client) return std::string(history.names.of(client));
  return "socket " + std::string(history.names.of(socket));
}

std::string message_name(const History::Inside& history, const MessageFacts& message) {
  std::string rooms;
  for (const TextId room : message.rooms) {
    rooms += (rooms.empty() ? "" : ", ") + std::string(history.names.of(room));
  }
  return "message " + std::to_string(message.id.value) + " (to " + (rooms.empty() ? "everyone" : rooms) + ")";
}

std::string message_name(const History::Inside& history, const DeliveryFacts& delivery) {
  return message_name(history, history.messages[delivery.message]);
}

Verdict passes(std::string_view property, std::string words) {
  return verdict(property, Outcome::pass, std::move(words));
}

Verdict cannot_tell(std::string_view property, std::string words) {
  return verdict(property, Outcome::unknown, std::move(words));
}

Verdict fails(std::string_view property, std::string words, std::vector<Place> witness) {
  Verdict failed = verdict(property, Outcome::fail, std::move(words));
  std::sort(witness.begin(), witness.end());
  witness.erase(std::unique(witness.begin(), witness.end()), witness.end());
  if (!witness.empty() && witness.back() == nowhere) witness.pop_back();
  failed.witness = std::move(witness);
  return failed;
}

std::string counted(std::size_t count, std::string_view noun) {
  const std::string_view plural = noun.ends_with('y') ? "ies" : "s";
  const std::string_view stem = noun.ends_with('y') ? noun.substr(0, noun.size() - 1) : noun;
  return std::to_string(count) + " " +
         (count == 1 ? std::string(noun) : std::string(stem) + std::string(plural));
}

}  // namespace roundhouse
