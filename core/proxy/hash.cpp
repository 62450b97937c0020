// hash KEY: ngx_http_upstream_get_hash_peer. Compatible with Cache::Memcached, hence the odd arithmetic.
#include <string>

#include "core/proxy/balancer.h"
#include "core/proxy/crc32.h"

namespace roundhouse::proxy {

namespace {

class Hash final : public Balancer {
 public:
  std::optional<Choice> pick(Upstream& upstream, Selection& selection, std::int64_t now_s, Draws&) override {
    PeerList& list = upstream.list(selection.in_backup);
    // An empty key is plain round robin, since nginx 1.17.1.
    if (selection.misses > misses_max || list.single || selection.in_backup || selection.key.empty()) {
      return pick_round_robin(upstream, selection, now_s, hash_gave_up(selection));
    }
    while (true) {
      Crc32 crc;
      if (selection.rehash > 0) crc.add(std::to_string(selection.rehash));
      selection.hash += (crc.add(selection.key).value() >> 16) & 0x7fff;
      ++selection.rehash;
      const std::uint32_t index =
          walk_by_weight(list, selection.hash % static_cast<std::uint64_t>(list.total_weight));
      if (upstream.passed_over(selection, index, now_s) == PassedOver::no) {
        upstream.picked(selection, index, now_s);
        return Choice{{index, false}, RouteReason::key_hash, selection.hash, leads_home(selection)};
      }
      if (++selection.misses > misses_max)
        return pick_round_robin(upstream, selection, now_s, RouteReason::misses);
    }
  }
};

}  // namespace

std::unique_ptr<Balancer> make_hash() {
  return std::make_unique<Hash>();
}

}  // namespace roundhouse::proxy
