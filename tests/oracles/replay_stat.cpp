// stat/: random policies draw otherwise on each machine; what must agree is each server's share.
#include <fmt/core.h>

#include <array>
#include <stdexcept>
#include <vector>

#include "tests/oracles/replays.h"
#include "tests/oracles/stage.h"

namespace roundhouse::oracles {

namespace {

/// `random` draws by weight. `random two` among idle servers: the second one drawn wins, and it is drawn among the others.
std::vector<double> expected_shares(const proxy::UpstreamConfig& upstream) {
  double sum = 0;
  for (const proxy::PeerConfig& peer : upstream.peers) sum += static_cast<double>(peer.weight);
  std::vector<double> shares;
  for (const proxy::PeerConfig& peer : upstream.peers) {
    const double own = static_cast<double>(peer.weight) / sum;
    double share = own;
    if (upstream.policy != proxy::Policy::random) {
      share = 0;
      for (const proxy::PeerConfig& first : upstream.peers) {
        const double before = static_cast<double>(first.weight) / sum;
        if (&first != &peer) share += before * own / (1 - before);
      }
    }
    shares.push_back(share);
  }
  return shares;
}

double chi_square(const std::vector<std::int64_t>& counts, const std::vector<double>& shares,
                  double requests) {
  double sum = 0;
  for (std::size_t i = 0; i < shares.size(); ++i) {
    const double expected = shares[i] * requests;
    const double off = static_cast<double>(counts[i]) - expected;
    sum += off * off / expected;
  }
  return sum;
}

/// `yes`, or the sum that is too great.
std::string within(double sum, double limit) {
  return sum <= limit ? "yes" : fmt::format("no, chi-square {:.1f} of at most {:.1f}", sum, limit);
}

}  // namespace

double chi_square_limit(std::size_t degrees) {
  constexpr std::array<double, 9> limits = {10.828, 13.816, 16.266, 18.467, 20.515,
                                            22.458, 24.322, 26.124, 27.877};
  if (degrees == 0 || degrees > limits.size())
    throw std::runtime_error("no chi-square limit for that many servers");
  return limits[degrees - 1];
}

void replay_stat(const Json& recorded, Tally& tally) {
  const auto config = config_of(recorded);
  Stage stage(config);
  const std::vector<double> shares = expected_shares(config->upstreams.at(0));
  const std::int64_t requests = recorded.at("requests").as_int64();
  std::vector<std::int64_t> counts(shares.size());
  std::vector<std::int64_t> nginx;
  for (const Json& count : recorded.at("counts").as_array()) nginx.push_back(count.as_int64());
  if (nginx.size() != shares.size())
    throw std::runtime_error("counts of other servers than the configuration has");
  for (std::int64_t i = 0; i < requests; ++i) {
    const Talk& talk = stage.exchange("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    const std::string server(field_of(talk.got, "X-Server"));
    if (!server.empty()) ++counts.at(std::stoul(server));
  }
  std::int64_t answered = 0;
  for (const std::int64_t count : counts) answered += count;
  const double limit = chi_square_limit(shares.size() - 1);
  const auto all = static_cast<double>(requests);
  tally.agree(static_cast<std::size_t>(requests) - 1);
  tally.row("shares",
            {{"answered", std::to_string(requests), std::to_string(answered)},
             {"shares as expected", "yes", within(chi_square(counts, shares, all), limit)},
             {"recorded shares as expected", "yes", within(chi_square(nginx, shares, all), limit)}});
}

}  // namespace roundhouse::oracles
