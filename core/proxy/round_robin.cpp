// Smooth weighted round robin: ngx_http_upstream_get_round_robin_peer.
#include "core/proxy/balancer.h"

namespace roundhouse::proxy {

namespace {

std::optional<std::uint32_t> best_of(Upstream& upstream, Selection& selection, std::int64_t now_s) {
  PeerList& list = upstream.list(selection.in_backup);
  if (list.single) {
    const PeerConfig& only = *list.peers[0].config;
    if (only.down || (only.max_conns > 0 && list.peers[0].conns >= only.max_conns)) {
      selection.passed.push_back({0, only.down ? PassedOver::down : PassedOver::full});
      return std::nullopt;
    }
    return 0;
  }
  std::optional<std::uint32_t> best;
  std::int64_t total = 0;
  for (std::uint32_t i = 0; i < list.peers.size(); ++i) {
    if (upstream.passed_over(selection, i, now_s) != PassedOver::no) continue;
    Peer& peer = list.peers[i];
    peer.current_weight += peer.effective_weight;
    total += peer.effective_weight;
    if (peer.effective_weight < peer.weight) ++peer.effective_weight;
    if (!best || peer.current_weight > list.peers[*best].current_weight) best = i;
  }
  if (best) list.peers[*best].current_weight -= total;
  return best;
}

class RoundRobin final : public Balancer {
 public:
  std::optional<Choice> pick(Upstream& upstream, Selection& selection, std::int64_t now_s, Draws&) override {
    return pick_round_robin(upstream, selection, now_s);
  }
};

}  // namespace

std::optional<Choice> pick_round_robin(Upstream& upstream, Selection& selection, std::int64_t now_s) {
  do {
    if (const auto best = best_of(upstream, selection, now_s)) {
      upstream.picked(selection, *best, now_s);
      return Choice{{*best, selection.in_backup}, 0, false};
    }
  } while (upstream.switch_to_backups(selection));
  return std::nullopt;
}

std::unique_ptr<Balancer> make_round_robin() {
  return std::make_unique<RoundRobin>();
}

}  // namespace roundhouse::proxy
