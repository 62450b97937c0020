// The one fold over a run's records: who is up, who is connected where, what is owed to whom, and the figures of the summary.
// A window, a report, the books and the checkers ask it; none of them counts by itself.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <roundhouse/ids.h>
#include <roundhouse/instant.h>
#include <roundhouse/record.h>
#include <roundhouse/trace.h>

namespace roundhouse {

class LatencyHistogram;

inline constexpr std::size_t record_kinds = static_cast<std::size_t>(RecordKind::text) + 1;
inline constexpr std::size_t causes = static_cast<std::size_t>(Cause::no_broker) + 1;

/// Losses by Cause; index with static_cast<std::size_t>(cause).
using CauseCounts = std::array<std::uint64_t, causes>;

/// `how` that the fold stamps on `deliver` and `handed`.
enum class Owed : std::uint8_t { none, owed, unowed, duplicate };

enum class EntityLife : std::uint8_t { none, up, paused, down };

/// Completed messages are remembered so long, oldest forgotten first, in order to tell a duplicate, or a delivery after a loss, from one
/// that nobody owed. Beyond it such a delivery counts as unowed.
inline constexpr std::size_t remembered_messages_max = 4096;
inline constexpr std::size_t remembered_pairs_max = 65'536;

class State {
 public:
  State();
  ~State();
  State(const State& other);
  State& operator=(const State& other);
  State(State&&) noexcept;
  State& operator=(State&&) noexcept;
  /// Equal in all that they keep, so whatever one answers, now and after any further records, the other answers too.
  friend bool operator==(const State& a, const State& b);
  /// About how much memory it takes. Walks over the messages it keeps.
  std::size_t bytes() const;

  /// Records come in the order of writing. Stamps `how` of `deliver` and `handed` with Owed; changes nothing else.
  void apply(Record& record);

  /// All that is counted, once each. A pair is one message owed to one Socket.IO socket.
  struct Counts {
    std::uint64_t connect_attempts = 0;
    std::uint64_t connected = 0;  ///< times a client saw its CONNECT answered
    std::uint64_t upgraded = 0;

    std::uint64_t sends = 0;
    std::uint64_t accepts = 0;          ///< of messages that a client of ours sent
    std::uint64_t accepts_foreign = 0;  ///< of messages whose sender wrote no `send`
    std::uint64_t lost_before_accept = 0;
    std::uint64_t sends_pending = 0;  ///< neither accepted nor lost yet
    std::uint64_t sends_held = 0;     ///< of the pending: a `held` record says where they wait

    std::uint64_t deliveries_owed = 0;  ///< pairs, less those that a `drop` showed not to be owed
    std::uint64_t deliveries = 0;       ///< owed pairs delivered
    std::uint64_t deliveries_unowed = 0;
    std::uint64_t duplicates = 0;
    std::uint64_t lost = 0;           ///< owed pairs lost
    std::uint64_t pairs_pending = 0;  ///< owed, neither delivered nor lost yet
    std::uint64_t pairs_held = 0;

    std::uint64_t acks = 0;
    std::uint64_t not_owed_after_all = 0;  ///< pairs that a `drop` took back
    std::uint64_t lost_unowed = 0;         ///< `lost` records that concern no owed pair
    std::uint64_t lost_replies = 0;
    std::uint64_t lost_joins = 0;
    std::uint64_t lost_without_cause = 0;  ///< `lost` records with Cause::none: whoever drops must say why

    friend bool operator==(const Counts&, const Counts&) = default;
  };
  const Counts& counts() const;
  const CauseCounts& lost() const;                ///< owed pairs
  const CauseCounts& lost_before_accept() const;  ///< sends
  std::uint64_t in_flight() const;                ///< pending sends and pending pairs
  std::uint64_t records(RecordKind kind) const;
  Instant last_at() const;  ///< of the last record

  /// Spans between a message's acceptance (or its sending) and its delivery to those it was owed to. Quantiles are within 1 %; `max` is exact.
  struct Latency {
    std::uint64_t count = 0;
    Duration p50{};
    Duration p95{};
    Duration p99{};
    Duration max{};
  };
  Latency accept_to_deliver() const;
  Latency send_to_deliver() const;
  /// Of the deliveries since `before`, which is a copy of send_to_deliver_spans() at some earlier moment of this run.
  Latency send_to_deliver_since(const LatencyHistogram& before) const;
  const LatencyHistogram& send_to_deliver_spans() const;

