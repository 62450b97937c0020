#include "gui/models/chronicle.h"

#include <algorithm>

namespace roundhouse::view {

namespace {

// nginx's names as people say them; `ip_hash` is a word of its own. What a cookie is called, nobody needs to see.
std::string policy_words(std::string_view policy) {
  if (policy.starts_with("sticky cookie")) return "sticky cookie";
  std::string words(policy);
  if (words != "ip_hash") std::replace(words.begin(), words.end(), '_', ' ');
  return words;
}

bool moves_someone(RecordKind kind) {
  switch (kind) {
    case RecordKind::entity:
    case RecordKind::up:
    case RecordKind::down:
    case RecordKind::session:
    case RecordKind::socket:
    case RecordKind::join:
    case RecordKind::leave:
    case RecordKind::client:
      return true;
    default:
      return false;
  }
}

}  // namespace

void Chronicle::take(const Record& record, const Recording& recording, const State& state,
                     std::size_t place) {
  if (record.kind == RecordKind::entity) roles.learn(recording.entity(record.other));
  const Moment moment{.recording = recording, .state = state, .roles = roles, .place = place};
  journeys.flights.reach(record.at);
  journeys.take(record, moment);
  requests.take(record, moment, journeys);
  seating.take(record, moment);
  lives.take(record, moment);
  peers.take(record, moment);
  channels.take(record, moment);
  marks.take(record, moment);
  columns.take(record, moment, journeys.messages);
  logs.take(record, moment, journeys);
  if (moves_someone(record.kind)) rooms_changed.push_back(place);
  switch (record.kind) {
    case RecordKind::predict:
      predictions.push_back(place);
      break;
    case RecordKind::say:
      spoken_.push_back({record.at, place});
      break;
    case RecordKind::config:
      if (recording.text_of(record.subject).starts_with("upstream "))
        policies_.push_back({record.at, policy_words(recording.text_of(record.text))});
      break;
    case RecordKind::run_end:
      ended = true;
      break;
    default:
      break;
  }
}

std::string Chronicle::policy(Instant at) const {
  std::string policy;
  for (const PolicyChange& change : policies_) {
    if (change.at <= at) policy = change.policy;
  }
  return policy;
}

const Chronicle::Spoken* Chronicle::spoken(Instant at) const {
  const auto after = std::upper_bound(spoken_.begin(), spoken_.end(), at,
                                      [](Instant when, const Spoken& s) { return when < s.at; });
  return after == spoken_.begin() ? nullptr : &*(after - 1);
}

}  // namespace roundhouse::view
