// random, random two [least_conn]: ngx_http_upstream_get_random_peer and ..._get_random2_peer.
#include <utility>

#include "core/proxy/balancer.h"

namespace roundhouse::proxy {

namespace {

class Random final : public Balancer {
 public:
  explicit Random(bool two) : two_(two) {}

  std::optional<Choice> pick(Upstream& upstream, Selection& selection, std::int64_t now_s,
                             Draws& draws) override {
    PeerList& list = upstream.list(selection.in_backup);
    if (selection.misses > misses_max || list.single || selection.in_backup) {
      return pick_round_robin(upstream, selection, now_s, RouteReason::misses);
    }
    std::optional<std::uint32_t> before;  // the first drawn of two
    while (true) {
      const std::uint64_t draw = draws.below(static_cast<std::uint64_t>(list.total_weight));
      std::uint32_t index = walk_by_weight(list, draw);
      const bool usable = index != before && upstream.passed_over(selection, index, now_s) == PassedOver::no;
      if (usable && (!two_ || before)) {
        Choice choice{{index, false}, two_ ? RouteReason::two_draws : RouteReason::draw, draw};
        if (before) compare(list, *before, choice);
        upstream.picked(selection, choice.peer.index, now_s);
        return choice;
      }
      if (usable) before = index;
      if (++selection.misses > misses_max)
        return pick_round_robin(upstream, selection, now_s, RouteReason::misses);
    }
  }

 private:
  /// The first drawn only where the second is busier; else the second, also when both are idle: weights count for little then.
  static void compare(const PeerList& list, std::uint32_t first, Choice& choice) {
    std::uint32_t other = first;
    std::uint32_t& chosen = choice.peer.index;
    if (busier(list.peers[chosen], list.peers[first])) std::swap(chosen, other);
    choice.rival = Rival{other, list.peers[other].conns, list.peers[chosen].conns};
  }
  static bool busier(const Peer& a, const Peer& b) { return a.conns * b.weight > b.conns * a.weight; }

  bool two_;
};

}  // namespace

std::unique_ptr<Balancer> make_random(bool two) {
  return std::make_unique<Random>(two);
}

}  // namespace roundhouse::proxy
