#include "gui/models/flight_index.h"

#include <algorithm>
#include <tuple>

namespace roundhouse::view {

namespace {

// Among equal arrivals the order is that of what they are, so that the same records give the same order whenever they are taken in.
constexpr auto arrives_later = [](const SceneFlight& a, const SceneFlight& b) {
  return std::tie(a.arrives, a.departed, a.client, a.from, a.to) >
         std::tie(b.arrives, b.departed, b.client, b.from, b.to);
};

}  // namespace

std::size_t FlightIndex::add(const SceneFlight& flight) {
  const std::size_t place = flights_.size();
  flights_.push_back(flight);
  SceneFlight& added = flights_.back();
  if (place > 0) added.arrives = std::max(added.arrives, flights_[place - 1].arrives);
  added.departed = std::min(added.departed, added.arrives);
  if (added.lost) losses_.push_back(place);
  for (std::size_t level = 0; level < levels; ++level) {
    const std::size_t block = place >> (shift * (level + 1));
    if (block == earliest_[level].size()) {
      earliest_[level].push_back(added.departed);
    } else {
      earliest_[level][block] = std::min(earliest_[level][block], added.departed);
    }
  }
  return place;
}

void FlightIndex::expect(const SceneFlight& flight) {
  expected_.push_back(flight);
  std::push_heap(expected_.begin(), expected_.end(), arrives_later);
}

void FlightIndex::reach(Instant now) {
  while (!expected_.empty() && expected_.front().arrives <= now) {
    std::pop_heap(expected_.begin(), expected_.end(), arrives_later);
    add(expected_.back());
    expected_.pop_back();
  }
}

std::size_t FlightIndex::first_arriving_after(Instant t) const {
  const auto found = std::upper_bound(flights_.begin(), flights_.end(), t,
                                      [](Instant when, const SceneFlight& f) { return when < f.arrives; });
  return static_cast<std::size_t>(found - flights_.begin());
}

std::size_t FlightIndex::first_lost_after(Instant t) const {
  const auto found =
      std::upper_bound(losses_.begin(), losses_.end(), t,
                       [this](Instant when, std::size_t place) { return when < flights_[place].arrives; });
  return static_cast<std::size_t>(found - losses_.begin());
}

}  // namespace roundhouse::view
