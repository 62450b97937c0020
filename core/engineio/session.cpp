// The server's session: see session.h. Each function follows its namesake in engine.io, which the comments name.
#include "core/engineio/session.h"

#include <algorithm>
#include <utility>

#include "core/base/assertion.h"

namespace roundhouse::engineio {

namespace {

constexpr char separator = '\x1e';

Packet plain(PacketType type) {
  Packet packet;
  packet.type = type;
  return packet;
}

}  // namespace

std::string_view text(EndReason reason) {
  switch (reason) {
    case EndReason::ping_timeout:
      return "ping timeout";
    case EndReason::transport_close:
      return "transport close";
    case EndReason::parse_error:
      return "parse error";
    case EndReason::forced_close:
      return "forced close";
    case EndReason::transport_error:
    case EndReason::overflow:
      return "transport error";
  }
  return "transport error";
}

Session::Session(const SessionOptions& options, Instant now, Transport transport,
                 std::string_view handshake_json)
    : options_(&options), heartbeat_at_(now + options.ping_interval) {
  Packet opening = plain(PacketType::open);
  opening.data = handshake_json;
  if (transport == Transport::polling) {
    polling_ = std::make_unique<Polling>();
    polling_->buffer.push_back(std::move(opening));
  } else {
    add(SendFrame{std::move(opening)});
  }
}

bool Session::on_poll(Instant now) {
  ROUNDHOUSE_ASSERT(polling_ && state_ != State::closed);
  if (polling_->poll_pending) {  // "overlap from client"
    end(EndReason::transport_error);
    return false;
  }
  polling_->poll_pending = true;
  flush(now);
  if (polling_->poll_pending && polling_->close_at_poll) {
    answer_poll({plain(PacketType::noop), plain(PacketType::close)});
    end(EndReason::forced_close);
  }
  return true;
}

bool Session::on_post_begin() {
  ROUNDHOUSE_ASSERT(polling_ && state_ != State::closed);
  if (polling_->post_receiving) {  // "data request overlap from client"
    end(EndReason::transport_error);
    return false;
  }
  polling_->post_receiving = true;
  return true;
}

void Session::on_post(Instant now, ByteView body, Marks marks) {
  ROUNDHOUSE_ASSERT(polling_ && polling_->post_receiving);
  polling_->post_receiving = false;
  // Piece by piece, as in Node: what comes before a bad packet counts.
  std::size_t begin = 0;
  while (true) {
    const std::size_t found = body.find(separator, begin);
    const std::size_t finish = found == ByteView::npos ? body.size() : found;
    std::size_t count = 0;
    while (count < marks.size() && (found == ByteView::npos || marks[count].end <= finish + 1)) ++count;
    std::vector<PlacedMark> own(marks.begin(), marks.begin() + static_cast<std::ptrdiff_t>(count));
    for (PlacedMark& m : own) {
      const std::size_t place = m.end > begin ? m.end - begin : 0;
      m.end = static_cast<std::uint32_t>(
          std::clamp<std::size_t>(place, std::min<std::size_t>(1, finish - begin), finish - begin));
    }
    marks = marks.subspan(count);
    on_post_packet(now, body.substr(begin, finish - begin), own);
    if (found == ByteView::npos) break;
    begin = found + 1;
  }
  add(AnswerPost{});
}

void Session::on_post_packet(Instant now, ByteView piece, Marks marks) {
  const auto drop_marks = [&] {
    for (const PlacedMark& m : marks) add(MessageDropped{m.mark});
  };
  if (state_ == State::closed) return drop_marks();
  auto packets = decode_payload(piece, marks);
  if (!packets || packets->size() != 1) {
    if (state_ == State::open) end(EndReason::parse_error);
    return drop_marks();
  }
  Packet& packet = packets->front();
  if (packet.type == PacketType::close) {  // Polling.onData: "got xhr close packet", in whatever state
    if (polling_->poll_pending) answer_poll(PacketType::noop);
    end(EndReason::transport_close);
    return drop_marks();
  }
  if (!judge(now, packet.type)) return drop_marks();
  add(MessageReceived{std::move(packet)});
}

void Session::on_post_too_large() {
  if (polling_) polling_->post_receiving = false;
}

void Session::on_post_binary() {  // "invalid content"
  if (polling_) polling_->post_receiving = false;
  end(EndReason::transport_error);
}

void Session::on_poll_aborted() {  // "poll connection closed prematurely"
  if (polling_) polling_->poll_pending = false;
  end(EndReason::transport_error);
}

void Session::on_post_aborted() {  // "data request connection closed prematurely"
  if (polling_) polling_->post_receiving = false;
  end(EndReason::transport_error);
}

bool Session::judge(Instant now, PacketType type) {
  if (state_ != State::open) return false;
  if (awaiting_pong_ && !pong_wait_extended_ && type != PacketType::pong) {
    // engine.io 6.6 lets any packet extend the wait for a pong, once.
    pong_wait_extended_ = true;
    heartbeat_at_ = now + options_->ping_timeout;
  }
  switch (type) {
    case PacketType::message:
      return true;
    case PacketType::pong:
      awaiting_pong_ = false;
      heartbeat_at_ = now + options_->ping_interval;
      return false;
    case PacketType::ping:  // "invalid heartbeat direction"
      end(EndReason::transport_error);
      return false;
    default:
      return false;  // `1` over WebSocket too: Node ignores it
  }
}

bool Session::on_probe(Instant now) {
  if (!polling_ || state_ == State::closed || polling_->probe != Probe::none) return false;
  polling_->probe = Probe::waiting;
  polling_->upgrade_due = now + options_->upgrade_timeout;
  return true;
}

void Session::on_probe_frame(Instant now, ByteView payload, bool binary, Mark mark) {
  if (!probing()) return;
  if (mark) add(MessageDropped{mark});
  const auto packet = decode_frame(payload, binary);
  if (packet && packet->type == PacketType::ping && packet->data == "probe") {
    Packet pong = plain(PacketType::pong);
    pong.data = "probe";
    polling_->probe = Probe::probed;
    polling_->noop_at = now + options_->noop_interval;
    add(SendProbe{std::move(pong)});
  } else if (packet && packet->type == PacketType::upgrade) {
    upgrade();
  } else {
    end_probe();
    add(CloseProbe{});
  }
}

void Session::on_probe_gone() {
  if (probing()) end_probe();
}

void Session::end_probe() {
  polling_->probe = Probe::none;
  polling_->upgrade_due = Instant::never();
  polling_->noop_at = Instant::never();
}

void Session::upgrade() {
  // clearTransport closes the polling transport: a poll that is still pending is told `1`, a POST under way is cut off.
  if (polling_->post_receiving) add(DropPost{});
  if (polling_->poll_pending) answer_poll(PacketType::close);
  // It also stops the wait for a pong; the pong, when it comes, starts the next interval.
  if (awaiting_pong_) {
    awaiting_pong_ = false;
    heartbeat_at_ = Instant::never();
  }
  std::vector<Packet> kept = std::move(polling_->buffer);
  polling_.reset();
  add(Upgraded{});
  for (Packet& packet : kept) add(SendFrame{std::move(packet)});
  if (state_ == State::closing) end(EndReason::forced_close);
}

std::optional<Session::View> Session::on_frame(Instant now, ByteView payload, bool binary, Mark mark) {
  ROUNDHOUSE_ASSERT(!polling_);
  const bool is_message =
      binary || (!payload.empty() && payload.front() == static_cast<char>(PacketType::message));
  if (is_message) {
    if (judge(now, PacketType::message)) return View{binary ? payload : payload.substr(1), binary};
    if (mark) add(MessageDropped{mark});
    return std::nullopt;
  }
  if (mark) add(MessageDropped{mark});
  const auto packet = decode_frame(payload, binary);
  if (packet) {
    judge(now, packet->type);
  } else if (state_ == State::open) {
    end(EndReason::parse_error);
  }
  return std::nullopt;
}

void Session::on_websocket_gone(EndReason reason) {
  if (state_ == State::closed) return;
  state_ = State::closed;
  add(Closed{reason});
}

void Session::send(Instant now, Packet packet) {
  if (state_ != State::open) {
    if (packet.mark) add(MessageDropped{packet.mark});
    return;
  }
  if (!polling_) return add(SendFrame{std::move(packet)});
  polling_->buffered_bytes += packet.data.size() + 1;
  polling_->buffer.push_back(std::move(packet));
  if (!polling_->poll_pending && polling_->buffered_bytes > options_->buffered_bytes_max) {
    return end(EndReason::overflow);
  }
  flush(now);
}

void Session::flush(Instant now) {
  if (!polling_->poll_pending || polling_->buffer.empty()) return;
  std::vector<Packet> packets = std::move(polling_->buffer);
  polling_->buffer.clear();
  polling_->buffered_bytes = 0;
  answer_poll(packets);
  if (state_ == State::closing) close_transport(now);  // close() waited for the buffer to drain
}

void Session::answer_poll(const std::vector<Packet>& packets) {
  polling_->poll_pending = false;
  add(AnswerPoll{encode_payload(packets)});
}

void Session::answer_poll(PacketType type) {
  answer_poll(std::vector<Packet>{plain(type)});
}

void Session::close(Instant now) {
  if (state_ != State::open) return;
  state_ = State::closing;
  if (!polling_ || polling_->buffer.empty()) close_transport(now);
}

void Session::close_transport(Instant now) {
  if (!polling_ || polling_->poll_pending) return end(EndReason::forced_close);
  if (polling_->post_receiving) add(DropPost{});
  polling_->post_receiving = false;
  polling_->close_at_poll = true;
  polling_->close_due = now + options_->close_wait;
}

void Session::discard() {
  end(EndReason::forced_close);
}

void Session::end(EndReason reason) {
  if (state_ == State::closed) return;
  state_ = State::closed;
  if (polling_) {
    if (polling_->post_receiving) add(DropPost{});
    polling_->post_receiving = false;
    if (polling_->probe != Probe::none) {
      end_probe();
      add(CloseProbe{});
    }
    if (polling_->poll_pending) answer_poll(PacketType::close);
  } else {
    add(CloseWebSocket{});
  }
  add(Closed{reason});
}

std::optional<Instant> Session::deadline() const {
  if (state_ == State::closed) return std::nullopt;
  Instant due = heartbeat_at_;
  if (polling_) due = std::min({due, polling_->upgrade_due, polling_->noop_at, polling_->close_due});
  if (due == Instant::never()) return std::nullopt;
  return due;
}

void Session::on_time(Instant now) {
  if (state_ == State::closed) return;
  if (now >= heartbeat_at_) {
    if (awaiting_pong_) return end(EndReason::ping_timeout);
    awaiting_pong_ = true;
    pong_wait_extended_ = false;
    heartbeat_at_ = now + options_->ping_timeout;
    send(now, plain(PacketType::ping));
  }
  if (!polling_ || state_ == State::closed) return;
  if (now >= polling_->upgrade_due) {
    end_probe();
    add(CloseProbe{});
  }
  if (now >= polling_->noop_at) {
    polling_->noop_at = now + options_->noop_interval;
    if (polling_->poll_pending) answer_poll(PacketType::noop);
  }
  if (now >= polling_->close_due) end(EndReason::forced_close);
}

std::optional<Event> Session::next_event() {
  if (events_read_ == events_.size()) {
    if (!events_.empty()) std::vector<Event>().swap(events_);  // an idle session holds no memory
    events_read_ = 0;
    return std::nullopt;
  }
  return std::move(events_[events_read_++]);
}

std::vector<Packet> Session::take_unsent() {
  return polling_ ? std::move(polling_->buffer) : std::vector<Packet>();
}

const std::vector<Packet>& Session::buffered() const {
  static const std::vector<Packet> none;
  return polling_ ? polling_->buffer : none;
}

}  // namespace roundhouse::engineio
