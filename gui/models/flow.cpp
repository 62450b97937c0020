#include "gui/models/flow.h"

#include <algorithm>
#include <tuple>

namespace roundhouse::view {

Flow flow_at(const FlightIndex& flights, Instant at, Duration window) {
  Flow flow;
  flow.window = std::max(Duration(1), std::min(window, at - Instant{}));
  std::unordered_map<std::uint64_t, std::size_t> places;  // looked up only
  for (std::size_t i = flights.first_arriving_after(at - flow.window); i < flights.size(); ++i) {
    const SceneFlight& flight = flights[i];
    if (flight.arrives > at) break;
    const std::uint64_t key = std::uint64_t{flight.from.value} << 32 | flight.to.value;
    const auto [found, added] = places.try_emplace(key, flow.ways.size());
    if (added) flow.ways.push_back({flight.from, flight.to});
    FlowWay& way = flow.ways[found->second];
    if (flight.lost || flight.sign == Sign::rejected) {
      ++way.rejected;
      ++flow.rejected;
      continue;
    }
    const auto colour = static_cast<std::size_t>(flight.colour - no_letter);
    if (colour >= way.by_colour.size()) way.by_colour.resize(colour + 1);
    ++way.by_colour[colour];
    ++way.count;
    ++flow.count;
  }
  std::sort(flow.ways.begin(), flow.ways.end(), [](const FlowWay& a, const FlowWay& b) {
    return std::tie(a.from, a.to) < std::tie(b.from, b.to);
  });
  return flow;
}

}  // namespace roundhouse::view
