// sticky cookie: the server that the client's cookie names, while it is usable; else whatever the method says, and a new cookie.
// Source: ngx_http_upstream_sticky_module.c, nginx 1.29.6. Not in 1.22.
#include <boost/uuid/detail/md5.hpp>
#include <string>
#include <vector>

#include "core/proxy/balancer.h"

namespace roundhouse::proxy {

namespace {

class Sticky final : public Balancer {
 public:
  Sticky(const UpstreamConfig& config, std::unique_ptr<Balancer> otherwise)
      : otherwise_(std::move(otherwise)) {
    for (const PeerConfig& peer : config.peers) ids_.push_back(sticky_id(peer));
  }

  std::optional<Choice> pick(Upstream& upstream, Selection& selection, std::int64_t now_s,
                             Draws& draws) override {
    if (!selection.sticky.empty() && !selection.in_backup) {
      PeerList& list = upstream.list(false);
      for (std::uint32_t i = 0; i < list.peers.size(); ++i) {
        if (ids_[list.peers[i].number] != selection.sticky) continue;
        if (upstream.passed_over(selection, i, now_s) != PassedOver::no) break;
        upstream.picked(selection, i, now_s);
        return Choice{{i, false}, RouteReason::cookie, 0, true};
      }
    }
    return otherwise_->pick(upstream, selection, now_s, draws);
  }

 private:
  std::unique_ptr<Balancer> otherwise_;
  std::vector<std::string> ids_;  // by number of the server
};

}  // namespace

std::string sticky_id(const PeerConfig& peer) {
  if (!peer.route.empty()) return peer.route;
  const std::string text = peer.address.text();
  boost::uuids::detail::md5 md5;
  md5.process_bytes(text.data(), text.size());
  boost::uuids::detail::md5::digest_type digest;
  md5.get_digest(digest);
  // Until Boost 1.86 the digest is four words whose first byte is the highest; since then it is sixteen bytes.
  std::string hex;
  for (const auto part : digest) {
    for (int shift = 8 * static_cast<int>(sizeof(part)) - 4; shift >= 0; shift -= 4) {
      hex += "0123456789abcdef"[(part >> shift) & 15];
    }
  }
  return hex;
}

std::unique_ptr<Balancer> make_sticky_cookie(const UpstreamConfig& config,
                                             std::unique_ptr<Balancer> otherwise) {
  return std::make_unique<Sticky>(config, std::move(otherwise));
}

}  // namespace roundhouse::proxy
