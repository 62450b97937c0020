// The records a trace is made of. One fixed shape of 64 bytes for every kind; which slots a kind uses, and under which
// name, is said once, in the table of sim/trace/record_fields.
#pragma once

#include <cstdint>

#include <roundhouse/ids.h>
#include <roundhouse/instant.h>
#include <roundhouse/mark.h>

namespace roundhouse {

enum class RecordKind : std::uint8_t {
  run_begin,
  entity,
  step,
  up,
  down,
  link,
  config,
  open,
  refused,
  end,
  route,
  peer,
  answer,
  request,
  session,
  socket,
  join,
  leave,
  client,
  send,
  accept,
  publish,
  position,
  hop,
  lost,
  held,
  deliver,
  handed,
  ack,
  effect,
  drop,
  store,
  buffer,
  sample,
  predict,
  say,
  mark,
  verdict,
  run_end,
  text,  ///< continuation: a further text of the record before it
};

/// Why bytes that carry a mark were dropped. There is no "unknown": whoever drops says why.
enum class Cause : std::uint8_t {
  none,
  dead,      ///< the receiver's process ended
  cut,       ///< a link was cut
  reset,     ///< the connection was reset
  closed,    ///< the peer closed by its own decision
  refused,   ///< the connection was refused
  overflow,  ///< a named limit was reached
  timeout,
  gone,      ///< the session no longer exists
  away,      ///< owed to a socket whose client was not connected when it was to be sent
  restart,   ///< the broker lost it
  no_broker  ///< other instances have members, and nothing connects the instances
};

/// How something begins or ends: `how` of up, down and end.
enum class How : std::uint8_t { none, start, stop, kill, lost, pause, go_on, fin, half, reset, timeout };

/// `how` of a `session` record.
enum class SessionPhase : std::uint8_t { none, opened, upgraded, closed, recovered };
/// `how` of a `socket` record.
enum class SocketPhase : std::uint8_t { none, connected, refused, disconnected };
/// `how` of `join` and `leave`: the client asks, the app has done it, the client saw the acknowledgement.
enum class MemberPhase : std::uint8_t { none, asked, done, undone };
/// `how` of a `client` record. `open`: its CONNECT was answered.
enum class ClientPhase : std::uint8_t {
  none,
  connecting,
  open,
  upgraded,
  error,
  closed,
  backoff,
};
/// `how` of a `drop` record: why leaving it out is no loss.
enum class DropReason : std::uint8_t { none, own_echo, not_a_member, volatile_packet, duplicate, except };
/// `how` of a `route` record: `home` is where the client's address, key or cookie leads.
enum class RouteChoice : std::uint8_t { first, home, next_try };
/// `code` of a `route` record: what led to the peer, and so what `value` is.
enum class RouteReason : std::uint16_t {
  none,
  turn,          ///< smooth weighted round robin
  only_server,   ///< the upstream has one server
  backups,       ///< no primary is usable: the backups take turns
  misses,        ///< 20 servers in a row could not be taken: turns
  empty_key,     ///< the key of `hash` is empty: turns
  address_hash,  ///< `value`: the hash of the client's address
  key_hash,      ///< `value`: the sum of the key's hashes
  ring,          ///< `value`: the point of the ring
  draw,          ///< `value`: the draw among the sum of weights
  two_draws,     ///< `value`: the second draw; the fewer connections for the weight
  fewest_conns,  ///< `value`: its connections before this one
  equal_conns,   ///< as many connections for the weight as another: turns among these
  cookie,        ///< the sticky cookie names it
  nobody         ///< no server is usable: there is no peer
};
/// `how` of a `text` record that follows a `route`: what it says of the peer in `subject`.
enum class RouteNote : std::uint8_t {
  none,
  passed_over,    ///< not usable, and why
  rival,          ///< compared with the chosen one, and why it came second
  client_address  ///< no peer: the client's address where realip has found another than the connection's
};
/// `how` of a `peer` record.
enum class PeerPhase : std::uint8_t { none, failed, out, probation, back };

/// One row. Slots that a kind does not use are zero.
struct Record {
  Instant at = {};   ///< filled in by the writer's Host
  EntityId by = {};  ///< filled in by the writer's Host
  RecordKind kind = RecordKind::run_begin;
  std::uint8_t how = 0;    ///< an enumeration that depends on the kind
  std::uint16_t code = 0;  ///< a small number: HTTP status, attempt, error code
  MessageId message = {};
  std::uint32_t connection = 0;  ///< ConnectionId::serial
  EntityId other = {};           ///< the other party
  TextId subject = {};           ///< what it is about: sid, room, text of an entity's name
  TextId text = {};              ///< more words: reason, policy, namespace
  std::uint64_t value = 0;
  std::uint64_t extra = 0;
  std::uint64_t more = 0;

  friend constexpr bool operator==(const Record&, const Record&) = default;
};
static_assert(sizeof(Record) == 64);

}  // namespace roundhouse