  /// In the order of first occurrence. A client's: the error's text, and the HTTP status or 0. A request's: no text; status and
  /// Engine.IO error code.
  struct Failure {
    TextId text;
    std::uint16_t status = 0;
    std::int32_t code = -1;  ///< 0 to 5; -1: none
    std::uint64_t count = 0;

    friend bool operator==(const Failure&, const Failure&) = default;
  };
  const std::vector<Failure>& failures() const;
  /// The HTTP statuses from 400 on that the proxy answered with, its own and the instances', in the order of first occurrence.
  struct ErrorAnswers {
    std::uint16_t status = 0;
    std::uint64_t count = 0;

    friend bool operator==(const ErrorAnswers&, const ErrorAnswers&) = default;
  };
  const std::vector<ErrorAnswers>& error_answers() const;

  struct EntityState {
    EntityKind kind = EntityKind::none;
    EntityLife life = EntityLife::none;
    How how = How::none;  ///< how it came up or went down last
    std::uint32_t incarnation = 0;

    friend bool operator==(const EntityState&, const EntityState&) = default;
  };
  EntityState entity(EntityId id) const;

  struct ClientState {
    ClientPhase phase = ClientPhase::none;  ///< the last one written
    bool open = false;                      ///< its Socket.IO socket is connected, as it sees it
    bool upgraded = false;                  ///< since the last `connecting`
    std::uint8_t transport = 0;             ///< 0 polling, 1 websocket; as last written
    std::uint32_t attempts = 0;
    TextId socket;      ///< the sid it got last
    EntityId instance;  ///< where it connected last; empty before, and where a foreign instance wrote nothing
    std::uint32_t moves = 0;  ///< times that it connected on another instance than before

    friend bool operator==(const ClientState&, const ClientState&) = default;
  };
  ClientState client(EntityId id) const;
  std::uint64_t clients_open() const;      ///< now
  std::uint64_t clients_upgraded() const;  ///< now open, and on WebSocket after an upgrade
  std::uint64_t clients_moved() const;     ///< that connected again on another instance, at least once

  /// An app instance as its own records show it, in the order of first session.
  struct Instance {
    EntityId id;
    std::uint64_t sessions_opened = 0;
    std::uint64_t sessions_now = 0;
    std::uint64_t sessions_ended_with_it = 0;  ///< open in its memory when it went down last

    friend bool operator==(const Instance&, const Instance&) = default;
  };
  const std::vector<Instance>& instances() const;
  /// An Engine.IO session, open or not; empty where no instance ever opened it.
  struct Session {
    EntityId instance;
    bool open = false;
  };
  std::optional<Session> session(TextId sid) const;

  struct Socket {
    TextId sid;
    TextId session;  ///< Engine.IO sid
    TextId name_space;
    EntityId client;
    EntityId instance;
    bool client_open = false;
    bool app_connected = false;
  };
  std::optional<Socket> socket(TextId sid) const;
  std::uint64_t sockets_connected() const;  ///< now, as the apps see it

  /// One socket in one room. `must`: a message accepted now for the room is owed to it. `may`: a delivery would be no fault.
  struct Membership {
    TextId room;
    TextId socket;
    bool must = false;
    bool may = false;
  };
  std::vector<Membership> rooms_of(TextId sid) const;
  /// By first use of the room, then by socket. Empty room: none, not all.
  std::vector<Membership> members_of(TextId room) const;
  /// The sockets to which a message accepted now for `room` (empty: everyone) is owed, by first appearance in the run. `sender`: the
  /// sender's sid, whose namespace is meant; empty: all namespaces.
  std::vector<TextId> owed_now(TextId room, TextId sender) const;
  struct Room {
    TextId name;
    TextId name_space;
    std::uint64_t must = 0;  ///< sockets to which a message accepted now is owed
  };
  std::vector<Room> rooms() const;

  /// What is on its way: a pair, or (`socket` empty) a send that no app has accepted yet.
  struct Open {
    MessageId message;
    TextId socket;
    TextId room;
    EntityId at;  ///< the instance that accepted it, or the client that sent it
    Instant since;
    bool held = false;
  };
  /// At most `max`, unheld ones first, by message id.
  std::vector<Open> open(std::size_t max) const;

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

/// `xhr post error 400` for a client's, `400 code 1` for a request's.
std::string words_of(const State::Failure& failure, const Trace& trace);

}  // namespace roundhouse
