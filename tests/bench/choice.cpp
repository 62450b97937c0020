#include "tests/bench/choice.h"

#include <fmt/format.h>

#include <roundhouse/random.h>
#include "core/proxy/balancer.h"
#include "core/proxy/nginx_config/config.h"
#include "tests/bench/meter.h"

namespace roundhouse::bench {
namespace {

using namespace roundhouse::proxy;

constexpr unsigned clients = 1024;

/// The proxy's own draws are the same generator behind one more call.
class BenchDraws final : public Draws {
 public:
  std::uint64_t below(std::uint64_t bound) override { return random_.below(bound); }

 private:
  Random random_{1};
};

proxy::Config config_of(const std::string& policy, unsigned servers) {
  std::string text = "events {}\nhttp {\n  upstream app {\n";
  for (unsigned i = 1; i <= servers; ++i) text += fmt::format("    server 10.0.{}.1:5000;\n", i);
  text += "  }\n  server { location / { proxy_pass http://app; } }\n}\n";
  ReadOptions options;
  options.policy = policy;
  auto config = read_config(text, options);
  if (!config) throw UsageError(config.error().text());
  return std::move(*config);
}

/// Requests as the proxy sees them: each of its own client, with what its policy looks at.
std::vector<Selection> requests_to(const UpstreamConfig& upstream) {
  std::vector<Selection> all(clients);
  for (unsigned i = 0; i < clients; ++i) {
    const char address[] = {127, static_cast<char>(i >> 8), static_cast<char>(i), 1};
    all[i].address.assign(address, 4);
    all[i].key = fmt::format("127.{}.{}.1", i >> 8, i & 255);
    if (upstream.sticky) all[i].sticky = sticky_id(upstream.peers[i % upstream.peers.size()]);
  }
  return all;
}

/// Nanoseconds for one: a selection is made, a server picked and booked, and given back.
double choice_ns(const std::string& policy, unsigned servers, unsigned choices) {
  const proxy::Config config = config_of(policy, servers);
  Upstream upstream(config.upstreams[0]);
  const auto balancer = make_balancer(config.upstreams[0]);
  const std::vector<Selection> requests = requests_to(config.upstreams[0]);
  BenchDraws draws;
  std::uint64_t chosen = 0;
  const double before = cpu_seconds();
  for (unsigned i = 0; i < choices; ++i) {
    Selection selection = requests[i % clients];
    upstream.begin(selection, 0);
    const auto choice = balancer->pick(upstream, selection, 1, draws);
    if (!choice) throw UsageError("nobody was chosen");
    chosen += choice->peer.index;
    upstream.freed(choice->peer, 1, false);
  }
  const double took = cpu_seconds() - before;
  if (servers > 1 && chosen == 0) throw UsageError("only the first server was ever chosen");
  return took / choices * 1e9;
}

}  // namespace

void choices(unsigned choices) {
  for (const char* policy : {"round_robin", "least_conn", "ip_hash", "hash $remote_addr",
                             "hash $remote_addr consistent", "random", "random two", "sticky cookie id"}) {
    const double few = choice_ns(policy, 3, choices);
    const double many = choice_ns(policy, 100, choices / 4);
    fmt::print(
        "a choice, {:<28} {:>4.0f} ns at 3 servers ({:.1f} M/s; budget 200 ns), {:>5.0f} ns at 100 ({:.1f} "
        "M/s)\n",
        policy, few, 1e3 / few, many, 1e3 / many);
  }
}

}  // namespace roundhouse::bench
