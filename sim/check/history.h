// What checkers know of a run: facts with the places of the records that say them. Windows and owed sockets are asked of the one fold
// (State) while the records pass; nothing here decides who is in a room.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include <roundhouse/checker.h>
#include <roundhouse/record.h>
#include <roundhouse/state.h>
#include "sim/trace/names.h"

namespace roundhouse {

/// A record's place in the run; the run is totally ordered by it.
using Place = std::size_t;
inline constexpr Place nowhere = SIZE_MAX;

/// From one record to another. `until` nowhere: to the end of the run.
struct Stretch {
  Place from = 0;
  Place until = nowhere;
  bool meets(Place begin, Place end) const { return from <= end && begin <= until; }
  bool contains(Place place) const { return from <= place && place < until; }
};

/// A socket in a room, as long as a delivery would be no fault (the may window).
struct Stay {
  TextId room;
  Stretch window;
};

struct SocketFacts {
  TextId sid;
  EntityId client;            ///< empty where no client of ours says it is its own
  EntityId instance;          ///< empty where no app of ours does
  std::uint32_t process = 0;  ///< which of the client's processes it belongs to, from 0
  std::vector<Stay> stays;
  std::vector<TextId>
      rooms_seen;  ///< the client saw that it is in, and has neither asked to leave nor been taken out
};

struct SessionFacts {
  EntityId owner;
  Stretch open;
};

struct MessageFacts {
  MessageId id;
  Place sent = nowhere;
  Place accepted = nowhere;  ///< the first time
  TextId from;  ///< the sender's socket, by the app that accepted it; empty: sent by the app itself
  std::vector<TextId> rooms;  ///< as the sender says, else as the app does; empty: everyone
  std::vector<TextId> owed;   ///< the sockets to which it was owed when it was accepted
  std::vector<Place> lost;
};

struct DeliveryFacts {
  Place place = 0;
  std::uint32_t message = 0;  ///< into `messages`
  TextId socket;
  EntityId client;  ///< empty: of a foreign client, by what the app handed to the kernel
};

/// A client lost its connection, and may have come back.
struct AbsenceFacts {
  EntityId client;
  TextId before;                 ///< its socket
  std::vector<TextId> rooms;     ///< those it was in
  std::vector<TextId> regained;  ///< those that the new socket was in when it opened
  Place closed = nowhere;
  Place opened = nowhere;  ///< nowhere: it has not come back
  bool meant = false;      ///< one of the two sides decided it
};

struct History::Inside {
  enum class Ending : std::uint8_t { as_recorded, here };
  Inside(std::span<const Record> all, Names known, Ending ending = Ending::as_recorded);

  std::span<const Record> records;
  Names names;
  State state;  ///< after all records

  std::vector<MessageFacts> messages;  ///< in the order of first mention
  std::vector<DeliveryFacts> deliveries;
  std::vector<SocketFacts> sockets;
  std::vector<AbsenceFacts> absences;
  std::vector<Place> requests;
  std::vector<Place> leaves;
  std::vector<Place> joins_asked;
  /// Why messages may still be on their way, or their way still broken, at the end of the records. Empty: the run has settled.
  std::string unsettled;
  bool ended = false;

  const Record& at(Place place) const { return records[place]; }
  const SocketFacts* socket(TextId sid) const;
  const SessionFacts* session(TextId sid) const;
  /// The same number for all sockets of one process of a client of ours: its successor knows nothing of what it got, and is another
  /// receiver. A socket of a foreign client stands for itself.
  std::uint64_t receiver(TextId sid, EntityId client) const;
  std::uint64_t receiver_of(TextId sid) const;
  /// True where the process was up, and not paused, all the time from one place to the other.
  bool up_throughout(EntityId entity, Place from, Place to) const;
  /// The process ended between the two.
  bool ended_between(EntityId entity, Place from, Place to) const;

 private:
  struct Life {
    std::vector<Place> troubles;  ///< it went down, was paused
    std::vector<Place> ends;
  };

  void take(Place place);
  void on_client(Place place, const Record& record);
  void on_membership(Place place, const Record& record);
  void on_life(Place place, const Record& record);
  void on_accept(Place place, const Record& record);
  void on_deliver(Place place, const Record& record);
  void refresh(Place place, SocketFacts& socket);
  void find_what_is_unsettled();
  MessageFacts& message(MessageId id);
  SocketFacts& socket_facts(TextId sid);
  Life& life(EntityId entity);

  std::unordered_map<std::uint64_t, std::uint32_t> message_of_id_;  // looked up, never walked
  std::vector<std::uint32_t> socket_of_text_;                       // by sid: place + 1
  std::vector<std::uint32_t> session_of_text_;
  std::vector<SessionFacts> sessions_;
  std::vector<Life> lives_;
  std::vector<std::uint32_t> absence_of_;  // by client: place + 1 of the absence that lasts
  struct CutLink {
    EntityId from;
    EntityId to;
  };
  std::vector<CutLink> cut_;
  std::uint64_t held_ = 0;
  /// The message accepted last, whose further rooms continuation records name; nowhere where the sender has said them all.
  std::size_t rooms_go_on_ = nowhere;
};

}  // namespace roundhouse
