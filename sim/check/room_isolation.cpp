// P7: who gets a message to a room was in it, or joining or leaving, at some time between its sending and its delivery.
#include "sim/check/verdict_words.h"

namespace roundhouse {

namespace {

bool was_inside(const History::Inside& in, const MessageFacts& message, const DeliveryFacts& delivery) {
  const Place begun = std::min(message.sent, message.accepted);
  const SocketFacts* socket = in.socket(delivery.socket);
  for (const TextId room : message.rooms) {
    if (room == delivery.socket) return true;  // a socket is in the room of its own id, and nobody says so
    if (socket == nullptr) continue;
    for (const Stay& stay : socket->stays) {
      if (stay.room == room && stay.window.meets(begun, delivery.place)) return true;
    }
  }
  return false;
}

}  // namespace

Verdict check_room_isolation(const History& history) {
  const History::Inside& in = history.inside();
  std::size_t judged = 0;
  for (const DeliveryFacts& delivery : in.deliveries) {
    const MessageFacts& message = in.messages[delivery.message];
    const Place begun = std::min(message.sent, message.accepted);
    if (message.rooms.empty() || begun > delivery.place) continue;
    ++judged;
    if (was_inside(in, message, delivery)) continue;
    return fails("P7",
                 receiver_name(in, delivery.socket, delivery.client) + " got " + message_name(in, message) +
                     " " + when(in, delivery.place) + ", and was not in " +
                     std::string(in.names.of(message.rooms.front())) + " at any time since " +
                     seconds_text(in.at(begun).at) + ", when it was sent",
                 {begun, delivery.place});
  }
  return passes("P7", counted(judged, "delivery") + " to rooms, each to a member");
}

}  // namespace roundhouse
