// The Engine.IO server of an app instance: connections, HTTP, sessions and their timers. Knows bytes and messages, nothing of
// namespaces and rooms; those belong to the EngineUser above it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <roundhouse/host.h>
#include "core/app/answer.h"
#include "core/app/options.h"
#include "core/app/target.h"
#include "core/app/wire.h"
#include "core/engineio/session.h"
#include "core/socketio/slots.h"

namespace roundhouse::app {

/// What a session carries, and who cares. Never called from within send(): only from an event of the host, or from close().
class EngineUser {
 public:
  virtual ~EngineUser() = default;
  virtual void on_session_open(SessionIndex session) = 0;
  /// `data` is valid during the call.
  virtual void on_session_message(SessionIndex session, ByteView data, bool binary, Mark mark) = 0;
  /// From now on the session's packets may be sent on this connection as WebSocket frames.
  virtual void on_session_websocket(SessionIndex session, ConnectionId websocket) = 0;
  /// The session is dead; its number is used again after this callback of the host.
  virtual void on_session_closed(SessionIndex session, std::string_view reason) = 0;
};

/// Answers what is not Engine.IO's: a page, or nothing (404).
using Pages = std::function<std::optional<Answer>(const http::RequestHead& head, Bytes& storage)>;

/// Timer tags: a kind, a generation, and a number.
enum class TimerKind : std::uint8_t { session = 1, wire = 2, connect = 3 };
constexpr std::uint64_t timer_tag(TimerKind kind, std::uint32_t index, std::uint32_t generation) {
  return static_cast<std::uint64_t>(kind) << 56 | static_cast<std::uint64_t>(generation & 0xffffff) << 32 |
         index;
}
constexpr TimerKind kind_of(std::uint64_t tag) {
  return static_cast<TimerKind>(tag >> 56);
}
constexpr std::uint32_t index_of(std::uint64_t tag) {
  return static_cast<std::uint32_t>(tag);
}
constexpr std::uint32_t generation_of(std::uint64_t tag) {
  return static_cast<std::uint32_t>(tag >> 32) & 0xffffff;
}

class Engine {
 public:
  /// All outlive the engine.
  Engine(Host& host, const Options& options, EngineUser& user, Pages pages);
  ~Engine();

  // The host's events. A connection that was not accepted here is somebody else's.
  bool owns(ConnectionId connection) const;
  void on_accept(ConnectionId connection, const Accepted& accepted);
  void on_data(ConnectionId connection, ByteView bytes, Marks marks);
  void on_end(ConnectionId connection);
  void on_close(ConnectionId connection);
  void on_timer(std::uint64_t tag);
  void on_stop();
  void on_run_end();
  /// Sessions that ended during a callback are forgotten at its end.
  void sweep();

  // For the layer above.
  /// One message with the binary ones that belong to it. `mark` lies on its end; its `what` becomes `poll` where the session polls.
  void send(SessionIndex session, ByteView text, const std::vector<Bytes>& attachments, Mark mark);
  void close(SessionIndex session);
  bool alive(SessionIndex session) const;
  bool writable(SessionIndex session) const;
  /// Empty while the session polls, and when it has ended.
  ConnectionId websocket(SessionIndex session) const { return sessions_[session].websocket; }
  TextId sid(SessionIndex session) const { return sessions_[session].sid; }
  TextId address(SessionIndex session) const { return sessions_[session].address; }
  std::uint32_t generation(SessionIndex session) const { return sessions_[session].generation; }
  /// A WebSocket whose reader is too slow.
  void cut_off(SessionIndex session);
  std::size_t session_count() const { return sids_.size(); }

  /// Frames for send() on a WebSocket: what `text` and its attachments look like there.
  static void append_frames(Bytes& out, ByteView text, const std::vector<Bytes>& attachments);

 private:
  struct Requests {
    ConnectionId poll;
    ConnectionId post;
    ConnectionId probe;
  };
  struct LiveSession {
    std::optional<engineio::Session> engine;
    std::unique_ptr<Requests> requests;  // while polling
    ConnectionId websocket;
    TextId sid;
    TextId address;
    std::uint32_t generation = 0;
    bool running = false;
    TimerId timer;
    Instant timer_at;
  };

  // engine.cpp: sessions
  SessionIndex open_session(Transport transport, const http::RequestHead& head, TextId peer,
                            ConnectionId connection);
  std::string make_sid(const http::RequestHead& head, std::string_view address);
  /// Does what the session asks for, until it asks for nothing more.
  void run(SessionIndex index);
  void perform(SessionIndex index, engineio::Event& event);
  void session_closed(SessionIndex index, engineio::EndReason reason);
  void set_timer(SessionIndex index);
  void record_session(SessionIndex index, SessionPhase phase, std::string_view reason,
                      ConnectionId connection);
  void record_lost(Mark mark, ConnectionId connection, Cause cause);

  // engine_http.cpp: requests and answers
  void serve(ConnectionId connection);
  void on_head(ConnectionId connection);
  TextId sid_text(std::string_view sid);
  TextId method_text(std::string_view method);
  void on_request(ConnectionId connection, http::Request request);
  void on_engine_request(ConnectionId connection, const http::Request& request, const Target& target);
  void on_upgrade_request(ConnectionId connection, const http::Request& request, const Target& target);
  void on_post(ConnectionId connection, const http::Request& request);
  bool is_engine_path(const Target& target) const { return target.path().starts_with(options_.path); }
  /// The order of checks is Node's. `session` is set where the sid is known.
  std::optional<EngineError> verify(const http::RequestHead& head, const Target& target, bool upgrade,
                                    SessionIndex& session);
  void refuse(ConnectionId connection, EngineError error, Marks marks);
  void refuse_upgrade(ConnectionId connection, EngineError error);
  void answer(ConnectionId connection, const Answer& answer, Marks body_marks = {}, std::uint64_t error = 0);
  void record_request(ConnectionId connection, int status, std::uint64_t error);
  void abort_request(Wire& wire);

  // engine_websocket.cpp: frames
  void on_websocket_data(ConnectionId connection, ByteView bytes, Marks marks);
  /// False where nothing more is to be read.
  bool on_websocket_event(ConnectionId connection, websocket::Connection& reader, websocket::Event& event);
  void send_packet(ConnectionId connection, const engineio::Packet& packet);
  void send_close_frame(ConnectionId connection);
  void websocket_gone(Wire& wire, engineio::EndReason reason);

  Wire* wire_of(ConnectionId connection);
  void drop_wire(ConnectionId connection, Close how);
  void forget_wire(ConnectionId connection);
  std::int64_t epoch_now() const { return host_.epoch_seconds_at_start() + host_.now().ns / 1'000'000'000; }

  Host& host_;
  const Options& options_;
  EngineUser& user_;
  Pages pages_;
  engineio::SessionOptions session_options_;
  std::vector<Wire> wires_;  // by slot
  socketio::Slots<LiveSession> sessions_;
  std::unordered_map<std::string_view, SessionIndex>
      sids_;  // looked up, never walked; the run's texts do not move
  std::unordered_map<std::uint64_t, std::uint32_t>
      sids_of_key_;  // how many sids a key has drawn; looked up, never walked
  std::vector<SessionIndex> dead_;
  std::uint64_t sid_key_rounds_ = 0;  // how often sids_of_key_ was full and was emptied
  std::uint32_t sessions_made_ = 0;
  std::uint32_t unknown_sids_ = 0;
  std::unique_ptr<websocket::Connection> spare_reader_;
  Bytes scratch_;
};

}  // namespace roundhouse::app
