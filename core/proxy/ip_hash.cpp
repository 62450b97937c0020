// ip_hash: ngx_http_upstream_get_ip_hash_peer.
#include "core/proxy/balancer.h"

namespace roundhouse::proxy {

namespace {

// Three octets, not four: nginx hashes only the /24, so neighbours share a server. Of IPv6 it hashes all sixteen bytes, also of an
// IPv4 client that came through a dual-stack listener; of a unix socket's client three zeros.
constexpr std::size_t hashed_octets = 3;
constexpr std::uint32_t first_hash = 89;

class IpHash final : public Balancer {
 public:
  std::optional<Choice> pick(Upstream& upstream, Selection& selection, std::int64_t now_s, Draws&) override {
    PeerList& list = upstream.list(selection.in_backup);
    if (selection.misses > misses_max || list.single || selection.in_backup) {
      return pick_round_robin(upstream, selection, now_s, RouteReason::misses);
    }
    std::string_view bytes = selection.address;
    constexpr std::string_view none("\0\0\0", hashed_octets);
    if (bytes.empty()) bytes = none;
    if (bytes.size() == 4) bytes = bytes.substr(0, hashed_octets);
    std::uint32_t hash = selection.rehash == 0 ? first_hash : selection.hash;
    while (true) {
      for (const char byte : bytes) hash = (hash * 113 + static_cast<unsigned char>(byte)) % 6271;
      const std::uint32_t index = walk_by_weight(list, hash % static_cast<std::uint64_t>(list.total_weight));
      if (upstream.passed_over(selection, index, now_s) == PassedOver::no) {
        selection.hash = hash;  // a next try hashes on from here, not from the start
        selection.rehash = 1;
        upstream.picked(selection, index, now_s);
        return Choice{{index, false}, RouteReason::address_hash, hash, leads_home(selection)};
      }
      if (++selection.misses > misses_max)
        return pick_round_robin(upstream, selection, now_s, RouteReason::misses);
    }
  }
};

}  // namespace

std::unique_ptr<Balancer> make_ip_hash() {
  return std::make_unique<IpHash>();
}

}  // namespace roundhouse::proxy
