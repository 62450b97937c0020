// The accounts of messages: what was sent, what is owed to which socket, and what became of it. Every pair of message and socket is
// resolved once; a delivery that comes after a loss takes the loss back.
#pragma once

#include <vector>

#include <roundhouse/record.h>
#include <roundhouse/state.h>
#include "sim/trace/latency_histogram.h"
#include "sim/trace/message_table.h"
#include "sim/trace/socket_table.h"

namespace roundhouse {

class Ledger {
 public:
  void send(const Record& record);
  void accept(const Record& record, SocketTable& sockets);
  Owed deliver(const Record& record, SocketTable& sockets);
  void lost(const Record& record, SocketTable& sockets);
  void held(const Record& record, SocketTable& sockets);
  void drop(const Record& record, SocketTable& sockets);
  /// The socket is no more: what was still on its way to it is lost, until a delivery says otherwise.
  void socket_ended(std::uint32_t socket, Cause cause, SocketTable& sockets);
  /// The socket is out of the room: what was still on its way to it there is owed no longer.
  void left(std::uint32_t socket, TextId room, SocketTable& sockets);
  void instance_ended(EntityId instance, SocketTable& sockets);

  State::Counts counts;
  CauseCounts lost_pairs{};
  CauseCounts lost_sends{};
  LatencyHistogram accept_to_deliver;
  LatencyHistogram send_to_deliver;
  const std::vector<Message>& messages() const { return messages_.all(); }
  /// About how much memory it takes.
  std::size_t bytes() const;

  friend bool operator==(const Ledger&, const Ledger&) = default;

 private:
  void open(Message& message, Pair& pair, SocketTable& sockets);
  void lose(Message& message, Pair& pair, Cause cause, SocketTable& sockets);
  void take_back_loss(Pair& pair);
  void close(Message& message, Pair& pair, PairFate fate, SocketTable& sockets);
  void hold(Pair& pair);
  void lose_on_the_way_in(Message& message, Cause cause);
  void end_pending_of(EntityId instance, std::uint32_t socket, Cause cause, SocketTable& sockets);
  void complete(Message& message);

  MessageTable messages_;
};

}  // namespace roundhouse
