// least_conn: ngx_http_upstream_get_least_conn_peer. Fewest connections for its weight; ties by smooth round robin.
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
      if (const auto best = best_of(upstream, selection, now_s)) {
        upstream.picked(selection, *best, now_s);
        return Choice{{*best, selection.in_backup},
                      static_cast<std::uint64_t>(upstream.list(selection.in_backup).peers[*best].conns - 1),
                      false};
      }
    } while (upstream.switch_to_backups(selection));
    return std::nullopt;
  }

 private:
  static std::optional<std::uint32_t> best_of(Upstream& upstream, Selection& selection, std::int64_t now_s) {
    std::vector<Peer>& peers = upstream.list(selection.in_backup).peers;
    std::optional<std::uint32_t> best;
    bool many = false;
    for (std::uint32_t i = 0; i < peers.size(); ++i) {
      if (upstream.passed_over(selection, i, now_s) != PassedOver::no) continue;
      if (!best || fewer(peers[i], peers[*best])) {
        best = i;
        many = false;
      } else if (equal(peers[i], peers[*best])) {
        many = true;
      }
    }
    if (!best || !many) return best;
    std::int64_t total = 0;
    for (std::uint32_t i = *best; i < peers.size(); ++i) {
      if (!equal(peers[i], peers[*best]) || upstream.passed_over(selection, i, now_s) != PassedOver::no)
        continue;
      peers[i].current_weight += peers[i].effective_weight;
      total += peers[i].effective_weight;
      if (peers[i].effective_weight < peers[i].weight) ++peers[i].effective_weight;
      if (peers[i].current_weight > peers[*best].current_weight) best = i;
    }
    peers[*best].current_weight -= total;
    return best;
  }
};

}  // namespace

std::unique_ptr<Balancer> make_least_conn() {
  return std::make_unique<LeastConn>();
}

}  // namespace roundhouse::proxy
