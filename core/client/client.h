// A client: what the application of a real socket.io-client holds in its hand, and the manager behind it (reconnection).
// Source: socket.io-client 4.8.4, manager.js and socket.js; behaviour checked against tests/oracles/socketio/client-js-*.json.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <roundhouse/host.h>
#include "core/client/backoff.h"
#include "core/client/client_options.h"
#include "core/client/wires.h"
#include "core/engineio/client_session.h"
#include "core/socketio/client_socket.h"

namespace roundhouse {

class Client final : public Party, private engineio::ClientSession::Owner, private Wires::Owner {
 public:
  using Options = ClientOptions;
  using AckCallback = socketio::AckCallback;

  /// What the application hears. Every call into the client is allowed from here; open() and a reconnection take effect when
  /// the callback has returned.
  class Handler {
   public:
    virtual ~Handler() = default;
    virtual void on_connect(Client&) {}
    /// `xhr poll error`, `xhr post error`, `websocket error`, `timeout`, `server error`, or the server's refusal.
    /// \param status  HTTP status of the answer; 0 where there was none
    virtual void on_connect_error(Client&, std::string_view /*message*/, int /*status*/) {}
    virtual void on_disconnect(Client&, std::string_view /*reason*/) {}
    virtual void on_upgrade(Client&) {}
    virtual void on_upgrade_error(Client&, std::string_view /*message*/) {}
    /// \param message  the id that the event's mark or its `id` member names; empty without either
    virtual void on_event(Client&, std::string_view /*name*/, std::string_view /*arguments_json*/,
                          MessageId) {}
    virtual void on_reconnect_attempt(Client&, std::uint32_t /*attempt*/) {}
    virtual void on_timer(Client&, std::uint64_t /*tag*/) {}
  };

  /// `options` may be shared by many clients; `handler` is not owned and may be null.
  Client(Host& host, std::shared_ptr<const Options> options, Handler* handler);
  Client(Host& host, Options options, Handler* handler);

  void set_handler(Handler* handler) { handler_ = handler; }

  /// Connects, unless connected, connecting or waiting to reconnect. Called by on_start where `autoconnect` is set.
  void open();
  /// Leaves in good order, and stays away until open().
  void disconnect();
  /// Sends now, or after the next CONNECT. `arguments_json` is an array. Above `packets_max` waiting packets nothing is kept.
  void emit(std::string_view name, std::string_view arguments_json, AckCallback callback = {},
            std::vector<Bytes> attachments = {});
  /// Emits `join` or `leave` with the room and an acknowledgement; writes `join` and `leave` records.
  void join(std::string_view room);
  void leave(std::string_view room);
  /// Emits `room-msg` [{"room":..,"id":..,"pad":".."}] with an acknowledgement and a mark. An empty room is everybody.
  /// \param payload  the text of `pad`
  MessageId send_to_room(std::string_view room, std::string_view payload);
  /// \param payload_bytes  so many characters of `pad`, all alike
  MessageId send_to_room(std::string_view room, std::size_t payload_bytes);
  /// Inside on_event: acknowledges the event, if it asks for it.
  void answer(std::string_view arguments_json);
  /// Inside on_event: the attachments of a binary event, in the order of their placeholders.
  const std::vector<Bytes>& attachments() const;
  /// Calls Handler::on_timer(tag). Range: tag below 2^62.
  TimerId wake_at(Instant at, std::uint64_t tag);
  void cancel(TimerId timer) { host_.cancel(timer); }

  Host& host() { return host_; }
  Instant now() const { return host_.now(); }
  bool connected() const { return socket_.connected(); }
  bool upgraded() const { return upgraded_; }
  /// True while it is connected, connecting or going to reconnect by itself.
  bool active() const { return active_; }
  std::string_view socket_id() const { return host_.text_of(sid_); }
  /// Connection attempts so far.
  std::uint32_t attempts() const { return attempts_; }

  void on_start() override;
  void on_data(ConnectionId connection, ByteView bytes, Marks marks) override;
  void on_end(ConnectionId connection) override;
  void on_close(ConnectionId connection, CloseReason reason) override;
  void on_timer(std::uint64_t tag) override;
  void on_stop() override { disconnect(); }
  void on_run_end() override;
  void foresee(ConnectionId) const override;

