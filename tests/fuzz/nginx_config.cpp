// A configuration: read, and served by. What the reader takes, the proxy shall be able to stand on: its upstreams, policies, maps and
// templates are built, and a few fixed requests go through it, whose servers refuse, fail and answer.
#include <algorithm>
#include <array>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "core/proxy/proxy.h"
#include "tests/core/proxy/fake_host.h"
#include "tests/fuzz/entry.h"

namespace {

using namespace roundhouse;

/// Workers and points of the ring are memory; so many show nothing that fewer do not.
constexpr std::int64_t workers_most = 8;
constexpr std::int64_t weight_most = 1000;

bool small_enough(const proxy::Config& config) {
  if (config.worker_processes > workers_most) return false;
  return std::all_of(config.upstreams.begin(), config.upstreams.end(), [](const auto& upstream) {
    return upstream.policy != proxy::Policy::consistent_hash ||
           std::all_of(upstream.peers.begin(), upstream.peers.end(),
                       [](const auto& peer) { return peer.weight <= weight_most; });
  });
}

constexpr std::array<std::string_view, 3> requests = {
    "GET /a/b.php?k=v&sid=1 HTTP/1.1\r\nHost: a.example\r\nCookie: srv_id=x; sid=1\r\nX-Forwarded-For: "
    "10.0.0.1, ::1, x\r\nX-Real-IP: 10.0.0.2\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: b\r\nContent-Length: 2\r\n\r\nhi",
    "GET /socket.io/ HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"};

/// In turns: refused, 500, 404, taken.
void serve(test::FakeHost& host, ConnectionId id, std::size_t turn, bool upgrade) {
  if (turn % 4 == 0) return host.gone(id, CloseReason::refused);
  host.open(id);
  if (host.wire(id).dead) return;
  host.data(id, turn % 4 == 1   ? "HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n"
                : turn % 4 == 2 ? "HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n"
                : upgrade       ? "HTTP/1.1 101 Yes\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"
                                : "HTTP/1.1 200 OK\r\nLocation: http://app/\r\nContent-Length: 2\r\n\r\nok");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto read = proxy::read_config(bytes_of(data, size));
  if (!read || !small_enough(*read) || read->listeners.empty()) return 0;
  const auto config = std::make_shared<const proxy::Config>(std::move(*read));
  test::FakeHost host;
  proxy::Proxy proxy(host, config);
  host.attach(proxy);
  proxy.on_start();
  std::size_t turn = 0;
  for (const std::string_view request : requests) {
    const std::size_t before = host.wires().size();
    const ConnectionId client = host.accept(config->listeners.front().address, "127.0.7.1");
    host.data(client, request);
    // Each try may open the next one.
    for (std::size_t at = before; at < host.wires().size(); ++at) {
      if (host.wires()[at].outgoing && !host.wires()[at].dead)
        serve(host, host.wires()[at].id, turn++, request == requests.back());
    }
    if (!host.wire(client).dead) host.end(client);
  }
  host.run_until(host.now() + std::chrono::hours(1));
  return 0;
}
