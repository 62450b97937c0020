// P11: once all has healed and nothing is on its way any more, whoever was surely in the room when a message was accepted has it, if it is
// connected then and was never away for longer than absence_max. Who has asked to leave meanwhile is owed nothing: overlaps are no fault.
#include <algorithm>

#include "sim/check/verdict_words.h"
#include "sim/trace/record_fields.h"

namespace roundhouse {

namespace {

struct Missing {
  const MessageFacts* message = nullptr;
  TextId socket;
};

/// Which messages each receiver has got, for looking up.
class Got {
 public:
  explicit Got(const History::Inside& in) {
    pairs_.reserve(in.deliveries.size());
    for (const DeliveryFacts& delivery : in.deliveries) {
      pairs_.emplace_back(delivery.message, in.receiver(delivery.socket, delivery.client));
    }
    std::sort(pairs_.begin(), pairs_.end());
  }
  bool has(std::uint64_t receiver, std::uint32_t message) const {
    return std::binary_search(pairs_.begin(), pairs_.end(), std::pair(message, receiver));
  }

 private:
  std::vector<std::pair<std::uint32_t, std::uint64_t>> pairs_;
};

/// Where the loss of this copy is said, if it is.
Place lost_at(const History::Inside& in, const MessageFacts& message, TextId socket) {
  for (const Place place : message.lost) {
    const Record& lost = in.at(place);
    if (place > message.accepted && (!lost.subject || lost.subject == socket)) return place;
  }
  return nowhere;
}

/// It left, or was taken out, before anything was lost.
bool left_meanwhile(const History::Inside& in, const MessageFacts& message, TextId socket) {
  const Place lost = lost_at(in, message, socket);
  return std::any_of(in.leaves.begin(), in.leaves.end(), [&](Place place) {
    const Record& leave = in.at(place);
    const bool is_ours = leave.subject == socket && std::find(message.rooms.begin(), message.rooms.end(),
                                                              leave.text) != message.rooms.end();
    return is_ours && place > message.accepted && place < lost;
  });
}

/// Connected at the end, the same process all the time, and never away for long since.
bool stayed(const History::Inside& in, const SocketFacts& socket, Place since) {
  if (!socket.client) {
    const auto now = in.state.socket(socket.sid);
    return now && now->app_connected;
  }
  if (!in.state.client(socket.client).open) return false;
  if (in.ended_between(socket.client, since, in.records.size())) return false;
  return std::none_of(in.absences.begin(), in.absences.end(), [&](const AbsenceFacts& absence) {
    if (absence.client != socket.client || absence.closed < since) return false;
    return absence.meant || absence.opened == nowhere ||
           in.at(absence.opened).at - in.at(absence.closed).at > absence_max;
  });
}

/// Where it came into the room, or one of the rooms, in which it missed the message.
Place came_in(const MessageFacts& message, const SocketFacts& socket) {
  for (const Stay& stay : socket.stays) {
    const bool is_room = message.rooms.empty() || std::find(message.rooms.begin(), message.rooms.end(),
                                                            stay.room) != message.rooms.end();
    if (is_room && stay.window.contains(message.accepted)) return stay.window.from;
  }
  return nowhere;
}

Verdict fail(const History::Inside& in, const Missing& missing) {
  const MessageFacts& message = *missing.message;
  const SocketFacts& socket = *in.socket(missing.socket);
  const std::string who = receiver_name(in, socket.sid, socket.client);
  std::string words = who + " never got " + message_name(in, message) + ", which " +
                      std::string(in.names.of(in.at(message.accepted).by)) + " accepted " +
                      when(in, message.accepted) + " while " + who + " was in the room";
  const Place lost = lost_at(in, message, socket.sid);
  if (lost == nowhere) {
    words += ", and no record says what became of it";
  } else {
    words += "; lost " + when(in, lost) + ": " + std::string(name_of(static_cast<Cause>(in.at(lost).code)));
  }
  return fails("P11", std::move(words), {came_in(message, socket), message.sent, message.accepted, lost});
}

}  // namespace

Verdict check_eventual_delivery(const History& history) {
  const History::Inside& in = history.inside();
  const Got got(in);
  std::size_t judged = 0;
  for (std::uint32_t i = 0; i < in.messages.size(); ++i) {
    const MessageFacts& message = in.messages[i];
    for (const TextId sid : message.owed) {
      ++judged;
      if (got.has(in.receiver_of(sid), i)) continue;
      const SocketFacts* socket = in.socket(sid);
      if (socket == nullptr || !stayed(in, *socket, message.accepted)) continue;
      if (left_meanwhile(in, message, sid)) continue;
      if (!in.unsettled.empty()) {
        return cannot_tell("P11", receiver_name(in, sid, socket->client) + " has not got " +
                                      message_name(in, message) + " yet, but " + in.unsettled);
      }
      return fail(in, {&message, sid});
    }
  }
  return passes("P11",
                counted(judged, "delivery") + " owed, none missing to a client that is there to get it");
}

}  // namespace roundhouse
