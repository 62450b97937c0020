// P3: two messages that one session of a sender sent to one room come in that order to everyone who gets both. Sessions are told apart
// by the socket of which an app accepted the message: what a client sent while it was away belongs to the session that carried it.
#include <map>
#include <tuple>

#include "sim/check/verdict_words.h"

namespace roundhouse {

Verdict check_fifo_per_sender(const History& history) {
  const History::Inside& in = history.inside();
  using Line = std::tuple<std::uint64_t, TextId, TextId>;  // receiver, the sender's socket, room
  std::map<Line, const DeliveryFacts*> latest;             // the one sent last of those that have come
  for (const DeliveryFacts& delivery : in.deliveries) {
    const MessageFacts& message = in.messages[delivery.message];
    if (message.sent == nowhere || message.accepted == nowhere || !message.from) continue;
    const TextId room = message.rooms.empty() ? TextId{} : message.rooms.front();
    const DeliveryFacts*& last = latest[{in.receiver(delivery.socket, delivery.client), message.from, room}];
    if (last == nullptr || in.messages[last->message].sent <= message.sent) {
      last = &delivery;
      continue;
    }
    const MessageFacts& later = in.messages[last->message];
    // A second copy of what had come in its turn is P2's affair.
    const bool came_before = std::any_of(in.deliveries.data(), last, [&](const DeliveryFacts& other) {
      return other.message == delivery.message &&
             in.receiver(other.socket, other.client) == in.receiver(delivery.socket, delivery.client);
    });
    if (came_before) continue;
    return fails("P3",
                 receiver_name(in, delivery.socket, delivery.client) + " got " + message_name(in, later) +
                     " " + when(in, last->place) + ", before message " + std::to_string(message.id.value) +
                     " " + when(in, delivery.place) + ", but " +
                     std::string(in.names.of(in.at(message.sent).by)) +
                     " sent that one first, in the same session: " + when(in, message.sent) + ", then " +
                     when(in, later.sent),
                 {message.sent, later.sent, last->place, delivery.place});
  }
  return passes("P3",
                counted(latest.size(), "pair") + " of a sender's session and a receiver, each in order");
}

}  // namespace roundhouse
