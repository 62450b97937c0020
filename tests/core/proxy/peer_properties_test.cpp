// What the policies promise for any weights and any clients: who is moved when a server goes, and how evenly turns are given.
#include <rapidcheck.h>
#include <catch2/catch.hpp>

#include <algorithm>
#include <functional>
#include <iostream>
#include <map>
#include <numeric>
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

namespace {

/// The server of each of so many picks, by its place.
using Turns = std::function<std::vector<std::size_t>(const std::vector<int>& weights, std::int64_t picks)>;

std::vector<std::size_t> turns_of_round_robin(const std::vector<int>& weights, std::int64_t picks) {
  std::string inside;
  std::map<std::string, std::size_t> place;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    inside += line_of(i, weights[i]);
    place[name_of(i)] = i;
  }
  Table table(inside);
  std::vector<std::size_t> turns;
  for (std::int64_t k = 0; k < picks; ++k) turns.push_back(place.at(table.pick({})));
  return turns;
}

constexpr std::int64_t cycles = 3;
constexpr std::int64_t halves_to_eighths = 840;  // a multiple of 2 to 8

/// What is wrong with the turns of servers that are all healthy; empty where nothing is. With w a server's weight, W all of them, n
/// servers, and p turns that the server had after k:
/// - whole cycles: any W picks in a row, wherever they begin, hold exactly w of its turns;
/// - so within a cycle p is at most its weight away from its share: 0 <= p <= w;
/// - closer still: p <= k w/W + 1 - 1/n, and p >= k w/W - (1/2 + 1/3 + ... + 1/n).
/// Reached with one to three servers; from four on a server is never that far behind with small weights (0.94 for 1.08, 1.14 for 1.59 of seven).
/// Why: say c = k w - p W, of sum 0, and a(j) for the largest mean of any j of the c, in units of W. A pick adds w to each c and
/// takes W from the largest. If that one is among the j, their mean does not grow; if not, it is at most that of the j and the one picked:
/// a(j) <= a(j + 1) + 1/(j + 1), and a(n) = 0. And the largest is at least W/n before W is taken from it.
std::string unfair(const std::vector<int>& weights, const std::vector<std::size_t>& turns) {
  const auto total = std::accumulate(weights.begin(), weights.end(), std::int64_t{0});
  const auto n = static_cast<std::int64_t>(weights.size());
  std::int64_t behind_max = 0;
  for (std::int64_t j = 2; j <= n; ++j) behind_max += halves_to_eighths / j;
  const auto says = [](std::size_t server, std::size_t k, const char* what) {
    return "server " + std::to_string(server) + what + std::to_string(k) + " picks";
  };
  for (std::size_t server = 0; server < weights.size(); ++server) {
    const std::int64_t weight = weights[server];
    std::vector<std::int64_t> had = {0};
    for (const std::size_t turn : turns) had.push_back(had.back() + (turn == server ? 1 : 0));
    for (std::size_t k = 0; k < had.size(); ++k) {
      const std::int64_t behind = static_cast<std::int64_t>(k) * weight - had[k] * total;
      if (behind * halves_to_eighths > behind_max * total) return says(server, k, " is behind after ");
      if (-behind * n > (n - 1) * total) return says(server, k, " is ahead after ");
      const std::size_t end = k + static_cast<std::size_t>(total);
      if (end < had.size() && had[end] - had[k] != weight)
        return says(server, k, " has no whole cycle after ");
    }
  }
  return {};
}

bool fair(const Turns& policy, std::string* seen = nullptr) {
  auto params = rc::detail::configuration().testParams;
  params.disableShrinking = seen != nullptr;
  const auto result = rc::detail::checkTestable(
      [&] {
        const auto weights = any_weights(1);
        const auto total = std::accumulate(weights.begin(), weights.end(), std::int64_t{0});
        const std::string problem = unfair(weights, policy(weights, cycles * total));
        if (seen != nullptr && !problem.empty()) *seen = problem;
        if (!problem.empty()) RC_FAIL(problem);
      },
      rc::detail::TestMetadata(), params);
  if (seen == nullptr) rc::detail::printResultMessage(result, std::cerr);
  return result.template is<rc::detail::SuccessResult>();
}

