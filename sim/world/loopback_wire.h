// What the two ends of one connection share beside their sockets: its number, who stands at each end, and the marks that
// travel beside the bytes. Marks never enter the bytes: they wait here until the other end has read as far as they lie.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include <roundhouse/mark.h>
#include <roundhouse/trace.h>
#include <roundhouse/world.h>

#include "sim/world/loopback_socket.h"

namespace roundhouse::loopback {

struct Connection;

/// One direction: bytes counted at both ends, and the marks between them.
class Flow {
 public:
  /// The sender hands over `bytes` with these marks; they have left at `now`.
  void depart(std::size_t bytes, Marks marks, Instant now);
  /// Bytes to which no mark belongs: the receiver is not ours.
  void depart(std::size_t bytes) { sent_ += bytes; }

  struct Flying {
    std::uint64_t end = 0;  // stream offset behind the last byte
    Mark mark;
    std::uint32_t bytes = 0;  // since the mark before it in the same send
    Instant departed;
  };
  /// The receiver has read `bytes` more. The marks in them stay valid until the next call; `placed` gets their places in the chunk.
  std::span<const Flying> arrive(std::size_t bytes, std::vector<PlacedMark>& placed);
  /// Marks that have not arrived, from the stream offset `from` on. Valid until the next call.
  std::span<const Flying> flying(std::uint64_t from = 0) const;
  /// Forgets the marks from there on.
  void drop(std::uint64_t from = 0);

  std::uint64_t sent() const { return sent_; }
  std::uint64_t received() const { return received_; }

 private:
  std::uint64_t sent_ = 0;
  std::uint64_t received_ = 0;
  std::vector<Flying> marks_;
  std::size_t first_ = 0;  // those before it have arrived
};

struct Wire {
  std::uint32_t serial = 0;
  std::uint32_t index = 0;           // place in the world's pool
  std::array<Connection*, 2> end{};  // [0] dialled, [1] accepted; null where there is none
  std::array<NodeId, 2> node{};      // empty where the end is not ours
  std::array<EntityId, 2> entity{};
  std::array<Flow, 2> flow;  // [side of the sender]
  bool used = false;
  bool opened = false;
  bool foreign = false;     // one end is a program outside: marks end there
  bool unaccepted = false;  // dialled to a node of ours that has not taken it from the kernel yet
  How how = How::fin;       // how it ends
  int ended_by = -1;        // the side that began to end it
  Endpoint::Key to;         // while unaccepted: the ends as the kernel has them
  Endpoint::Key from;

  bool ours(int side) const { return static_cast<bool>(node[static_cast<std::size_t>(side)]); }
};

/// Writes the world's records about marks and connections.
class WireRecords {
 public:
  explicit WireRecords(Trace& trace) : trace_(trace) {}

  void open(const Wire& wire, Instant now);
  void refused(const Wire& wire, How how, Instant now);
  void end(const Wire& wire, Instant now);
  /// What the sender has queued has passed the high mark, or has fallen below the low one.
  void buffer(const Wire& wire, int sender, std::size_t depth, Instant now);
  void hop(const Wire& wire, int sender, const Flow::Flying& mark, Instant now);
  /// A `lost` record for each mark of the direction from that stream offset on; the marks are gone then.
  void lost(Wire& wire, int sender, std::uint64_t from, Cause cause, Instant now);
  void held(const Wire& wire, int sender, Instant now);

 private:
  Record about(RecordKind kind, const Wire& wire, int writer, Instant now) const;
  Trace& trace_;
};

}  // namespace roundhouse::loopback
