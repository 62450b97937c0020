// Which policy an upstream has. See balancer.h.
#include "core/proxy/balancer.h"

#include "core/base/assertion.h"

namespace roundhouse::proxy {

namespace {

std::unique_ptr<Balancer> make_method(const UpstreamConfig& config) {
  switch (config.policy) {
    case Policy::round_robin:
      return make_round_robin();
    case Policy::ip_hash:
      return make_ip_hash();
    case Policy::hash:
      return make_hash();
    case Policy::consistent_hash:
      return make_consistent_hash(config);
    case Policy::least_conn:
      return make_least_conn();
    case Policy::random:
      return make_random(/*two=*/false);
    case Policy::random_two:
    case Policy::random_two_least_conn:
      return make_random(/*two=*/true);  // least_conn is the only way to compare two
  }
  return nullptr;
}

}  // namespace

std::unique_ptr<Balancer> make_balancer(const UpstreamConfig& config) {
  auto method = make_method(config);
  ROUNDHOUSE_ASSERT(method != nullptr);
  return config.sticky ? make_sticky_cookie(config, std::move(method)) : std::move(method);
}

std::uint32_t walk_by_weight(const PeerList& list, std::uint64_t at) {
  std::uint32_t index = 0;
  while (at >= static_cast<std::uint64_t>(list.peers[index].weight))
    at -= static_cast<std::uint64_t>(list.peers[index++].weight);
  return index;
}

}  // namespace roundhouse::proxy
