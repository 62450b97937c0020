// The messages on their way, and those lately completed, found by id. Knows what is written down of a message, not what it means.
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include <roundhouse/ids.h>
#include <roundhouse/instant.h>
#include <roundhouse/record.h>

namespace roundhouse {

/// What has become of one message for one socket.
enum class PairFate : std::uint8_t {
  pending,
  delivered,
  lost,
  dropped,  ///< not owed after all: the app said why it left the socket out
  left,  ///< its socket left the room before it came: windows overlap, and nothing is owed, until a delivery says otherwise
  unowed,  ///< delivered, though not owed
};

struct Pair {
  std::uint32_t socket = 0;  ///< its place in the SocketTable
  PairFate fate = PairFate::pending;
  Cause cause = Cause::none;
  bool held = false;

  friend bool operator==(const Pair&, const Pair&) = default;
};

struct Message {
  MessageId id;
  Instant sent_at;
  Instant accepted_at;
  EntityId client;    ///< who sent it
  EntityId instance;  ///< which app accepted it
  TextId room;
  std::uint32_t pending = 0;  ///< pairs that are
  std::uint32_t hint = 0;     ///< where the next delivery's pair probably is
  bool sent = false;
  bool accepted = false;
  bool lost = false;  ///< before any app accepted it
  bool held = false;  ///< before any app accepted it
  bool remembered = false;
  Cause cause = Cause::none;
  std::vector<Pair> pairs;  ///< by socket

  Pair* find(std::uint32_t socket);
  /// Adds a pair where there is none.
  Pair& pair(std::uint32_t socket);
  bool waits_for_accept() const { return sent && !accepted && !lost; }

  friend bool operator==(const Message&, const Message&) = default;
};

/// Pointers are valid until the next add().
class MessageTable {
 public:
  Message* find(MessageId id);
  /// The message of that id, new where there is none.
  Message& add(MessageId id);
  /// Nothing is pending: keep it as long as the limits of roundhouse/state.h allow. It may be gone when this returns.
  void remember(Message& message);
  /// All that the table knows, in no order that means anything; ids are 0 in free places.
  const std::vector<Message>& all() const { return messages_; }
  std::vector<Message>& all() { return messages_; }
  /// About how much memory it takes.
  std::size_t bytes() const;

  friend bool operator==(const MessageTable&, const MessageTable&) = default;

 private:
  struct Slot {
    std::uint64_t id = 0;
    std::uint32_t place = 0;

    friend bool operator==(const Slot&, const Slot&) = default;
  };

  std::size_t home_of(std::uint64_t id) const;
  void forget(std::uint64_t id);
  void grow();

  std::vector<Message> messages_;
  std::vector<std::uint32_t> free_;
  std::vector<Slot> slots_ = std::vector<Slot>(64);  // open addressing, a power of two, no tombstones
  std::size_t used_ = 0;
  struct Remembered {
    std::uint64_t id;
    std::size_t pairs;

    friend bool operator==(const Remembered&, const Remembered&) = default;
  };
  std::deque<Remembered> remembered_;
  std::size_t remembered_pairs_ = 0;
};

}  // namespace roundhouse
