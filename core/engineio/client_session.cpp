#include "core/engineio/client_session.h"

#include <algorithm>

#include "core/base/assertion.h"

namespace roundhouse::engineio {

void ClientSession::open() {
  ROUNDHOUSE_ASSERT(state_ == State::opening);
  ROUNDHOUSE_ASSERT(polling_ == Polling::none);
  transport_ = options_.first;
  if (transport_ == Transport::polling) {
    polling_ = Polling::opening;
    poll();
  } else {
    owner_->open_websocket(target(Transport::websocket));
  }
}

bool ClientSession::send(Bytes data, bool binary, Mark mark) {
  if (state_ == State::closing || state_ == State::closed) {
    if (mark) owner_->on_session_discarded(mark);
    return true;
  }
  if (buffer_.size() >= options_.packets_max) return false;
  buffer_.push_back({PacketType::message, std::move(data), binary, mark});
  flush();
  return true;
}

void ClientSession::close() {
  if (state_ != State::opening && state_ != State::open) return;
  state_ = State::closing;
  if (!buffer_.empty()) {
    close_when_ = CloseWhen::drained;
  } else if (upgrading_) {
    close_when_ = CloseWhen::upgraded;
  } else {
    close_now();
  }
}

void ClientSession::poll_answered(Instant now, int status, ByteView body, Marks marks) {
  const auto discard = [this](Marks rest) {
    for (const PlacedMark& placed : rest) owner_->on_session_discarded(placed.mark);
  };
  if (polling_ == Polling::closed || polling_ == Polling::paused) return discard(marks);
  if (status != 200) {
    discard(marks);
    return fail("xhr poll error", status);
  }
  PayloadReader reader(body, marks);
  while (auto next = reader.next()) {
    if (polling_ == Polling::closed) {
      if (next->has_value() && (*next)->mark) owner_->on_session_discarded((*next)->mark);
      continue;
    }
    if (next->has_error()) {
      discard(reader.rest());
      return fail("server error", 0);
    }
    const PacketView& packet = **next;
    if (polling_ == Polling::opening && packet.type == PacketType::open) {
      polling_ = Polling::open;
      writable_ = true;
    }
    if (packet.type == PacketType::close) {
      polling_ = Polling::closed;
      end("transport close");
    } else {
      on_packet(now, packet);
    }
  }
  if (polling_ == Polling::closed) return;
  get_under_way_ = false;
  finish_pause();
  if (polling_ == Polling::open) poll();
}

void ClientSession::post_answered(int status) {
  if (polling_ == Polling::closed || transport_ != Transport::polling) return;
  if (status != 200) return fail("xhr post error", status);
  writable_ = true;
  drained();
  finish_pause();
}

void ClientSession::websocket_opened() {
  if (probe_ == Probe::dialing) {
    probe_ = Probe::probing;
    owner_->send_frame("2probe", false, {});
  } else {
    writable_ = true;  // the open packet comes next
  }
}

void ClientSession::websocket_message(Instant now, ByteView payload, bool binary, Mark mark) {
  const auto packet = view_frame(payload, binary, mark);
  if (probe_ != Probe::none) {
    if (probe_ == Probe::probing) return probe_message(packet.has_value() ? *packet : PacketView{});
    if (mark) owner_->on_session_discarded(mark);
    return;
  }
  if (packet.has_error()) return fail("server error", 0);
  on_packet(now, *packet);
}

void ClientSession::websocket_closed(WebSocketEnd ended) {
  if (probe_ != Probe::none) return fail_probe(ended.failed ? "Error: websocket error" : "transport closed");
  if (transport_ != Transport::websocket) return;
  if (ended.failed) return fail("websocket error", ended.status);
  writable_ = false;
  end("transport close");
}

std::optional<Instant> ClientSession::deadline() const {
  if (state_ == State::closed || deadline_ == Instant::never()) return std::nullopt;
  return deadline_;
}

void ClientSession::on_time(Instant now) {
  if (deadline() && now >= deadline_) end("ping timeout");
}

std::vector<Mark> ClientSession::waiting_marks() const {
  std::vector<Mark> marks;
  for (std::size_t i = in_flight_; i < buffer_.size(); ++i) {
    if (buffer_[i].mark) marks.push_back(buffer_[i].mark);
  }
  return marks;
}

void ClientSession::poll() {
  get_under_way_ = true;
  owner_->get(target(Transport::polling));
}

void ClientSession::flush() {
  if (state_ == State::closed || !writable_ || upgrading_ || buffer_.empty()) return;
  if (transport_ == Transport::polling) {
    const std::size_t count = writable_count();
    std::vector<Packet> packets(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(count));
    for (Packet& packet : packets) packet.mark.what = packet.mark ? What::post : What::none;
    in_flight_ = static_cast<std::uint32_t>(count);
    writable_ = false;
    owner_->post(target(Transport::polling), encode_payload(packets));
    return;
  }
  in_flight_ = static_cast<std::uint32_t>(buffer_.size());
  for (Packet& packet : buffer_) {
    if (packet.mark) packet.mark.what = What::frame;
    if (!packet.binary) packet.data.insert(packet.data.begin(), static_cast<char>(packet.type));
    owner_->send_frame(packet.data, packet.binary, packet.mark);
  }
  drained();
}

// The first in_flight_ packets are gone.
void ClientSession::drained() {
  buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(in_flight_));
  in_flight_ = 0;
  if (!buffer_.empty()) return flush();
  std::vector<Packet>().swap(buffer_);
  if (close_when_ != CloseWhen::drained) return;
  if (upgrading_) {
    close_when_ = CloseWhen::upgraded;
  } else {
    close_now();
  }
}

