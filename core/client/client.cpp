#include "core/client/client.h"

#include <algorithm>
#include <utility>

#include "core/base/assertion.h"

namespace roundhouse {
namespace {

// Tags of our own timers; those of the wires and of the application lie below.
constexpr std::uint64_t own_timer = std::uint64_t{1} << 63;
constexpr std::uint64_t connect_timer_tag = own_timer | 1;
constexpr std::uint64_t backoff_timer_tag = own_timer | 2;
constexpr std::uint64_t heartbeat_timer_tag = own_timer | 3;

bool lists(const std::vector<Transport>& transports, Transport transport) {
  return std::find(transports.begin(), transports.end(), transport) != transports.end();
}

}  // namespace

Client::Client(Host& host, std::shared_ptr<const Options> options, Handler* handler)
    : host_(host),
      options_(std::move(options)),
      handler_(handler),
      socket_({.auth_json = options_->auth_json, .packets_max = options_->packets_max}),
      wires_(host, *options_, *this) {
  if (options_->transports.empty())
    throw UsageError("a client needs a transport: name polling, websocket or both");
}

Client::Client(Host& host, Options options, Handler* handler)
    : Client(host, std::make_shared<const Options>(std::move(options)), handler) {}

void Client::open() {
  enter([this] {
    if (active_ && (manager_ != Manager::closed || reconnecting_ || open_wanted_)) return;
    active_ = true;
    open_wanted_ = true;
  });
}

void Client::disconnect() {
  enter([this] {
    open_wanted_ = false;
    const bool was_connected = connected();
    if (was_connected) transmit(socket_.disconnect_packet());
    leave_manager();
    if (was_connected) socket_closed("io client disconnect");
  });
}

TimerId Client::wake_at(Instant at, std::uint64_t tag) {
  ROUNDHOUSE_ASSERT(tag < Wires::timer_base);
  return host_.wake_at(at, tag);
}

void Client::on_start() {
  if (options_->autoconnect) open();
}

void Client::foresee(ConnectionId) const {
  wires_.foresee();
  __builtin_prefetch(handler_);
}

void Client::on_data(ConnectionId connection, ByteView bytes, Marks marks) {
  enter([&] { wires_.on_data(connection, bytes, marks); });
}

void Client::on_end(ConnectionId connection) {
  enter([&] { wires_.on_end(connection); });
}

void Client::on_close(ConnectionId connection, CloseReason reason) {
  enter([&] { wires_.on_close(connection, reason); });
}

void Client::on_timer(std::uint64_t tag) {
  enter([&] {
    if (tag == connect_timer_tag) {
      connect_timer_ = {};
      connect_timed_out();
    } else if (tag == backoff_timer_tag) {
      backoff_timer_ = {};
      if (handler_ != nullptr) handler_->on_reconnect_attempt(*this, backoff_.attempts());
      if (!skip_reconnect_) open_wanted_ = true;
    } else if (tag == heartbeat_timer_tag) {
      heartbeat_timer_ = {};
      session_->on_time(now());
    } else if ((tag & Wires::timer_base) != 0) {
      wires_.on_timer(tag & ~Wires::timer_base);
    } else if (handler_ != nullptr) {
      handler_->on_timer(*this, tag);
    }
  });
}

void Client::on_run_end() {
  wires_.on_run_end();
  if (session_) {
    for (const Mark& mark : session_->waiting_marks())
      record_message(RecordKind::held, mark, {}, Cause::none);
  }
  for (const socketio::Outgoing& outgoing : socket_.unsent()) {
    if (outgoing.mark) record_message(RecordKind::held, outgoing.mark, {}, Cause::none);
  }
  for (const socketio::Packet& packet : socket_.early()) {
    if (packet.mark) record_message(RecordKind::held, packet.mark, {}, Cause::none);
  }
}

// The session: what it says.

void Client::on_session_open() {
  if (manager_ != Manager::opening) return;
  manager_ = Manager::open;
  stop(connect_timer_);
  transmit(socket_.connect_packet());
  if (reconnecting_) {
    // The handshake is enough: the delay does not grow where only the requests after it fail.
    reconnecting_ = false;
    backoff_.reset();
  }
}

void Client::on_session_message(ByteView data, bool binary, Mark mark) {
  if (inbox_ != nullptr) {
    inbox_->push_back({Bytes(data), binary, mark});
  } else {
    receive(data, binary, mark);
  }
}

void Client::on_session_upgrade() {
  upgraded_ = true;
  record_client(ClientPhase::upgraded);
  if (handler_ != nullptr) handler_->on_upgrade(*this);
}

void Client::on_session_upgrade_error(std::string_view why) {
  if (handler_ != nullptr) handler_->on_upgrade_error(*this, why);
}

void Client::on_session_error(std::string_view text, int status) {
  if (manager_ == Manager::open) {
    if (active_ && !connected()) connect_error(text, status);
  } else if (manager_ == Manager::opening) {
    attempt_failed(text, status);
  }
}

void Client::on_session_close(std::string_view reason) {
  stop(heartbeat_timer_);
  if (manager_ == Manager::open) close_manager(reason);
}

void Client::on_session_discarded(Mark mark) {
  record_message(RecordKind::lost, mark, {}, Cause::closed);
}

// The wires: what came.

void Client::on_poll_answer(int status, ByteView body, Marks marks) {
  std::vector<Inbox> inbox;
  inbox_ = &inbox;
  session_->poll_answered(now(), status, body, marks);
  inbox_ = nullptr;
  for (const Inbox& message : inbox) receive(message.data, message.binary, message.mark);
}

void Client::on_websocket_message(ByteView payload, bool binary, Mark mark) {
  session_->websocket_message(now(), payload, binary, mark);
}

void Client::on_wire_lost(Mark mark, ConnectionId connection, Cause cause) {
  record_message(RecordKind::lost, mark, connection, cause);
}

// The manager: attempts and reconnection.

void Client::open_manager() {
  open_wanted_ = false;
  ++attempts_;
  manager_ = Manager::opening;
  skip_reconnect_ = false;
  upgraded_ = false;
  const std::vector<Transport>& transports = options_->transports;
  wires_.begin_session();
  engineio::ClientSession::Owner& owner = *this;
  session_.emplace(owner, engineio::ClientSession::Options{.path = options_->path,
                                                           .first = transports.front(),
                                                           .upgrade = lists(transports, Transport::websocket),
                                                           .packets_max = options_->packets_max});
  record_client(ClientPhase::connecting);
  if (options_->timeout > Duration::zero()) {
    connect_timer_ = host_.wake_at(now() + options_->timeout, connect_timer_tag);
  }
  session_->open();
}

void Client::close_manager(std::string_view reason) {
  stop(connect_timer_);
  stop(backoff_timer_);
  manager_ = Manager::closed;
  if (session_) session_->close();
  backoff_.reset();
  if (active_) socket_closed(reason);
  if (options_->reconnection && !skip_reconnect_) reconnect();
}

// The socket wants no connection any more: nothing else keeps it.
void Client::leave_manager() {
  active_ = false;
  skip_reconnect_ = true;
  reconnecting_ = false;
  close_manager("forced close");
}

void Client::attempt_failed(std::string_view text, int status) {
  stop(connect_timer_);
  manager_ = Manager::closed;
  if (active_ && !connected()) connect_error(text, status);
  if (reconnecting_) {
    reconnecting_ = false;
    reconnect();
  } else if (options_->reconnection && backoff_.attempts() == 0) {
    reconnect();
  }
}

void Client::connect_timed_out() {
  attempt_failed("timeout", 0);
  session_->close();
}

void Client::reconnect() {
  if (reconnecting_ || skip_reconnect_) return;
  const std::uint64_t n = std::uint64_t{host_.incarnation()} << 32 | backoffs_++;
  const Duration delay = backoff_.next({.delay = options_->reconnection_delay,
                                        .delay_max = options_->reconnection_delay_max,
                                        .randomization_permille = options_->randomization_permille},
                                       host_.random(Purpose::backoff, {}, n));
  reconnecting_ = true;
  record_client(ClientPhase::backoff);
  backoff_timer_ = host_.wake_at(now() + delay, backoff_timer_tag);
}

// A new session begins only when nothing of the old one is on the stack, and when that one has said goodbye. (The original
// makes a second session beside one that is still closing.)
void Client::settle() {
  if (open_wanted_ && (!session_ || session_->closed())) enter([this] { open_manager(); });
  if (heartbeat_timer_ || !session_) return;
  // A ping only moves the deadline; the timer follows when it rings. One timer a client, and none set for each ping.
  if (const auto deadline = session_->deadline())
    heartbeat_timer_ = host_.wake_at(*deadline, heartbeat_timer_tag);
}

void Client::stop(TimerId& timer) {
  if (timer) host_.cancel(timer);
  timer = {};
}

}  // namespace roundhouse
