#include "gui/models/peer_states.h"

#include <algorithm>

namespace roundhouse::view {

void PeerStates::take(const Record& record, const Moment&) {
  if (record.kind != RecordKind::peer) return;
  auto peer =
      std::find_if(peers_.begin(), peers_.end(), [&](const Peer& one) { return one.name == record.subject; });
  if (peer == peers_.end()) peer = peers_.insert(peers_.end(), {record.subject, {}});
  Change change{.at = record.at, .phase = {}, .fails = record.value, .fails_max = record.extra, .until = {}};
  switch (static_cast<PeerPhase>(record.how)) {
    case PeerPhase::none:
    case PeerPhase::back:
      change.phase = ScenePeer::Phase::back;
      break;
    case PeerPhase::failed:
      change.phase = ScenePeer::Phase::failed;
      break;
    case PeerPhase::out:
      change.phase = ScenePeer::Phase::out;
      change.until = {static_cast<std::int64_t>(record.more)};
      break;
    case PeerPhase::probation:
      change.phase = ScenePeer::Phase::probation;
      break;
  }
  peer->changes.push_back(change);
}

std::vector<ScenePeer> PeerStates::at(Instant when, const Recording& recording, const Roles& roles) const {
  std::vector<ScenePeer> shown;
  for (const Peer& peer : peers_) {
    const auto after = std::upper_bound(peer.changes.begin(), peer.changes.end(), when,
                                        [](Instant at, const Change& change) { return at < change.at; });
    if (after == peer.changes.begin() || (after - 1)->phase == ScenePeer::Phase::back) continue;
    const Change& last = *(after - 1);
    shown.push_back({.name = std::string(recording.text_of(peer.name)),
                     .letter = roles.letter_of_peer(peer.name, recording),
                     .phase = last.phase,
                     .fails = last.fails,
                     .fails_max = last.fails_max,
                     .until = last.until});
  }
  return shown;
}

}  // namespace roundhouse::view