// How many packets fit one POST by the server's maxPayload. The sizes are counted as in engine.io-client, _getWritablePackets.
std::size_t ClientSession::writable_count() const {
  if (payload_bytes_max_ == 0) return buffer_.size();
  std::size_t bytes = 1;
  for (std::size_t i = 0; i < buffer_.size(); ++i) {
    const std::size_t size = buffer_[i].data.size();
    // byteLength of a binary packet: base64, rounded up (engine.io-client, util.js).
    bytes += buffer_[i].binary ? (size * 133 + 99) / 100 : size;
    if (i > 0 && bytes > payload_bytes_max_) return i;
    bytes += 2;
  }
  return buffer_.size();
}

void ClientSession::on_packet(Instant now, const PacketView& packet) {
  if (state_ == State::closed) {
    if (packet.mark) owner_->on_session_discarded(packet.mark);
    return;
  }
  switch (packet.type) {
    case PacketType::open:
      return on_handshake(now, packet.data);
    case PacketType::ping:
      if (state_ == State::closing) break;
      // A pong is not an application's packet: the limit of the buffer is not for it, but there is one ping a poll at most.
      buffer_.push_back({PacketType::pong, {}, false, {}});
      flush();
      break;
    case PacketType::message:
      return owner_->on_session_message(packet.data, packet.binary, packet.mark);
    case PacketType::close:  // over WebSocket the original does nothing with it
    case PacketType::pong:
    case PacketType::upgrade:
    case PacketType::noop:
      break;
  }
  if (packet.type == PacketType::ping && state_ != State::closed) reset_deadline(now);
}

void ClientSession::on_handshake(Instant now, ByteView json) {
  auto handshake = decode_handshake(json);
  if (handshake.has_error()) return fail("server error", 0);
  if (transport_ == Transport::polling) sid_ = std::move(handshake->sid);
  constexpr std::int64_t number_max = UINT32_MAX / 2;
  ping_interval_ms_ = static_cast<std::uint32_t>(std::min(handshake->ping_interval_ms, number_max));
  ping_timeout_ms_ = static_cast<std::uint32_t>(std::min(handshake->ping_timeout_ms, number_max));
  payload_bytes_max_ = static_cast<std::uint32_t>(std::min(handshake->max_payload_bytes, number_max));
  if (state_ != State::opening) return;
  state_ = State::open;
  owner_->on_session_open();
  flush();
  const bool upgrade =
      handshake->upgrade_to_websocket && options_.upgrade && transport_ == Transport::polling;
  if (state_ == State::open && upgrade && probe_ == Probe::none) {
    probe_ = Probe::dialing;
    owner_->open_websocket(target(Transport::websocket));
  }
  if (state_ != State::closed) reset_deadline(now);
}

void ClientSession::reset_deadline(Instant now) {
  deadline_ = now + std::chrono::milliseconds(std::int64_t{ping_interval_ms_} + ping_timeout_ms_);
}

void ClientSession::probe_message(const PacketView& packet) {
  if (packet.type == PacketType::pong && packet.data == "probe") {
    upgrading_ = true;
    probe_ = Probe::pausing;
    polling_ = Polling::pausing;
    return finish_pause();
  }
  // The original leaves the WebSocket open and looks at it no more.
  probe_ = Probe::stale;
  owner_->on_session_upgrade_error("probe error");
  if (close_when_ == CloseWhen::upgraded) close_now();
}

// Polling is paused when its GET and its POST have been answered. If the probe failed meanwhile, polling stays paused and
// the session ends by its ping timeout: so it is in the original.
void ClientSession::finish_pause() {
  if (polling_ != Polling::pausing || get_under_way_ || !writable_) return;
  polling_ = Polling::paused;
  if (probe_ != Probe::pausing || state_ == State::closed) return;
  probe_ = Probe::none;
  transport_ = Transport::websocket;
  std::string().swap(sid_);  // no request will need it any more
  owner_->send_frame("5", false, {});
  owner_->on_session_upgrade();
  if (close_when_ == CloseWhen::upgraded) close_now();
  upgrading_ = false;
  flush();
}

void ClientSession::fail_probe(std::string_view why) {
  if (probe_ == Probe::none) return;
  probe_ = Probe::none;
  owner_->close_websocket();
  owner_->on_session_upgrade_error("probe error: " + std::string(why));
  if (close_when_ == CloseWhen::upgraded) close_now();
}

void ClientSession::fail(std::string_view text, int status) {
  if (state_ == State::closed) return;
  owner_->on_session_error(text, status);
  end("transport error");
}

void ClientSession::end(std::string_view reason) {
  if (state_ == State::closed) return;
  close_when_ = CloseWhen::not_asked;
  deadline_ = Instant::never();
  close_transport();
  state_ = State::closed;
  owner_->on_session_close(reason);
  fail_probe("socket closed");
  for (const Mark& mark : waiting_marks()) owner_->on_session_discarded(mark);
  std::vector<Packet>().swap(buffer_);
  in_flight_ = 0;
}

void ClientSession::close_transport() {
  if (transport_ == Transport::websocket) return owner_->close_websocket();
  // Neither while the handshake is under way nor while polling is paused does the original tell the server.
  const bool tell = polling_ == Polling::open;
  polling_ = Polling::closed;
  writable_ = false;
  if (tell) owner_->post(target(Transport::polling), MarkedBytes{"1", {}});
}

std::string ClientSession::target(Transport transport) {
  std::string text(options_.path);
  if (transport == Transport::polling) {
    text += "?EIO=4&transport=polling&t=";
    text += owner_->cache_buster();
  } else {
    text += "?EIO=4&transport=websocket";
  }
  if (!sid_.empty()) text += "&sid=" + sid_;
  return text;
}

}  // namespace roundhouse::engineio
