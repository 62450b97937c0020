// Host and Party: the only door between what a party says and the world that carries it.
//
// A party (client, proxy, app, broker) never touches a socket, a clock or a thread. It asks its Host, and the Host calls
// it back. The same party runs on virtual time and on loopback sockets and cannot tell which.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include <roundhouse/address.h>
#include <roundhouse/bytes.h>
#include <roundhouse/ids.h>
#include <roundhouse/instant.h>
#include <roundhouse/mark.h>
#include <roundhouse/random.h>
#include <roundhouse/record.h>

namespace roundhouse {

/// How a party closes its end. `fin` flushes what is queued first; `reset` drops it.
enum class Close : std::uint8_t { fin, reset };

/// Why a connection is gone, or never came to be.
enum class CloseReason : std::uint8_t {
  finished,   ///< both directions ended in order
  reset,      ///< the peer, or a fault, reset it
  refused,    ///< nobody listens there
  timed_out,  ///< no answer to the connect, or retransmissions ran out
  unknown_host
};

struct ConnectRequest {
  Address to;
  std::optional<Address> from = {};  ///< port 0: any. Host `*`: the node's, or any towards outside
};

struct Accepted {
  Address listener;  ///< as given to listen()
  Address local;
  Address peer;  ///< host and port that the connection comes from, e.g. 127.0.7.1:40112
};

/// All that a party may ask of the world; one for each incarnation of a node. No call returns into the party.
class Host {
 public:
  virtual ~Host() = default;

  virtual Instant now() const = 0;
  /// Seconds since the Unix epoch at the start of the run; a `Date:` header needs it. A constant in the virtual world.
  virtual std::int64_t epoch_seconds_at_start() const = 0;
  /// The node's name in scenario and trace (`app-1`), its address (`127.1.0.1`), its entity and which incarnation this is (from 1).
  virtual std::string_view name() const = 0;
  virtual std::string_view ip() const = 0;
  virtual EntityId self() const = 0;
  virtual std::uint32_t incarnation() const = 0;
  /// Who lives at this address (without a port), for records that name a peer. Empty where the world cannot tell.
  virtual EntityId entity_at(std::string_view /*ip*/) const { return {}; }
  /// A keyed stream of draws: the same seed, party, purpose, peer and n give the same draws. Mix incarnation() into n where a
  /// restarted node must not repeat itself.
  virtual Random random(Purpose purpose, Name peer = {}, std::uint64_t n = 0) = 0;

  /// Accepts connections on an address of this node. Errors: an address in use is a scenario error that the world reports;
  /// several parties may share one address, the seed chooses.
  virtual void listen(const Address& address) = 0;
  virtual void stop_listening(const Address& address) = 0;
  /// Begins to connect. Answered by on_open or on_close.
  virtual ConnectionId connect(const ConnectRequest& request) = 0;

  /// Queues all the bytes and returns how many are queued behind the connection now. Above the high mark
  /// (`send_high_mark`) a polite party stops until on_drain. Sending before on_open is allowed, after one's own close is not.
  virtual std::size_t send(ConnectionId connection, ByteView bytes, Marks marks = {}) = 0;
  virtual std::size_t send(ConnectionId connection, SharedBytes bytes, Marks marks = {}) = 0;
  virtual void pause_reading(ConnectionId connection, bool paused) = 0;
  /// Ends this end; no callback for the connection comes after it.
  virtual void close(ConnectionId connection, Close how) = 0;

  /// Calls on_timer(tag) once, at `at` or as soon as possible after.
  virtual TimerId wake_at(Instant at, std::uint64_t tag) = 0;
  virtual void cancel(TimerId timer) = 0;
  /// This party's CPU is taken for so long: its callbacks wait until then.
  virtual void busy(Duration span) = 0;

  /// The id of a text in the run's table; the same text has the same id. Keep it where it is used often.
  virtual TextId text(std::string_view text) = 0;
  virtual std::string_view text_of(TextId id) const = 0;
  /// Writes what happened, and why. `at` and `by` are filled in.
  virtual void record(Record record) = 0;
  /// A message id that no other message of the run has.
  virtual MessageId new_message() = 0;

  // A mark for everything sent: the common case in one call.
  std::size_t send(ConnectionId connection, ByteView bytes, Mark mark) {
    const PlacedMark placed{static_cast<std::uint32_t>(bytes.size()), mark};
    return send(connection, bytes, mark ? Marks(&placed, 1) : Marks());
  }
  std::size_t send(ConnectionId connection, SharedBytes bytes, Mark mark) {
    const PlacedMark placed{static_cast<std::uint32_t>(bytes->size()), mark};
    return send(connection, std::move(bytes), mark ? Marks(&placed, 1) : Marks());
  }
};

/// Bytes queued behind a connection above which a party should stop, and below which on_drain comes.
inline constexpr std::size_t send_high_mark = 256 * 1024;
inline constexpr std::size_t send_low_mark = 64 * 1024;

/// One of the four. The world calls; a call never comes from within a Host call.
class Party {
 public:
  virtual ~Party() = default;

  /// The node is up: listen, connect, set timers.
  virtual void on_start() {}
  virtual void on_accept(ConnectionId, const Accepted&) {}
  virtual void on_open(ConnectionId) {}
  virtual void on_data(ConnectionId, ByteView, Marks) {}
  /// The peer's FIN: no more data comes; we may still write.
  virtual void on_end(ConnectionId) {}
  /// The queue has fallen below the low mark.
  virtual void on_drain(ConnectionId) {}
  /// The connection is gone (reset, refused, timed out, or both sides have finished). The id is dead.
  virtual void on_close(ConnectionId, CloseReason) {}
  virtual void on_timer(std::uint64_t /*tag*/) {}
  /// A request to end in good order (SIGTERM): say goodbye, stop listening.
  virtual void on_stop() {}
  /// The run ends, or the process dies: write a `held` record for each marked message that waits in a buffer of this party. Only
  /// Host::record may be called. Of a dying process the world makes them `lost` (dead).
  virtual void on_run_end() {}
  /// A guess, possibly wrong: on_data will come for this connection soon. A party with many connections may prefetch what it keeps of
  /// it. Changes nothing; must bear an id that is dead or was never its own.
  virtual void foresee(ConnectionId) const {}
};

}  // namespace roundhouse
