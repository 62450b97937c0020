// A client of a cluster, in the hand of the embedding program: what its user would do, and what its user would see.
//
//   ClusterClient ann = cluster->client("client-1");   // before start(), so that nothing she receives is missed
//   cluster->start();
//   cluster->run_until([&] { return ann.connected(); }, 5s);
//   ann.join("room");
//   ann.send("room", "hello");
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <roundhouse/ids.h>
#include <roundhouse/instant.h>

namespace roundhouse {

class ClientAccess;

/// Each client in hand keeps so many messages, and so many events; beyond them the oldest are forgotten.
inline constexpr std::size_t received_max = 100'000;

/// A message as it arrived: an event that was emitted to a room, or to all. Of the built-in chat, `room-msg`.
struct ReceivedMessage {
  Instant at;
  std::string event;    ///< `room-msg`
  std::string sender;   ///< the client whose send() it is; empty where the application said it of itself
  std::string room;     ///< member `room` of the first argument; empty where there is none
  std::string payload;  ///< member `pad` of the first argument; empty where there is none
  MessageId message;
};

/// Any event that arrived, messages included.
struct ReceivedEvent {
  Instant at;
  std::string name;
  std::string arguments_json;  ///< an array, as it travelled
};

/// The arguments of an acknowledgement, a JSON array. Called while the cluster runs: it may note things, but not act on the cluster.
using ClientAckHandler = std::function<void(std::string_view arguments_json)>;

/// A handle: copy it, keep it as long as the cluster lives.
///
/// Acting (join, leave, send, emit, connect, disconnect) happens now, and is written into the trace as the step that it is.
/// Errors: acting throws UsageError before start(), after finish(), from within a ClientAckHandler, and while the client's process is
/// not up (not started yet, killed, paused). A client that is up but not connected keeps what it is given to say, as socket.io-client
/// does, and says it once it has connected.
class ClusterClient {
 public:
  std::string_view name() const;

  void join(std::string_view room) const;
  void leave(std::string_view room) const;
  /// \param payload  the text to say, UTF-8
  MessageId send(std::string_view room, std::string_view payload) const;
  /// An event of one's own application.
  /// \param arguments_json  a JSON array such as `[1,"two"]`
  /// Errors: UsageError for an empty or reserved event name, and for arguments that are no array.
  void emit(std::string_view event, std::string_view arguments_json = "[]",
            ClientAckHandler on_ack = {}) const;
  /// Says goodbye, and stays away until connect().
  void disconnect() const;
  /// Does nothing where it is connected or about to be.
  void connect() const;

  /// Its process is up: started, and neither killed nor paused.
  bool running() const;
  /// Its Socket.IO socket is connected, as it sees it.
  bool connected() const;
  /// It is connected, and came from polling to WebSocket.
  bool upgraded() const;
  /// Of its Socket.IO socket; empty while it is not connected.
  std::string socket_id() const;
  /// The instance that serves it now; empty while it is not connected.
  std::string instance() const;
  /// The rooms that it is in, as its instance sees them, in the order of joining.
  std::vector<std::string> rooms() const;

  /// What arrived, in the order of arriving, over all its connections and lives.
  /// Errors: UsageError where Cluster::client() first gave out this client after start(): what came before was not kept.
  const std::deque<ReceivedMessage>& received() const;
  const std::deque<ReceivedEvent>& events() const;

 private:
  friend class ClientAccess;
  ClusterClient(ClientAccess& cluster, std::size_t seat) : cluster_(&cluster), seat_(seat) {}

  ClientAccess* cluster_;
  std::size_t seat_;
};

}  // namespace roundhouse
