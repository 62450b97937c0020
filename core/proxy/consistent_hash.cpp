// hash KEY consistent: ngx_http_upstream_init_chash and ..._get_chash_peer. The ring is over server names as written, so a name
// with many addresses is one owner of points, and its addresses take turns.
#include <algorithm>
#include <string>
#include <vector>

#include "core/proxy/balancer.h"
#include "core/proxy/crc32.h"
#include "core/proxy/nginx_config/values.h"

namespace roundhouse::proxy {

namespace {

constexpr int points_a_weight = 160;

struct Point {
  std::uint32_t hash = 0;
  std::string_view name;  // of the configuration, which outlives the ring
};

/// HOST, a zero byte, PORT: the name is cut at its last `:digits`.
Crc32 base_of(std::string_view name) {
  std::string_view host = name;
  std::string_view port;
  if (name.size() >= 5 && lower_case(name.substr(0, 5)) == "unix:") {
    host = name.substr(5);
  } else {
    const std::size_t digits_from = name.find_last_not_of("0123456789");
    if (digits_from != std::string_view::npos && name[digits_from] == ':') {
      host = name.substr(0, digits_from);
      port = name.substr(digits_from + 1);
    }
  }
  Crc32 base;
  base.add(host).add(std::string_view("", 1)).add(port);
  return base;
}

class ConsistentHash final : public Balancer {
 public:
  explicit ConsistentHash(const UpstreamConfig& config) {
    for (const PeerConfig& peer : config.peers) {
      if (peer.backup) continue;
      const Crc32 base = base_of(peer.given_name);
      std::uint32_t before = 0;
      for (std::int64_t i = 0; i < peer.weight * points_a_weight; ++i) {
        char bytes[4];
        for (int k = 0; k < 4; ++k) bytes[k] = static_cast<char>(before >> (8 * k));
        before = Crc32(base).add(std::string_view(bytes, 4)).value();
        points_.push_back({before, peer.given_name});
      }
    }
    std::stable_sort(points_.begin(), points_.end(),
                     [](const Point& a, const Point& b) { return a.hash < b.hash; });
    points_.erase(std::unique(points_.begin(), points_.end(),
                              [](const Point& a, const Point& b) { return a.hash == b.hash; }),
                  points_.end());
  }

  std::optional<Choice> pick(Upstream& upstream, Selection& selection, std::int64_t now_s, Draws&) override {
    if (selection.misses > misses_max || upstream.list(selection.in_backup).single || selection.in_backup ||
        selection.key.empty()) {
      return pick_round_robin(upstream, selection, now_s, hash_gave_up(selection));
    }
    if (selection.rehash == 0) selection.hash = first_point(Crc32().add(selection.key).value());
    selection.rehash = 1;
    while (true) {
      const Point& point = points_[selection.hash % points_.size()];
      if (const auto best = best_of(upstream, selection, point.name, now_s)) {
        upstream.picked(selection, *best, now_s);
        return Choice{{*best, false}, RouteReason::ring, point.hash, leads_home(selection)};
      }
      ++selection.hash;
      if (++selection.misses > misses_max)
        return pick_round_robin(upstream, selection, now_s, RouteReason::misses);
    }
  }

 private:
  std::uint32_t first_point(std::uint32_t hash) const {
    const auto at = std::lower_bound(points_.begin(), points_.end(), hash,
                                     [](const Point& point, std::uint32_t h) { return point.hash < h; });
    return static_cast<std::uint32_t>(at - points_.begin());
  }

  /// Among the addresses of one name: smooth weighted round robin.
  static std::optional<std::uint32_t> best_of(Upstream& upstream, Selection& selection, std::string_view name,
                                              std::int64_t now_s) {
    PeerList& list = upstream.list(false);
    std::optional<std::uint32_t> best;
    std::int64_t total = 0;
    for (std::uint32_t i = 0; i < list.peers.size(); ++i) {
      Peer& peer = list.peers[i];
      if (peer.config->given_name != name || upstream.passed_over(selection, i, now_s) != PassedOver::no)
        continue;
      peer.current_weight += peer.effective_weight;
      total += peer.effective_weight;
      if (peer.effective_weight < peer.weight) ++peer.effective_weight;
      if (!best || peer.current_weight > list.peers[*best].current_weight) best = i;
    }
    if (best) list.peers[*best].current_weight -= total;
    return best;
  }

  std::vector<Point> points_;
};

}  // namespace

std::unique_ptr<Balancer> make_consistent_hash(const UpstreamConfig& config) {
  return std::make_unique<ConsistentHash>(config);
}

}  // namespace roundhouse::proxy
