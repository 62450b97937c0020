// What a cluster does for the handles of its clients. A handle knows its seat and nothing else.
#pragma once

#include <cstddef>

#include <roundhouse/client.h>
#include <roundhouse/step.h>
#include <roundhouse/trace.h>
#include "sim/cluster/inbox.h"

namespace roundhouse {

class Client;

class ClientAccess {
 public:
  virtual std::string_view client_name(std::size_t seat) const = 0;
  virtual EntityId client_entity(std::size_t seat) const = 0;
  virtual const Trace& client_trace() const = 0;
  /// Null while its process is down.
  virtual const Client* running_client(std::size_t seat) const = 0;
  virtual bool client_up(std::size_t seat) const = 0;
  /// Null where the client was not taken in hand before the start.
  virtual const Inbox* client_inbox(std::size_t seat) const = 0;
  /// Carries out a verb of clients, now. Returns the message of `send`.
  virtual MessageId act(std::size_t seat, const Step& step, ClientAckHandler on_ack) = 0;

 protected:
  ~ClientAccess() = default;
  ClusterClient handle(std::size_t seat) { return ClusterClient(*this, seat); }
};

}  // namespace roundhouse
