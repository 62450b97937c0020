#include "gui/views/sign_choice.h"

#include <algorithm>

namespace roundhouse::view {
namespace {

/// splitmix64: message ids are dense, and every k-th of them would be one sender's.
std::uint64_t hash_of(MessageId message) {
  std::uint64_t x = message.value + 0x9e3779b97f4a7c15U;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9U;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebU;
  return x ^ (x >> 31);
}

/// 1, 2, 5, 10, 20, 50 ...
int next_k(int k) {
  int power = 1;
  while (power * 10 <= k) power *= 10;
  const int lead = k / power;
  return lead == 1 ? 2 * power : lead == 2 ? 5 * power : 10 * power;
}

bool exempt(const SceneFlight& flight) {
  return flight.lost || flight.sign == Sign::rejected || flight.sign == Sign::join;
}

}  // namespace

void SignChoice::choose(const Scene& scene, EntityId selected, double screen_seconds) {
  candidates_.clear();
  hashes_.clear();
  drawn_.clear();
  heaps_.clear();
  std::vector<std::uint32_t> always;
  std::size_t exempted = 0;
  for (std::size_t i = 0; i < scene.flights.size(); ++i) {
    const auto& flight = scene.flights[i];
    const auto index = static_cast<std::uint32_t>(i);
    if (exempt(flight)) {
      if (exempted++ < exempt_signs_max) {
        always.push_back(index);
        continue;
      }
      const auto heap = std::find_if(heaps_.begin(), heaps_.end(), [&](const Heap& other) {
        return other.from == flight.from && other.to == flight.to;
      });
      if (heap == heaps_.end())
        heaps_.push_back({flight.from, flight.to, 1});
      else
        ++heap->count;
    } else if (selected && flight.client == selected) {
      always.push_back(index);
    } else {
      candidates_.push_back(index);
      hashes_.push_back(hash_of(flight.message));
    }
  }
  settle_k(screen_seconds);
  for (std::size_t i = 0; i < candidates_.size() && drawn_.size() < cap_; ++i)
    if (hashes_[i] % static_cast<std::uint64_t>(k_) == 0) drawn_.push_back(candidates_[i]);
  // What must be seen is drawn last, above the others.
  drawn_.insert(drawn_.end(), always.begin(), always.end());
}

void SignChoice::forget() {
  k_ = 1;
  low_since_ = -1;
}

std::size_t SignChoice::count_at(int k) const {
  return static_cast<std::size_t>(std::count_if(hashes_.begin(), hashes_.end(), [k](std::uint64_t hash) {
    return hash % static_cast<std::uint64_t>(k) == 0;
  }));
}

void SignChoice::settle_k(double screen_seconds) {
  if (screen_seconds < seen_at_) forget();
  seen_at_ = screen_seconds;
  int needed = 1;
  while (count_at(needed) > cap_) needed = next_k(needed);
  if (needed >= k_) {
    k_ = needed;
    low_since_ = -1;
    return;
  }
  if (count_at(k_) * 3 >= cap_) {
    low_since_ = -1;
    return;
  }
  if (low_since_ < 0) low_since_ = screen_seconds;
  if (screen_seconds - low_since_ >= k_falls_after_seconds) {
    k_ = needed;
    low_since_ = -1;
  }
}

}  // namespace roundhouse::view
