// P1: what is delivered was sent before, with the same contents. A message that a program sent of which we have no records (a foreign
// client, the app itself) begins where an app accepts it, and its contents are not compared.
#include "sim/check/verdict_words.h"

namespace roundhouse {

Verdict check_no_creation(const History& history) {
  const History::Inside& in = history.inside();
  for (const DeliveryFacts& delivery : in.deliveries) {
    const MessageFacts& message = in.messages[delivery.message];
    const std::string who = receiver_name(in, delivery.socket, delivery.client) + " got ";
    const Place begun = std::min(message.sent, message.accepted);
    if (begun > delivery.place) {
      const std::string whose =
          begun == nowhere ? ", which nobody has sent" : ", which was sent only " + when(in, begun);
      return fails(
          "P1", who + "message " + std::to_string(message.id.value) + " " + when(in, delivery.place) + whose,
          {delivery.place, begun});
    }
    if (message.sent == nowhere) continue;
    const std::uint64_t sent = in.at(message.sent).value;
    const std::uint64_t got = in.at(delivery.place).value;
    if (sent == got || sent == 0 || got == 0) continue;
    return fails("P1",
                 who + message_name(in, message) + " " + when(in, delivery.place) +
                     " with other contents than " + std::string(in.names.of(in.at(message.sent).by)) +
                     " sent " + when(in, message.sent),
                 {message.sent, delivery.place});
  }
  return passes("P1", counted(in.deliveries.size(), "delivery") + ", each of a message that was sent");
}

}  // namespace roundhouse
