#include "core/socketio/client_socket.h"

#include <algorithm>
#include <utility>

#include "core/base/json_text.h"

namespace roundhouse::socketio {
namespace {

std::string text_member(std::string_view object, std::string_view key) {
  const auto value = json_text::member(object, key);
  return value && value->front() == '"' ? json_text::unquote(*value) : std::string();
}

PacketView view_of(const Packet& packet) {
  return {packet.type, 0, packet.name_space, packet.ack_id, packet.json};
}

}  // namespace

Outgoing ClientSocket::connect_packet() const {
  return {encode({PacketType::connect,
                  std::string(options_.name_space),
                  {},
                  std::string(options_.auth_json),
                  {},
                  {}}),
          {},
          {},
          {}};
}

Outgoing ClientSocket::disconnect_packet() const {
  return {encode({PacketType::disconnect, std::string(options_.name_space), {}, {}, {}, {}}), {}, {}, {}};
}

Outgoing ClientSocket::ack_packet(std::uint64_t id, std::string_view arguments_json) const {
  return {
      encode({PacketType::ack, std::string(options_.name_space), id, std::string(arguments_json), {}, {}}),
      {},
      {},
      {}};
}

ClientSocket::Arrived ClientSocket::receive(ByteView payload, bool binary, Mark mark) {
  if (waiting_ && attachments_missing_ == 0) tidy();
  if (binary) return attachment(payload, mark);
  if (attachments_missing_ > 0) return ParseError{"text where an attachment is expected"};
  const auto packet = decode(payload);
  if (packet.has_error()) return ParseError{packet.error().what()};
  if (packet->attachment_count > 0) {
    waiting().partial = Packet{
        packet->type, std::string(packet->name_space), packet->ack_id, std::string(packet->json), {}, mark};
    attachments_missing_ = static_cast<std::uint8_t>(packet->attachment_count);
    return Nothing{};
  }
  return act_on(*packet, mark);
}

ClientSocket::Arrived ClientSocket::attachment(ByteView bytes, Mark mark) {
  if (attachments_missing_ == 0) return ParseError{"an attachment of nothing"};
  Packet& whole = *waiting_->partial;  // it stays until the next call, for the views into it
  // The mark lies on the last frame of the packet, or on its text: either is the packet's.
  if (mark) whole.mark = mark;
  whole.attachments.emplace_back(bytes);
  if (--attachments_missing_ > 0) return Nothing{};
  Arrived arrived = act_on(view_of(whole), whole.mark);
  if (auto* event = std::get_if<Event>(&arrived)) event->attachments = &whole.attachments;
  if (const auto* early = std::get_if<Early>(&arrived); early != nullptr && early->kept) {
    waiting_->early.back().attachments = std::move(whole.attachments);
  }
  return arrived;
}

ClientSocket::Arrived ClientSocket::act_on(const PacketView& packet, Mark mark) {
  if (packet.name_space != options_.name_space) return Nothing{mark};
  switch (packet.type) {
    case PacketType::connect: {
      const auto sid = json_text::member(packet.json, "sid");
      // An answer without a sid is from a server of protocol 4 or older.
      if (!sid || sid->size() < 3 || sid->front() != '"')
        return Refused{"not a Socket.IO server of version 3 or later", {}};
      connected_ = true;
      return Connected{sid->substr(1, sid->size() - 2)};
    }
    case PacketType::disconnect:
      return Disconnected{};
    case PacketType::connect_error:
      if (!packet.json.empty() && packet.json.front() == '"')
        return Refused{json_text::unquote(packet.json), {}};
      return Refused{text_member(packet.json, "message"),
                     json_text::member(packet.json, "data").value_or("")};
    case PacketType::event:
    case PacketType::binary_event: {
      if (connected_) return Event{packet.json, nullptr, packet.ack_id, mark};
      const bool kept = early().size() < options_.packets_max;
      if (kept)
        waiting().early.push_back({packet.type, "/", packet.ack_id, std::string(packet.json), {}, mark});
      return Early{mark, kept};
    }
    case PacketType::ack:
    case PacketType::binary_ack: {
      auto awaited = packet.ack_id ? take_awaited(*packet.ack_id) : std::nullopt;
      if (!awaited) return Nothing{mark};
      return Acked{std::move(*awaited), packet.json, mark};
    }
  }
  return Nothing{mark};
}

std::vector<Packet> ClientSocket::take_early() {
  return waiting_ ? std::exchange(waiting_->early, {}) : std::vector<Packet>();
}

std::vector<Outgoing> ClientSocket::take_unsent() {
  return waiting_ ? std::exchange(waiting_->unsent, {}) : std::vector<Outgoing>();
}

std::span<const Outgoing> ClientSocket::unsent() const {
  return waiting_ ? std::span<const Outgoing>(waiting_->unsent) : std::span<const Outgoing>();
}

std::span<const Packet> ClientSocket::early() const {
  return waiting_ ? std::span<const Packet>(waiting_->early) : std::span<const Packet>();
}

ClientSocket::Waiting& ClientSocket::waiting() {
  if (!waiting_) waiting_ = std::make_unique<Waiting>();
  return *waiting_;
}

// Forgets a binary packet that was handed over, and everything where nothing waits.
void ClientSocket::tidy() {
  waiting_->partial.reset();
  if (waiting_->unsent.empty() && waiting_->early.empty()) waiting_.reset();
}

std::optional<Outgoing> ClientSocket::emit(Emit emit, bool& overflow) {
  overflow = !emit.ready && unsent().size() >= options_.packets_max;
  if (overflow) return std::nullopt;
  Packet packet;
  packet.type = emit.attachments.empty() ? PacketType::event : PacketType::binary_event;
  packet.name_space = options_.name_space;
  packet.json = make_event(emit.name, emit.arguments_json);
  packet.attachments = std::move(emit.attachments);
  if (emit.awaited) {
    packet.ack_id = next_ack_id_++;
    // The oldest is given up: whoever has not answered so many later ones will hardly answer it.
    if (pending_acks_.size() >= options_.packets_max) pending_acks_.erase(pending_acks_.begin());
    pending_acks_.push_back({*packet.ack_id, std::move(*emit.awaited)});
  }
  Outgoing outgoing{encode(packet), std::move(packet.attachments), emit.mark, packet.ack_id};
  if (emit.ready) return outgoing;
  waiting().unsent.push_back(std::move(outgoing));
  return std::nullopt;
}

std::optional<Mark> ClientSocket::closed() {
  connected_ = false;
  std::optional<Mark> half_received;
  if (attachments_missing_ > 0) {
    if (waiting_->partial->mark) half_received = waiting_->partial->mark;
    waiting_->partial.reset();
    attachments_missing_ = 0;
  }
  // Ids grow, and what waits was emitted last: all before the first that waits were sent, and are never answered now.
  std::uint64_t first_waiting = UINT64_MAX;
  for (const Outgoing& outgoing : unsent()) {
    first_waiting = std::min(first_waiting, outgoing.ack_id.value_or(UINT64_MAX));
  }
  std::erase_if(pending_acks_, [&](const PendingAck& pending) { return pending.id < first_waiting; });
  if (pending_acks_.empty()) std::vector<PendingAck>().swap(pending_acks_);
  return half_received;
}

std::optional<Awaited> ClientSocket::take_awaited(std::uint64_t id) {
  const auto found = std::find_if(pending_acks_.begin(), pending_acks_.end(),
                                  [id](const PendingAck& pending) { return pending.id == id; });
  if (found == pending_acks_.end()) return std::nullopt;
  Awaited awaited = std::move(found->awaited);
  pending_acks_.erase(found);
  if (pending_acks_.empty()) std::vector<PendingAck>().swap(pending_acks_);
  return awaited;
}

}  // namespace roundhouse::socketio
