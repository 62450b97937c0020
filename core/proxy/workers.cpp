// Which of nginx's workers takes a connection. See proxy.h.
//
// Workers that share a listening socket wait for it in one line; the one that the kernel wakes first goes on being woken first, until nginx
// puts it to the end of the line (ngx_reorder_accept_events). Measured, nginx 1.22.1 on Linux, one connection after another, 2000 each: the
// next connection went to the same worker in 89 %, 89 % and 88 % with 2, 4 and 8 workers, and all workers got equal shares. With `reuseport`
// the kernel deals connections out by a hash of their addresses: 50 %, 26 % and 13 %. Load has no part in it here: connections that
// come while a worker is busy are not drawn to the idle ones.
#include "core/proxy/proxy_inside.h"

namespace roundhouse::proxy {

namespace {

constexpr std::uint64_t stays_of = 9;
constexpr std::uint64_t stays = 8;  // of stays_of

}  // namespace

std::uint32_t Proxy::accepting_worker(const Listener& listener) {
  if (workers_ == 1) return 0;
  const std::uint64_t n = (std::uint64_t{host_.incarnation()} << 40) + accepts_++;
  Random draw = host_.random(Purpose::worker, {}, n);
  if (listener.reuseport) return static_cast<std::uint32_t>(draw.below(workers_));
  if (draw.below(stays_of) >= stays) ++last_worker_;
  last_worker_ %= workers_;
  return last_worker_;
}

std::uint32_t Proxy::books_of(std::uint32_t upstream, std::uint32_t worker) const {
  const BooksAt& at = books_at_[upstream];
  // A connection that an earlier configuration's worker took: there are as many of it as there are now.
  return at.first + (at.count == 1 ? 0 : worker % at.count);
}

}  // namespace roundhouse::proxy
