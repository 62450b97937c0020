// nginx's books. See upstream.h.
#include "core/proxy/upstream.h"

#include <algorithm>

#include "core/base/assertion.h"

namespace roundhouse::proxy {

bool leads_home(const Selection& selection) {
  return std::all_of(selection.passed.begin(), selection.passed.end(),
                     [](const auto& entry) { return entry.second == PassedOver::down; });
}

Upstream::Upstream(const UpstreamConfig& config) : config_(&config) {
  for (std::uint32_t i = 0; i < config.peers.size(); ++i) {
    const PeerConfig& from = config.peers[i];
    PeerList& to = list(from.backup);
    Peer peer;
    peer.config = &from;
    peer.number = i;
    peer.weight = from.weight;
    peer.effective_weight = from.weight;
    to.peers.push_back(peer);
    to.total_weight += from.weight;
    to.tries += from.down ? 0 : 1;
  }
  primaries_.single = primaries_.peers.size() == 1 && backups_.peers.empty();
}

void Upstream::begin(Selection& selection, std::int64_t tries_max) const {
  selection.tries = primaries_.tries + backups_.tries;
  if (tries_max > 0) selection.tries = std::min(selection.tries, tries_max);
  selection.tried.assign(primaries_.peers.size(), false);
  selection.begun = true;
}

PassedOver Upstream::passed_over(Selection& selection, std::uint32_t index, std::int64_t now_s) const {
  const Peer& peer = list(selection.in_backup).peers[index];
  const PeerConfig& config = *peer.config;
  PassedOver why = PassedOver::no;
  if (selection.tried[index]) {
    why = PassedOver::tried;
  } else if (config.down) {
    why = PassedOver::down;
  } else if (config.max_fails > 0 && peer.fails >= config.max_fails &&
             now_s - peer.checked <= config.fail_timeout_s) {
    why = PassedOver::failed;
  } else if (config.max_conns > 0 && peer.conns >= config.max_conns) {
    why = PassedOver::full;
  }
  if (why != PassedOver::no) {
    const std::pair entry(peer.number, why);
    auto& passed = selection.passed;
    if (std::find(passed.begin(), passed.end(), entry) == passed.end()) passed.push_back(entry);
  }
  return why;
}

void Upstream::picked(Selection& selection, std::uint32_t index, std::int64_t now_s) {
  PeerList& in = list(selection.in_backup);
  Peer& peer = in.peers[index];
  ++peer.conns;
  if (in.single) return;
  if (now_s - peer.checked > peer.config->fail_timeout_s) peer.checked = now_s;
  selection.tried[index] = true;
}

bool Upstream::switch_to_backups(Selection& selection) const {
  if (selection.in_backup || backups_.peers.empty()) return false;
  selection.in_backup = true;
  selection.tried.assign(backups_.peers.size(), false);
  return true;
}

BookChange Upstream::freed(PeerRef ref, std::int64_t now_s, bool failed) {
  PeerList& in = list(ref.backup);
  Peer& peer = in.peers[ref.index];
  ROUNDHOUSE_ASSERT(peer.conns > 0);
  --peer.conns;
  if (in.single) return BookChange::none;
  if (!failed) {
    const bool checked_since = peer.accessed < peer.checked;
    if (!checked_since || peer.fails == 0) return BookChange::none;
    const bool was_out = peer.config->max_fails > 0 && peer.fails >= peer.config->max_fails;
    peer.fails = 0;
    return was_out ? BookChange::back : BookChange::none;
  }
  ++peer.fails;
  peer.accessed = now_s;
  peer.checked = now_s;
  const std::int64_t max_fails = peer.config->max_fails;
  if (max_fails == 0) return BookChange::failed;
  // Integer division, as in nginx: a weight below max_fails never decays.
  peer.effective_weight = std::max<std::int64_t>(0, peer.effective_weight - peer.weight / max_fails);
  return peer.fails >= max_fails ? BookChange::out : BookChange::failed;
}

bool Upstream::on_probation(PeerRef ref) const {
  const PeerList& in = list(ref.backup);
  const Peer& peer = in.peers[ref.index];
  return !in.single && peer.config->max_fails > 0 && peer.fails >= peer.config->max_fails;
}

}  // namespace roundhouse::proxy
