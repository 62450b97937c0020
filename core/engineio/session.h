// A server's Engine.IO v4 session: long polling, upgrade, heartbeat, closing. Knows no connection: its owner maps the events to them.
//
// Order of calls: whatever came (on_poll, on_post, on_frame ...) or on_time() at deadline(), then next_event() until it is empty.
// After `Closed` the session is dead; take_unsent() gives what was never handed over. At most one poll and one post are under way.
// Source: engine.io 6.6.12 (build/socket.js, transports/polling.js). Differs: a second WebSocket is refused for WebSocket-only
// sessions too (Node lets it probe), and the buffer of an idle long-polling session has a limit.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include <roundhouse/instant.h>
#include <roundhouse/transport.h>
#include "core/engineio/packet.h"

namespace roundhouse::engineio {

struct SessionOptions {
  Duration ping_interval = std::chrono::seconds(25);
  Duration ping_timeout = std::chrono::seconds(20);
  Duration upgrade_timeout = std::chrono::seconds(10);
  /// While a client probes, a pending poll is answered with a noop at this interval, so that it can upgrade.
  Duration noop_interval = std::chrono::milliseconds(100);
  /// How long a closing session waits for a poll that it can answer.
  Duration close_wait = std::chrono::seconds(30);
  /// Packets waiting for a poll; one more closes the session.
  std::size_t buffered_bytes_max = 16u << 20;
};

/// Why a session ended, in the server's words.
enum class EndReason : std::uint8_t {
  ping_timeout,
  transport_close,
  transport_error,
  parse_error,
  forced_close,
  overflow  ///< buffered_bytes_max; Node's words for it are those of a transport error
};
std::string_view text(EndReason reason);

// What the owner is to do, in order.
struct AnswerPoll {
  MarkedBytes body;
};
struct AnswerPost {};
/// Destroy the connection of the half-received POST.
struct DropPost {};
/// A message for the layer above.
struct MessageReceived {
  Packet packet;
};
/// Send on the session's WebSocket.
struct SendFrame {
  Packet packet;
};
/// Send on the probing WebSocket.
struct SendProbe {
  Packet packet;
};
/// The probing WebSocket is now the session's; polls and posts are over.
struct Upgraded {};
/// Close the probing WebSocket, long polling goes on.
struct CloseProbe {};
/// Close the session's WebSocket with a frame without a code.
struct CloseWebSocket {};
/// A marked message came too late: the session is closing.
struct MessageDropped {
  Mark mark;
};
struct Closed {
  EndReason reason;
};
using Event = std::variant<AnswerPoll, AnswerPost, DropPost, MessageReceived, SendFrame, SendProbe, Upgraded,
                           CloseProbe, CloseWebSocket, MessageDropped, Closed>;

class Session {
 public:
  /// `options` outlives the session. The open packet waits for the first poll, or goes out at once on the WebSocket.
  Session(const SessionOptions& options, Instant now, Transport transport, std::string_view handshake_json);

  Transport transport() const { return polling_ ? Transport::polling : Transport::websocket; }
  bool open() const { return state_ == State::open; }
  bool closed() const { return state_ == State::closed; }
  bool poll_pending() const { return polling_ && polling_->poll_pending; }
  bool probing() const { return polling_ && polling_->probe != Probe::none; }
  /// Whether a volatile packet would go out at once.
  bool writable() const { return state_ == State::open && (!polling_ || polling_->poll_pending); }

  // Long polling. False: answer the newcomer with an empty 400; the session has closed.
  bool on_poll(Instant now);
  bool on_post_begin();
  /// The whole body of the POST that began.
  void on_post(Instant now, ByteView body, Marks marks);
  /// The POST's body is too large, or of a type that v4 does not know: the session goes on, or ends.
  void on_post_too_large();
  void on_post_binary();
  /// Its connection is gone: the client has left.
  void on_poll_aborted();
  void on_post_aborted();

  // The probing WebSocket. False: close the newcomer; nothing else changes.
  bool on_probe(Instant now);
  void on_probe_frame(Instant now, ByteView payload, bool binary, Mark mark);
  void on_probe_gone();

  // The session's WebSocket.
  struct View {
    ByteView data;
    bool binary = false;
  };
  /// A message for the layer above, without a copy and valid as long as `payload` is; empty where the frame was anything else.
  std::optional<View> on_frame(Instant now, ByteView payload, bool binary, Mark mark);
  /// In order, or with an error (reset, or a broken frame).
  void on_websocket_gone(EndReason reason);

  void send(Instant now, Packet packet);
  /// Ends the session after what is buffered: `forced close`. Long polling waits for a poll, at most close_wait.
  void close(Instant now);
  /// Ends it at once, as when the whole server stops.
  void discard();

  std::optional<Instant> deadline() const;
  void on_time(Instant now);

  std::optional<Event> next_event();
  /// Packets that were buffered when the session closed.
  std::vector<Packet> take_unsent();
  /// Packets that wait for a poll.
  const std::vector<Packet>& buffered() const;

 private:
  enum class State : std::uint8_t { open, closing, closed };
  enum class Probe : std::uint8_t { none, waiting, probed };

  /// Only while long polling: an upgraded session is small.
  struct Polling {
    std::vector<Packet> buffer;
    std::size_t buffered_bytes = 0;
    Instant upgrade_due = Instant::never();
    Instant noop_at = Instant::never();
    Instant close_due = Instant::never();
    bool poll_pending = false;
    bool post_receiving = false;
    bool close_at_poll = false;
    Probe probe = Probe::none;
  };

  /// Heartbeats and errors; true where the packet is a message for above.
  bool judge(Instant now, PacketType type);
  void on_post_packet(Instant now, ByteView piece, Marks marks);
  void flush(Instant now);
  void answer_poll(const std::vector<Packet>& packets);
  void answer_poll(PacketType type);
  void upgrade();
  void end_probe();
  void close_transport(Instant now);
  void end(EndReason reason);
  void add(Event event) { events_.push_back(std::move(event)); }

  const SessionOptions* options_;
  std::unique_ptr<Polling> polling_;
  std::vector<Event> events_;
  std::uint32_t events_read_ = 0;
  State state_ = State::open;
  bool awaiting_pong_ = false;
  bool pong_wait_extended_ = false;
  Instant heartbeat_at_;  // the next ping, or the end of the wait for its pong
};

}  // namespace roundhouse::engineio