/// Smooth weighted round robin in nginx's words, with `taken` in the place of the total weight.
Turns smooth_with(std::function<std::int64_t(std::int64_t total, std::int64_t k)> taken) {
  return [taken](const std::vector<int>& weights, std::int64_t picks) {
    const auto total = std::accumulate(weights.begin(), weights.end(), std::int64_t{0});
    std::vector<std::int64_t> current(weights.size());
    std::vector<std::size_t> turns;
    for (std::int64_t k = 0; k < picks; ++k) {
      for (std::size_t i = 0; i < weights.size(); ++i) current[i] += weights[i];
      const auto best = std::max_element(current.begin(), current.end());
      *best -= taken(total, k);
      turns.push_back(static_cast<std::size_t>(best - current.begin()));
    }
    return turns;
  };
}

std::vector<std::size_t> turns_in_blocks(const std::vector<int>& weights, std::int64_t picks) {
  std::vector<std::size_t> cycle;
  for (std::size_t i = 0; i < weights.size(); ++i)
    cycle.insert(cycle.end(), static_cast<std::size_t>(weights[i]), i);
  std::vector<std::size_t> turns;
  for (std::int64_t k = 0; k < picks; ++k) turns.push_back(cycle[static_cast<std::size_t>(k) % cycle.size()]);
  return turns;
}

}  // namespace

TEST_CASE(
    "smooth weighted round robin gives each server its weight in any cycle, and keeps it near its share in "
    "between",
    "[proxy]") {
  CHECK(fair(turns_of_round_robin));
  CHECK(fair(
      smooth_with([](std::int64_t total, std::int64_t) { return total; })));  // as the planted ones begin
}

TEST_CASE("turns that are not fair are found: in blocks, or off by one", "[proxy]") {
  std::string seen;
  CHECK_FALSE(fair(turns_in_blocks, &seen));  // each cycle is whole, and a heavy server has its turns at once
  CHECK(seen.find(" is ") != std::string::npos);
  CHECK_FALSE(fair(smooth_with([](std::int64_t total, std::int64_t) { return total - 1; }), &seen));
  CHECK_FALSE(fair(smooth_with([](std::int64_t total, std::int64_t) { return total + 1; }), &seen));
  // Wrong in one pick of the third cycle only: what came before is as it should be.
  CHECK_FALSE(fair(smooth_with([](std::int64_t total, std::int64_t k) { return k == 2 * total ? 0 : total; }),
                   &seen));
}

TEST_CASE("the bounds of fairness are as tight as they are true", "[proxy]") {
  // Equal weights: the first one chosen is 1 - 1/n ahead, and with two of them the other one is 1/2 behind.
  CHECK(unfair({1, 1}, {0, 1, 0, 1}).empty());
  CHECK(unfair({2, 2}, {0, 0}) == "server 0 is ahead after 2 picks");
  CHECK(unfair({1, 9}, {1, 1, 1, 1, 1}).empty());
  CHECK(unfair({1, 9}, {1, 1, 1, 1, 1, 1}) == "server 0 is behind after 6 picks");
  CHECK(unfair({1, 1}, {0, 1, 1}) == "server 0 has no whole cycle after 1 picks");
  // Three servers: 1/2 + 1/3 of a turn is approached, and nearer still by heavier ones.
  const std::vector<int> weights = {1, 100, 100};
  const auto turns = turns_of_round_robin(weights, 201);
  double behind = 0;
  for (std::size_t k = 1; k <= turns.size(); ++k) {
    const auto had = std::count(turns.begin(), turns.begin() + static_cast<std::ptrdiff_t>(k), 2u);
    behind = std::max(behind, static_cast<double>(k) * 100 / 201 - static_cast<double>(had));
  }
  CHECK(behind > 0.83);
  CHECK(unfair(weights, turns).empty());
}
