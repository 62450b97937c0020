// P2: nobody gets a message twice. A client counts as one through all its connections, but a new process of it is another.
#include <algorithm>
#include <tuple>

#include "sim/check/verdict_words.h"

namespace roundhouse {

Verdict check_no_duplication(const History& history) {
  const History::Inside& in = history.inside();
  using Copy = std::tuple<std::uint32_t, std::uint64_t, const DeliveryFacts*>;  // message, receiver
  std::vector<Copy> copies;
  copies.reserve(in.deliveries.size());
  for (const DeliveryFacts& delivery : in.deliveries) {
    copies.emplace_back(delivery.message, in.receiver(delivery.socket, delivery.client), &delivery);
  }
  std::sort(copies.begin(), copies.end());  // deliveries lie in one array, in order

  const DeliveryFacts* first = nullptr;
  const DeliveryFacts* second = nullptr;
  for (std::size_t i = 1; i < copies.size(); ++i) {
    const auto& [message, receiver, delivery] = copies[i];
    const auto& [message_before, receiver_before, before] = copies[i - 1];
    if (message != message_before || receiver != receiver_before) continue;
    if (second != nullptr && second->place < delivery->place) continue;
    first = before;
    second = delivery;
  }
  if (second == nullptr) {
    return passes("P2", counted(in.deliveries.size(), "delivery") + ", none of them a second one");
  }
  return fails("P2",
               receiver_name(in, second->socket, second->client) + " got " + message_name(in, *second) +
                   " twice: " + when(in, first->place) + " and " + when(in, second->place),
               {first->place, second->place});
}

}  // namespace roundhouse
