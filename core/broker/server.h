// What the commands work on: the clients, their subscriptions, and the one order of all that is published.
// Private to this room; the world sees Broker.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <roundhouse/host.h>
#include "core/base/marked_bytes.h"
#include "core/broker/departed.h"
#include "core/broker/options.h"
#include "core/broker/output_limit.h"
#include "core/broker/subscribers.h"
#include "core/resp/command_reader.h"

namespace roundhouse::broker {

/// One connection, from accept to its end.
struct Client {
  Client(ConnectionId its_connection, std::uint64_t its_id, Address its_peer, resp::CommandLimits limits)
      : connection(its_connection), id(its_id), peer(std::move(its_peer)), reader(limits) {}

  ConnectionId connection;
  std::uint64_t id;
  Address peer;
  Bytes name;
  int database = 0;
  resp::CommandReader reader;
  MarkQueue marks;
  Names channels;
  Names patterns;
  OutputLimit output;
  bool cut_off = false;     ///< over its output limit; closed at the end of the turn
  bool last_reply = false;  ///< close when the replies are out (QUIT, protocol error)
  bool paused = false;      ///< does not read its replies, so its commands wait
  TimerId soft_timer;

  std::size_t subscriptions() const { return channels.size() + patterns.size(); }
};

class Server {
 public:
  Server(Host& host, BrokerOptions options);

  Host& host() { return host_; }
  const BrokerOptions& options() const { return options_; }

  void accept(ConnectionId connection, const Accepted& accepted);
  /// One turn: reads, executes, answers, then closes what must be closed.
  void received(ConnectionId connection, ByteView bytes, Marks marks);
  void ended(ConnectionId connection);
  void drained(ConnectionId connection);
  void closed(ConnectionId connection);
  void timer(std::uint64_t tag);
  void stop();
  void run_ends();

  // For the commands.
  void subscribe(Client& client, ByteView channel);
  bool unsubscribe(Client& client, ByteView channel);
  void psubscribe(Client& client, ByteView pattern);
  bool punsubscribe(Client& client, ByteView pattern);
  void unsubscribe_all(Client& client);
  /// Sends to all subscribers; returns the number of matches, as PUBLISH does.
  std::size_t publish(ByteView channel, ByteView payload, MessageId message);
  const Subscribers& channels() const { return channels_; }
  const Subscribers& patterns() const { return patterns_; }
  std::size_t clients() const { return client_count_; }
  std::uint64_t accepted() const { return next_client_id_ - 1; }
  std::uint64_t commands() const { return commands_; }
  /// 40 hexadecimal digits, another text for every incarnation.
  std::string run_id() const;

 private:
  Client* find(ConnectionId connection);
  void deliver(ConnectionId connection, const SharedBytes& frame, Mark copy);
  void execute(Client& client, std::span<const ByteView> arguments, Bytes& reply);
  void flush(Client& client, Bytes& reply);
  void cut_off_the_slow();
  /// Takes the client out of all books. `why` is set where it left without saying goodbye.
  void forget(Client& client, Cause why);
  void drop_marks(Client& client, Cause why);
  void lost(MessageId message, What what, Cause why, std::uint32_t connection, EntityId other);

  Host& host_;
  BrokerOptions options_;
  std::vector<std::unique_ptr<Client>> clients_;  // by slot
  std::size_t client_count_ = 0;
  std::uint64_t next_client_id_ = 1;
  std::uint64_t position_ = 0;
  std::uint64_t commands_ = 0;
  Subscribers channels_;
  Subscribers patterns_;
  Departed departed_;
  std::vector<ConnectionId> slow_;  // to be cut off at the end of this turn
};

}  // namespace roundhouse::broker