 private:
  enum class Manager : std::uint8_t { closed, opening, open };

  // Runs a callback or a call; what must wait until nothing of the session is on the stack comes after.
  template <class Work>
  void enter(Work&& work) {
    ++depth_;
    work();
    if (--depth_ == 0) settle();
  }

  // What the session asks for and says.
  void get(const std::string& target) override { wires_.get(target); }
  void post(const std::string& target, MarkedBytes body) override { wires_.post(target, std::move(body)); }
  void open_websocket(const std::string& target) override { wires_.open_websocket(target); }
  void send_frame(ByteView payload, bool binary, Mark mark) override {
    wires_.send_frame(payload, binary, mark);
  }
  void close_websocket() override { wires_.close_websocket(); }
  std::string cache_buster() override { return wires_.cache_buster(); }
  void on_session_open() override;
  void on_session_message(ByteView data, bool binary, Mark mark) override;
  void on_session_upgrade() override;
  void on_session_upgrade_error(std::string_view why) override;
  void on_session_error(std::string_view text, int status) override;
  void on_session_close(std::string_view reason) override;
  void on_session_discarded(Mark mark) override;

  // What the wires say.
  void on_poll_answer(int status, ByteView body, Marks marks) override;
  void on_post_answer(int status) override { session_->post_answered(status); }
  void on_websocket_open() override { session_->websocket_opened(); }
  void on_websocket_message(ByteView payload, bool binary, Mark mark) override;
  void on_websocket_end(bool failed, int status) override { session_->websocket_closed({failed, status}); }
  void on_wire_lost(Mark mark, ConnectionId connection, Cause cause) override;

  // The manager.
  void open_manager();
  void close_manager(std::string_view reason);
  void reconnect();
  void leave_manager();
  void attempt_failed(std::string_view text, int status);
  void connect_timed_out();
  void settle();
  void stop(TimerId& timer);

  // The socket.
  void receive(ByteView data, bool binary, Mark mark);
  void arrived(const socketio::ClientSocket::Event& event);
  void arrived(socketio::ClientSocket::Acked& acked);
  void socket_connected(std::string_view sid);
  void socket_closed(std::string_view reason);
  void connect_error(std::string_view message, int status);
  bool ready() const;
  void emit(std::string_view name, std::string_view arguments_json, std::vector<Bytes> attachments, Mark mark,
            std::optional<socketio::Awaited> awaited);
  void transmit(socketio::Outgoing outgoing);
  void member(std::string_view room, bool joins);

  void record_client(ClientPhase phase, std::string_view text = {}, int status = 0);
  void record_message(RecordKind kind, Mark mark, ConnectionId connection, Cause cause);
  TextId room_text(std::string_view room);

  // What waits until a poll's answer has been read: the original handles packets after it has asked again.
  struct Inbox {
    Bytes data;
    bool binary = false;
    Mark mark;
  };

  Host& host_;
  std::shared_ptr<const Options> options_;
  Handler* handler_;
  std::optional<engineio::ClientSession> session_;
  socketio::ClientSocket socket_;
  Wires wires_;
  std::vector<Inbox>* inbox_ = nullptr;                   // while an answer is being read
  const socketio::ClientSocket::Event* event_ = nullptr;  // the one being delivered
  Backoff backoff_;
  TimerId connect_timer_;
  TimerId backoff_timer_;
  TimerId heartbeat_timer_;
  TextId sid_;
  TextId last_room_;  // of a delivery: mostly the next one's as well
  std::uint32_t attempts_ = 0;
  std::uint32_t backoffs_ = 0;
  std::uint16_t depth_ = 0;  // callbacks under way
  Manager manager_ = Manager::closed;
  bool active_ = false;  // the socket listens to the manager
  bool reconnecting_ = false;
  bool skip_reconnect_ = false;
  bool open_wanted_ = false;  // when the callback has returned and the old session is closed
  bool upgraded_ = false;
};

}  // namespace roundhouse
