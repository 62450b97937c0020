// least_conn: ngx_http_upstream_get_least_conn_peer. Fewest connections for its weight; ties by smooth round robin.
#include <utility>

#include "core/proxy/balancer.h"

namespace roundhouse::proxy {

namespace {

bool fewer(const Peer& a, const Peer& b) {
  return a.conns * b.weight < b.conns * a.weight;
}
bool equal(const Peer& a, const Peer& b) {
  return a.conns * b.weight == b.conns * a.weight;
}

class LeastConn final : public Balancer {
 public:
  std::optional<Choice> pick(Upstream& upstream, Selection& selection, std::int64_t now_s, Draws&) override {
    if (upstream.list(selection.in_backup).single) return pick_round_robin(upstream, selection, now_s);
    do {
      if (const auto choice = best_of(upstream, selection, now_s)) {
        upstream.picked(selection, choice->peer.index, now_s);
        return choice;
      }
    } while (upstream.switch_to_backups(selection));
    return std::nullopt;
  }

 private:
  static std::optional<Choice> best_of(Upstream& upstream, Selection& selection, std::int64_t now_s) {
    std::vector<Peer>& peers = upstream.list(selection.in_backup).peers;
    std::optional<std::uint32_t> best;
    std::optional<std::uint32_t> second;
    bool many = false;
    for (std::uint32_t i = 0; i < peers.size(); ++i) {
      if (upstream.passed_over(selection, i, now_s) != PassedOver::no) continue;
      if (!best || fewer(peers[i], peers[*best])) {
        second = std::exchange(best, i);
        many = false;
      } else {
        many = many || equal(peers[i], peers[*best]);
        if (!second || fewer(peers[i], peers[*second])) second = i;
      }
    }
    if (!best) return std::nullopt;
    const std::uint32_t fewest = *best;
    if (many) best = turn_among_equals(upstream, selection, fewest, now_s);
    if (second == best) second = fewest;
    const auto conns = [&peers](std::uint32_t i) { return peers[i].conns; };
    Choice choice{{*best, selection.in_backup},
                  many ? RouteReason::equal_conns : RouteReason::fewest_conns,
                  static_cast<std::uint64_t>(conns(*best))};
    if (second) choice.rival = Rival{*second, conns(*second), conns(*best)};
    return choice;
  }

  static std::uint32_t turn_among_equals(Upstream& upstream, Selection& selection, std::uint32_t first,
                                         std::int64_t now_s) {
    std::vector<Peer>& peers = upstream.list(selection.in_backup).peers;
    std::uint32_t best = first;
    std::int64_t total = 0;
    for (std::uint32_t i = first; i < peers.size(); ++i) {
      if (!equal(peers[i], peers[best]) || upstream.passed_over(selection, i, now_s) != PassedOver::no)
        continue;
      peers[i].current_weight += peers[i].effective_weight;
      total += peers[i].effective_weight;
      if (peers[i].effective_weight < peers[i].weight) ++peers[i].effective_weight;
      if (peers[i].current_weight > peers[best].current_weight) best = i;
    }
    peers[best].current_weight -= total;
    return best;
  }
};

}  // namespace

std::unique_ptr<Balancer> make_least_conn() {
  return std::make_unique<LeastConn>();
}

}  // namespace roundhouse::proxy
