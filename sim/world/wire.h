// One TCP connection of the virtual world: two ends, two directions, and the chunks on their way. State only; what happens to it
// is said in virtual_connecting, virtual_traffic and virtual_breaks.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <utility>
#include <vector>

#include <roundhouse/host.h>
#include <roundhouse/record.h>

#include "sim/world/pool.h"

namespace roundhouse {

/// On whose behalf something happens: a client, and which of its sends began it. Draws on wires that many clients share are keyed by
/// it, so that a client's draws stay the same when another client is left out. `action` 0: no particular send.
struct Origin {
  std::uint32_t node = 0;
  std::uint32_t action = 0;
  friend bool operator==(const Origin&, const Origin&) = default;
};

/// A mark on its way: where it lies in the chunk, and how many bytes it stands for.
struct WireMark {
  std::uint32_t end = 0;
  std::uint32_t bytes = 0;
  Mark mark;
};

enum class ChunkKind : std::uint8_t { data, syn, syn_ack, ack, refusal, fin, rst };

/// What travels as one piece. Small bytes lie inside, long ones are a slice of shared bytes. What every chunk needs comes first, in
/// one cache line.
struct alignas(64) Chunk {
  static constexpr std::size_t inside_max = 200;

  std::int64_t arrival = 0;
  std::int64_t departed = 0;  ///< when the party sent it
  std::uint64_t sequence = 0;
  Origin origin;
  std::uint32_t next = 0;
  std::uint32_t size = 0;
  std::uint32_t offset = 0;  ///< into `shared`
  ChunkKind kind = ChunkKind::data;
  bool may_join = false;  ///< with the chunk before it, where both arrive at one instant
  bool marked = false;    ///< `first` holds a mark
  SharedBytes shared;
  std::array<char, inside_max> inside;
  WireMark first;
  std::vector<WireMark> more;

  ByteView bytes() const { return {shared ? shared->data() + offset : inside.data(), size}; }
  void add(const WireMark& mark) {
    if (marked) {
      more.push_back(mark);
    } else {
      first = mark;
      marked = true;
    }
  }
};

/// A queue of chunks, linked through the pool in a ring: the last knows the first.
class ChunkList {
 public:
  bool empty() const { return last_ == 0; }
  std::uint32_t front(Pool<Chunk>& chunks) const { return chunks[last_].next; }
  void push_back(Pool<Chunk>& chunks, std::uint32_t index) {
    chunks[index].next = last_ == 0 ? index : std::exchange(chunks[last_].next, index);
    last_ = index;
  }
  template <class Visit>
  void for_each(Pool<Chunk>& chunks, Visit visit) const {
    if (last_ == 0) return;
    for (std::uint32_t i = chunks[last_].next;; i = chunks[i].next) {
      visit(chunks[i]);
      if (i == last_) return;
    }
  }
  std::uint32_t pop_front(Pool<Chunk>& chunks) {
    const std::uint32_t index = chunks[last_].next;
    if (index == last_) {
      last_ = 0;
    } else {
      chunks[last_].next = chunks[index].next;
    }
    return index;
  }

 private:
  std::uint32_t last_ = 0;
};

/// One direction of a connection: a cache line.
struct alignas(64) Pipe {
  std::uint64_t bytes = 0;        ///< sent by the party so far
  std::int64_t last_arrival = 0;  ///< nothing overtakes
  std::uint64_t key = 0;          ///< of the direction's draws
  Origin foreign;                 ///< whose draws on this wire came last, and how many
  std::uint32_t foreign_draws = 0;
  std::uint32_t own_draws = 0;
  ChunkList queue;                ///< not sent yet: no room in the receiver's window, or not open yet
  ChunkList flight;               ///< on the wire, in order of arrival
  ChunkList arrived;              ///< in the receiver's kernel, unread
  std::uint32_t queued = 0;       ///< bytes in `queue`
  std::uint32_t window_used = 0;  ///< bytes in flight or unread
  std::uint16_t stall_epoch = 0;
  bool scheduled : 1 = false;        ///< an `arrive` is due
  bool stalled : 1 = false;          ///< waits for a link to heal or a host to come back
  bool behind_cut : 1 = false;       ///< it is a cut link that it waits for
  bool window_pending : 1 = false;   ///< a `window` is due
  bool deliver_pending : 1 = false;  ///< a `deliver` is due or held
  bool fin_arrived : 1 = false;
  bool ack_lost : 1 = false;  ///< the way back is cut: what arrived is not acknowledged
};
static_assert(sizeof(Pipe) == 64);

enum class EndState : std::uint8_t {
  none,     ///< not accepted yet
  opening,  ///< connect() was called
  open,
  broken,  ///< gone in the kernel; the party will hear of it
  gone     ///< closed by the party, or the party has heard
};

/// One party's end of it.
struct End {
  std::uint32_t node = 0;
  std::uint32_t slot = 0;
  EndState state = EndState::none;
  CloseReason reason = CloseReason::finished;  ///< for on_close
  Cause cause = Cause::none;                   ///< of marks that reach an end that is gone
  bool reading_paused : 1 = false;
  bool above_high : 1 = false;
  bool silent : 1 = false;  ///< its host is lost
  bool rst_sent : 1 = false;
  bool unaccepted : 1 = false;  ///< in the kernel's backlog

  bool live() const {
    return state == EndState::opening || state == EndState::open || state == EndState::broken;
  }
};

/// A wire's index and one of its sides, in one number. 0: none.
struct WireSide {
  std::uint32_t value = 0;
  static WireSide of(std::uint32_t index, std::uint32_t side) { return {index << 1 | side}; }
  std::uint32_t index() const { return value >> 1; }
  std::uint32_t side() const { return value & 1; }
};

/// `ends[0]` connects, `ends[1]` accepts; `pipes[d]` leads from ends[d] to ends[1 - d]. What both directions need comes first, in
/// one cache line: a message that passes touches that and its direction's.
struct alignas(64) Wire {
  std::uint32_t serial = 0;   ///< 0: free
  std::uint32_t opening = 0;  ///< what only the handshake needs
  std::uint32_t origin = 0;   ///< the node on whose behalf it was opened
  std::uint32_t link_version = 0;
  std::array<std::uint32_t, 2> links{};  ///< by direction, as of link_version
  std::array<WireSide, 2> sent_next{};   ///< by direction: where its sender sent after it, the last time
  std::array<End, 2> ends;
  std::uint8_t closer = 0;  ///< the end that began to close
  bool established = false;
  bool counted = false;  ///< among the open connections; its `end` is not written yet
  std::array<Pipe, 2> pipes;
};
static_assert(sizeof(Wire) == 192, "an idle connection, both ends, costs 192 bytes");

/// What is needed from connect() to accept.
struct Opening {
  std::string ip;
  std::uint16_t port = 0;
  Address from;
  Address listener;
  std::uint32_t incarnation = 0;  ///< of the accepting node
  std::int64_t began = 0;
  std::uint64_t draw = 0;  ///< chooses among several listeners
};

}  // namespace roundhouse
