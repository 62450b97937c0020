// Smooth weighted round robin: ngx_http_upstream_get_round_robin_peer.
#include <utility>

#include "core/proxy/balancer.h"

namespace roundhouse::proxy {

namespace {

std::optional<Choice> best_of(Upstream& upstream, Selection& selection, std::int64_t now_s, RouteReason why) {
  PeerList& list = upstream.list(selection.in_backup);
  if (list.single) {
    const PeerConfig& only = *list.peers[0].config;
    if (only.down || (only.max_conns > 0 && list.peers[0].conns >= only.max_conns)) {
      selection.passed.push_back({0, only.down ? PassedOver::down : PassedOver::full});
      return std::nullopt;
    }
    return Choice{{0, false}, RouteReason::only_server};
  }
  std::optional<std::uint32_t> best;
  std::optional<std::uint32_t> second;
  std::int64_t total = 0;
  for (std::uint32_t i = 0; i < list.peers.size(); ++i) {
    if (upstream.passed_over(selection, i, now_s) != PassedOver::no) continue;
    Peer& peer = list.peers[i];
    peer.current_weight += peer.effective_weight;
    total += peer.effective_weight;
    if (peer.effective_weight < peer.weight) ++peer.effective_weight;
    if (!best || peer.current_weight > list.peers[*best].current_weight) {
      second = std::exchange(best, i);
    } else if (!second || peer.current_weight > list.peers[*second].current_weight) {
      second = i;
    }
  }
  if (!best) return std::nullopt;
  Choice choice{{*best, selection.in_backup}, selection.in_backup ? RouteReason::backups : why};
  std::int64_t& weight = list.peers[*best].current_weight;
  if (second) choice.rival = Rival{*second, list.peers[*second].current_weight, weight};
  weight -= total;
  return choice;
}

class RoundRobin final : public Balancer {
 public:
  std::optional<Choice> pick(Upstream& upstream, Selection& selection, std::int64_t now_s, Draws&) override {
    return pick_round_robin(upstream, selection, now_s);
  }
};

}  // namespace

std::optional<Choice> pick_round_robin(Upstream& upstream, Selection& selection, std::int64_t now_s,
                                       RouteReason why) {
  do {
    if (const auto choice = best_of(upstream, selection, now_s, why)) {
      upstream.picked(selection, choice->peer.index, now_s);
      return choice;
    }
  } while (upstream.switch_to_backups(selection));
  return std::nullopt;
}

std::unique_ptr<Balancer> make_round_robin() {
  return std::make_unique<RoundRobin>();
}

}  // namespace roundhouse::proxy
