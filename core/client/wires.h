// The TCP connections of one client: an HTTP request each for polling, and the WebSocket. Knows HTTP and frames, not sessions.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <roundhouse/host.h>
#include "core/client/client_options.h"
#include "core/client/cookie_jar.h"
#include "core/http/response_reader.h"
#include "core/websocket/connection.h"

namespace roundhouse {

/// As the JavaScript client on Node: each polling request on a connection of its own with `Connection: close`, in the same
/// head. Calls its owner from within the party's callbacks only, never from within its own requests.
class Wires {
 public:
  class Owner {
   public:
    virtual ~Owner() = default;
    /// The answer to get() or post(). `status` 0: refused, reset, or not HTTP.
    virtual void on_poll_answer(int status, ByteView body, Marks marks) = 0;
    virtual void on_post_answer(int status) = 0;
    virtual void on_websocket_open() = 0;
    virtual void on_websocket_message(ByteView payload, bool binary, Mark mark) = 0;
    /// `failed`: before it was open, or by a broken protocol. `status`: an answer that was not 101; else 0.
    virtual void on_websocket_end(bool failed, int status) = 0;
    /// Bytes with this mark came and nobody wants them any more, or they never came whole.
    virtual void on_wire_lost(Mark mark, ConnectionId connection, Cause cause) = 0;
  };

  /// A peer that does not answer our close frame is given up after this time (Node's ws: 30 s).
  static constexpr Duration closing_timeout = std::chrono::seconds(30);
  /// Requests of earlier sessions that a silent server never answered; above it the oldest is reset.
  static constexpr std::size_t orphans_max = 100;

  Wires(Host& host, const ClientOptions& options, Owner& owner)
      : host_(host), options_(options), owner_(owner) {}

  void get(const std::string& target);
  void post(const std::string& target, MarkedBytes body);
  void open_websocket(const std::string& target);
  void send_frame(ByteView payload, bool binary, Mark mark);
  void close_websocket();
  std::string cache_buster();
  /// A new session begins: what is still under way belongs to an older one, and its answers are dropped.
  void begin_session();

  void on_data(ConnectionId id, ByteView bytes, Marks marks);
  void on_end(ConnectionId id);
  void on_close(ConnectionId id, CloseReason reason);
  /// A timer that was set with timer_base + its number.
  void on_timer(std::uint64_t number);
  void on_run_end();

  /// Data for the WebSocket is expected.
  void foresee() const;

  bool has_websocket() const { return websocket_ != nullptr; }
  ConnectionId websocket_connection() const { return websocket_ ? websocket_->id : ConnectionId{}; }
  /// Connections and requests that are not the WebSocket in use.
  std::size_t others() const { return exchanges_.size() + leaving_.size(); }

  /// Set in the tags of its timers; the client passes those to on_timer without it.
  static constexpr std::uint64_t timer_base = std::uint64_t{1} << 62;

 private:
  struct Exchange {
    ConnectionId id;
    bool is_post = false;
    std::uint32_t session = 0;
    std::uint32_t number = 0;  // of its timer
    MarkedBytes request;       // until it is sent
    http::ResponseReader reader;
  };
  struct Handshake {
    MarkedBytes request;  // until it is sent
    std::string key;
    http::ResponseReader reader;
  };
  struct WebSocket {
    explicit WebSocket(websocket::Options options) : connection(options) {}
    ConnectionId id;
    std::uint32_t number = 0;
    bool gone = false;  // the connection is dead; the object waits for the end of the callback
    std::unique_ptr<Handshake> handshake;  // until the 101
    websocket::Connection connection;
    TimerId timer;
  };

  ConnectionId dial(MarkedBytes request);
  void begin(bool is_post, const std::string& target, MarkedBytes body);
  http::RequestHead head(std::string_view method, const std::string& target) const;
  /// Time to wait before a request; the handshake's is none.
  Duration think(const std::string& target);
  std::uint64_t draw_number(std::uint32_t& counter);
  websocket::MaskKey next_mask();
  void keep_cookies(const http::Fields& fields);

  bool try_finish(std::size_t index);
  void finish(std::size_t index, int status, MarkedBytes body);
  void fail(std::size_t index, Cause cause);
  std::size_t find_exchange(ConnectionId id) const;

  WebSocket* find_websocket(ConnectionId id);
  void handshake_data(WebSocket& socket);
  void read_frames(WebSocket& socket, ByteView bytes, Marks marks);
  void push(WebSocket& socket);
  /// The connection is dead or closed by us: tells the owner if it is the current one.
  void websocket_gone(WebSocket& socket, bool failed, int status);
  void bury();

  Host& host_;
  const ClientOptions& options_;
  Owner& owner_;
  CookieJar cookies_;
  std::vector<std::unique_ptr<Exchange>> exchanges_;
  std::unique_ptr<WebSocket> websocket_;             // of the current session
  std::vector<std::unique_ptr<WebSocket>> leaving_;  // our close frame is sent; the peer's is not here
  std::uint32_t session_ = 0;
  std::uint32_t numbers_ = 0;
  std::uint32_t masks_ = 0;
  std::uint32_t keys_ = 0;
  std::uint32_t busters_ = 0;
  std::uint32_t thinks_ = 0;
};

}  // namespace roundhouse
