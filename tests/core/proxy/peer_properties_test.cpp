// What the policies promise for any weights and any clients: who is moved when a server goes, and how evenly turns are given.
#include <rapidcheck.h>
#include <catch2/catch.hpp>

#include <string>
#include <vector>

#include "core/proxy/balancer.h"

using namespace roundhouse;
using namespace roundhouse::proxy;

namespace {

class NoDraws final : public Draws {
 public:
  std::uint64_t below(std::uint64_t) override { return 0; }
};

/// One upstream under one configuration. Choices are named by the server's text, not by its place.
class Table {
 public:
  explicit Table(const std::string& inside)
      : config_(read_config("events {} http { upstream app { " + inside + " } }").value()),
        upstream_(config_.upstreams.at(0)),
        balancer_(make_balancer(config_.upstreams.at(0))) {}

  std::string pick(const std::string& key, const std::string& address = {}) {
    Selection selection;
    selection.key = key;
    selection.address = address;
    upstream_.begin(selection, 0);
    const auto choice = balancer_->pick(upstream_, selection, 1000, draws_);
    if (!choice) return {};
    upstream_.freed(choice->peer, 1000, false);
    return upstream_.peer(choice->peer).config->name;
  }

 private:
  Config config_;
  Upstream upstream_;
  std::unique_ptr<Balancer> balancer_;
  NoDraws draws_;
};

std::vector<int> any_weights(std::size_t least) {
  const auto count = *rc::gen::inRange<std::size_t>(least, 8);
  return *rc::gen::container<std::vector<int>>(count, rc::gen::inRange(1, 9));
}

std::string name_of(std::size_t server) {
  return "127.0.0.1:" + std::to_string(9001 + server);
}

std::string line_of(std::size_t server, int weight, bool down = false) {
  return "server " + name_of(server) + " weight=" + std::to_string(weight) + (down ? " down; " : "; ");
}

constexpr int clients = 200;

}  // namespace

TEST_CASE("with a consistent hash, removing a server moves its own keys and no other", "[proxy]") {
  CHECK(rc::check("given any weights, when one server is removed, then only its keys move", [] {
    const auto weights = any_weights(3);
    const auto gone = *rc::gen::inRange<std::size_t>(0, weights.size());
    std::string before = "hash $arg_k consistent; ";
    std::string after = before;
    for (std::size_t i = 0; i < weights.size(); ++i) {
      before += line_of(i, weights[i]);
      if (i != gone) after += line_of(i, weights[i]);
    }
    Table all(before);
    Table fewer(after);
    int moved = 0;
    for (int i = 0; i < clients; ++i) {
      const std::string key = "key-" + std::to_string(i);
      const std::string home = all.pick(key);
      const std::string now = fewer.pick(key);
      if (home == name_of(gone)) {
        RC_ASSERT(now != home);
        ++moved;
      } else {
        RC_ASSERT(now == home);
      }
    }
    RC_ASSERT(moved < clients);
    RC_CLASSIFY(moved > 0, "the server had keys");
  }));
}

TEST_CASE("with ip_hash, marking a server down moves its own clients and no other", "[proxy]") {
  CHECK(rc::check("given any weights, when one server is marked down, then only its clients move", [] {
    const auto weights = any_weights(3);
    const auto gone = *rc::gen::inRange<std::size_t>(0, weights.size());
    std::string before = "ip_hash; ";
    std::string after = before;
    for (std::size_t i = 0; i < weights.size(); ++i) {
      before += line_of(i, weights[i]);
      after += line_of(i, weights[i], i == gone);
    }
    Table all(before);
    Table fewer(after);
    for (int i = 0; i < clients; ++i) {
      const std::string address = {127, static_cast<char>(i * 7), static_cast<char>(i * 31), 1};
      const std::string home = all.pick({}, address);
      const std::string now = fewer.pick({}, address);
      RC_ASSERT((home == name_of(gone)) == (now != home));
    }
  }));
}

TEST_CASE(
    "smooth weighted round robin keeps every server within one turn fewer than servers of its share, and a "
    "cycle is exact",
    "[proxy]") {
  // The bound. After k picks, server i (weight w, total W, n servers) was picked p times, and its current weight is c = k w - p W.
  // The c sum to 0. A pick takes W from the largest, so it leaves that one above -W; others only grow: c > -W for all, hence
  // c < (n - 1) W. So p lies strictly between k w / W - (n - 1) and k w / W + 1. After W picks c is 0 for all: p = w.
  CHECK(rc::check("given any weights, at each pick the turns stay within the bound, and return to the share",
                  [] {
                    const auto weights = any_weights(1);
                    std::string inside;
                    std::int64_t total = 0;
                    for (std::size_t i = 0; i < weights.size(); ++i) {
                      inside += line_of(i, weights[i]);
                      total += weights[i];
                    }
                    Table table(inside);
                    std::vector<std::int64_t> picks(weights.size());
                    const auto servers = static_cast<std::int64_t>(weights.size());
                    for (std::int64_t k = 1; k <= 3 * total; ++k) {
                      const std::string chosen = table.pick({});
                      for (std::size_t i = 0; i < weights.size(); ++i) {
                        picks[i] += chosen == name_of(i) ? 1 : 0;
                        const std::int64_t behind = k * weights[i] - picks[i] * total;
                        RC_ASSERT(behind > -total);
                        RC_ASSERT(behind < std::max<std::int64_t>(1, servers - 1) * total);
                        if (k % total == 0) RC_ASSERT(behind == 0);
                      }
                    }
                  }));
}
