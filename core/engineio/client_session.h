// The client's side of one Engine.IO session: long-polling, the upgrade, the heartbeat. No I/O and no clock.
// Source: engine.io-client 6.6.8, socket.js and transports/; the order of requests and events is theirs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <roundhouse/instant.h>
#include <roundhouse/transport.h>
#include "core/engineio/packet.h"

namespace roundhouse::engineio {

/// Order of calls: open(), then each answer and frame as it comes, on_time() at deadline() or later. It speaks to its owner
/// while it is called: unlike the other protocol objects it has no queue of events, because what the owner sends inside
/// on_session_open() must leave before the probe and the next poll do, as in the original.
class ClientSession {
 public:
  class Owner {
   public:
    virtual ~Owner() = default;
    /// GET `target`; answered by poll_answered(). At most one is under way.
    virtual void get(const std::string& target) = 0;
    /// POST `body`; answered by post_answered().
    virtual void post(const std::string& target, MarkedBytes body) = 0;
    /// Answered by websocket_opened() or websocket_closed().
    virtual void open_websocket(const std::string& target) = 0;
    virtual void send_frame(ByteView payload, bool binary, Mark mark) = 0;
    /// Send a close frame, or give up connecting. Nothing is to be reported of that WebSocket any more.
    virtual void close_websocket() = 0;
    /// Eight characters for the `t` parameter.
    virtual std::string cache_buster() = 0;

    virtual void on_session_open() = 0;
    virtual void on_session_message(ByteView data, bool binary, Mark mark) = 0;
    virtual void on_session_upgrade() = 0;
    virtual void on_session_upgrade_error(std::string_view why) = 0;
    /// `xhr poll error`, `xhr post error`, `websocket error`, `server error`; on_session_close() follows. `status` is HTTP's; 0: none.
    virtual void on_session_error(std::string_view text, int status) = 0;
    virtual void on_session_close(std::string_view reason) = 0;
    /// The session ended before this packet was sent, or before it was looked at.
    virtual void on_session_discarded(Mark mark) = 0;
  };

  struct Options {
    std::string_view path = "/socket.io/";  ///< must outlive the session
    Transport first = Transport::polling;
    bool upgrade = true;  ///< to WebSocket, when the server offers it
    std::uint32_t packets_max = 10'000;
  };

  /// The owner must outlive the session.
  ClientSession(Owner& owner, const Options& options) : owner_(&owner), options_(options) {}

  void open();
  /// False where the buffer is full, and nothing was taken.
  bool send(Bytes data, bool binary, Mark mark = {});
  /// Ends in good order: what is buffered is sent first, an upgrade under way is waited for.
  void close();

  void poll_answered(Instant now, int status, ByteView body, Marks marks);
  void post_answered(int status);
  void websocket_opened();
  void websocket_message(Instant now, ByteView payload, bool binary, Mark mark);
  /// `failed`: an error and not an orderly end. `status`: of an answer that was not 101; else 0.
  struct WebSocketEnd {
    bool failed = false;
    int status = 0;
  };
  void websocket_closed(WebSocketEnd end);

  /// When the session ends unless a ping comes first.
  std::optional<Instant> deadline() const;
  void on_time(Instant now);

  bool closed() const { return state_ == State::closed; }
  bool is_open() const { return state_ == State::open; }
  Transport transport() const { return transport_; }
  /// Empty before the handshake, and when polling is over: nothing needs it then.
  const std::string& sid() const { return sid_; }
  /// Packets that wait and were not given to the owner yet.
  std::vector<Mark> waiting_marks() const;

 private:
  enum class State : std::uint8_t { opening, open, closing, closed };
  enum class Polling : std::uint8_t { none, opening, open, pausing, paused, closed };
  enum class Probe : std::uint8_t { none, dialing, probing, pausing, stale };
  enum class CloseWhen : std::uint8_t { not_asked, drained, upgraded };

  void poll();
  void flush();
  void drained();
  std::size_t writable_count() const;
  void on_packet(Instant now, const PacketView& packet);
  void on_handshake(Instant now, ByteView json);
  void reset_deadline(Instant now);
  void probe_message(const PacketView& packet);
  void finish_pause();
  void fail_probe(std::string_view why);
  void fail(std::string_view text, int status);
  void end(std::string_view reason);
  void close_transport();
  void close_now() { end("forced close"); }
  std::string target(Transport transport);

  Owner* owner_;
  Options options_;
  std::string sid_;
  std::vector<Packet> buffer_;  // to be sent; the first in_flight_ of them are in a POST under way
  std::uint32_t in_flight_ = 0;
  std::uint32_t ping_interval_ms_ = 0;
  std::uint32_t ping_timeout_ms_ = 0;
  std::uint32_t payload_bytes_max_ = 0;  // 0: the server did not say
  Instant deadline_ = Instant::never();
  State state_ = State::opening;
  Transport transport_ = Transport::polling;
  Polling polling_ = Polling::none;
  Probe probe_ = Probe::none;
  CloseWhen close_when_ = CloseWhen::not_asked;
  bool get_under_way_ = false;
  bool writable_ = false;  // of the transport in use
  bool upgrading_ = false;
};

}  // namespace roundhouse::engineio
