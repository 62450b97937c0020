// Commands out, messages in: a client of a Redis-compatible broker over two connections, as Socket.IO's adapters use it. Not an adapter:
// it knows channels and payloads, no rooms. It speaks RESP2 and needs no more than SUBSCRIBE, PSUBSCRIBE and PUBLISH of the broker.
//
// While it is away. ioredis and node-redis keep commands in a queue and send them when they are back; by then the other instances
// may or may not have subscribed again. What was seen of Node's adapters with a Redis that went away: nothing published meanwhile
// reached another instance later. So the queue is off by default (offline_publishes_max = 0: lost at once), and a number above 0
// gives that of ioredis. Commands already handed to a connection that then breaks are lost with it: no autoResendUnfulfilledCommands.
// Differs also: no CLIENT SETINFO and no INFO before the first command.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include <roundhouse/host.h>
#include "core/base/marked_bytes.h"
#include "core/resp/reader.h"

namespace roundhouse::app {

struct BackplaneOptions {
  Address broker{"broker", 6379};
  /// Before the n-th new attempt it waits min(n * step, max). Source: ioredis 5, RedisOptions.js, retryStrategy.
  Duration backoff_step = std::chrono::milliseconds(50);
  Duration backoff_max = std::chrono::milliseconds(2000);
  /// PUBLISH commands kept while the broker is away; those beyond are lost.
  std::size_t offline_publishes_max = 0;
  /// Bytes waiting for the broker to read them; what is published beyond is lost (Node has no such limit). At least send_high_mark.
  std::size_t output_bytes_max = 64 * 1024 * 1024;
  resp::Limits replies = {};
};

/// A message from the broker. Views are valid during the call.
struct BackplaneMessage {
  ByteView pattern;  ///< empty where it came by its channel's name
  ByteView channel;
  ByteView payload;
  Mark mark;
};

class Backplane {
 public:
  class Listener {
   public:
    virtual ~Listener() = default;
    /// May publish; may not subscribe.
    virtual void on_message(const BackplaneMessage& message) = 0;
    /// Somebody here may be owed what others publish.
    virtual bool has_receivers() const = 0;
  };

  /// Timers get `timer_bits` in their tags; on_timer expects them without. Host and listener outlive the backplane.
  Backplane(Host& host, BackplaneOptions options, Listener& listener, std::uint64_t timer_bits);

  /// Subscriptions are made before start() and made again on every new connection.
  void subscribe(std::vector<std::string> channels) { channels_.push_back(std::move(channels)); }
  void psubscribe(std::string pattern) { patterns_.push_back(std::move(pattern)); }
  void start();
  /// Unsubscribes and hangs up for good.
  void stop();

  void publish(ByteView channel, ByteView payload, MessageId message);
  /// All subscriptions are acknowledged, and commands can be sent.
  bool ready() const {
    return subscriber_.state == State::open && confirmed_ >= expected_ && publisher_.state == State::open;
  }

  void on_open(ConnectionId connection);
  void on_data(ConnectionId connection, ByteView bytes, Marks marks);
  void on_end(ConnectionId connection);
  void on_drain(ConnectionId connection);
  void on_close(ConnectionId connection, CloseReason reason);
  void on_timer(std::uint64_t tag);
  void on_run_end();

 private:
  enum class State : std::uint8_t { down, connecting, open };
  struct Line {
    std::uint64_t tag = 0;
    State state = State::down;
    ConnectionId connection;
    std::uint32_t failures = 0;  // in a row
    Cause why_down = Cause::refused;
    resp::Reader reader;
    MarkQueue marks;
  };
  struct Waiting {
    Bytes channel;
    Bytes payload;
    MessageId message;
  };

  Line* line_of(ConnectionId connection);
  void connect(Line& line);
  void went_down(Line& line, Cause why);
  void send_subscriptions();
  void on_reply(Line& line, std::span<const resp::Item> items);
  void send_publish(ByteView channel, ByteView payload, MessageId message);
  void send_waiting();
  /// What others have published before the subscriptions stood may be missed by somebody.
  bool may_have_missed() const { return was_ready_ || listener_.has_receivers(); }
  void record_deafness();
  void lost(MessageId message, What what, Cause why, std::uint32_t connection);

  Host& host_;
  BackplaneOptions options_;
  Listener& listener_;
  std::uint64_t timer_bits_;
  std::vector<std::vector<std::string>> channels_;  // each entry is one SUBSCRIBE
  std::vector<std::string> patterns_;
  Line publisher_;
  Line subscriber_;
  std::size_t expected_ = 0;   // acknowledgements of subscriptions
  std::size_t confirmed_ = 0;  // of them, on the present connection
  std::size_t queued_ = 0;     // bytes behind the publisher's connection when last told
  bool was_ready_ = false;     // all subscriptions stood once
  bool stopped_ = false;
  std::deque<Waiting> waiting_;
  Bytes out_;  // reused by each publish
};

}  // namespace roundhouse::app
