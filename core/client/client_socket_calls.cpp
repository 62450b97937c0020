// The client's socket: events in and out, acknowledgements, rooms, and the records of messages. See client.h.
#include <array>
#include <utility>

#include "core/base/json_text.h"
#include "core/base/payload_hash.h"
#include "core/client/client.h"

namespace roundhouse {
namespace {

using socketio::Awaited;
using socketio::ClientSocket;

constexpr std::string_view room_message = "room-msg";

// An event's text taken apart without a copy where it is short: `[` and what follows the name.
class EventParts {
 public:
  explicit EventParts(std::string_view json) {
    json_text::Elements elements(json);
    if (const auto first = elements.next(); first && first->front() == '"') {
      name_ = first->substr(1, first->size() - 2);
      if (name_.find('\\') != std::string_view::npos) {
        unescaped_ = json_text::unquote(*first);
        name_ = unescaped_;
      }
    }
    const std::string_view rest = json.empty() ? "]" : json.substr(elements.position());
    if (rest.size() < small_.size()) {
      small_[0] = '[';
      rest.copy(small_.data() + 1, rest.size());
      arguments_ = {small_.data(), rest.size() + 1};
    } else {
      large_ = "[" + std::string(rest);
      arguments_ = large_;
    }
  }
  EventParts(const EventParts&) = delete;
  EventParts& operator=(const EventParts&) = delete;

  std::string_view name() const { return name_; }
  std::string_view arguments() const { return arguments_; }

 private:
  std::array<char, 512> small_;  // NOLINT: filled as far as it is used
  std::string large_;
  std::string unescaped_;
  std::string_view name_;
  std::string_view arguments_;
};

}  // namespace

void Client::emit(std::string_view name, std::string_view arguments_json, AckCallback callback,
                  std::vector<Bytes> attachments) {
  std::optional<Awaited> awaited;
  if (callback) awaited = Awaited{Awaited::For::caller, {}, {}, std::move(callback)};
  emit(name, arguments_json, std::move(attachments), {}, std::move(awaited));
}

void Client::join(std::string_view room) {
  member(room, true);
}

void Client::leave(std::string_view room) {
  member(room, false);
}

void Client::member(std::string_view room, bool joins) {
  Record record;
  record.kind = joins ? RecordKind::join : RecordKind::leave;
  record.how = static_cast<std::uint8_t>(MemberPhase::asked);
  record.subject = sid_;
  record.text = host_.text(room);
  host_.record(record);
  emit(joins ? "join" : "leave", "[" + json_text::quote(room) + "]", {}, {},
       Awaited{joins ? Awaited::For::join : Awaited::For::leave, {}, record.text, {}});
}

MessageId Client::send_to_room(std::string_view room, std::size_t payload_bytes) {
  return send_to_room(room, std::string_view(std::string(payload_bytes, 'x')));
}

MessageId Client::send_to_room(std::string_view room, std::string_view payload) {
  const MessageId message = host_.new_message();
  std::string arguments = "[{\"room\":";
  json_text::append_quoted(arguments, room);
  arguments += ",\"id\":" + std::to_string(message.value) + ",\"pad\":";
  json_text::append_quoted(arguments, payload);
  arguments += "}]";

  Record record;
  record.kind = RecordKind::send;
  record.message = message;
  record.text = host_.text(room);
  record.subject = sid_;
  record.value = payload_hash(arguments);
  record.extra = arguments.size();
  host_.record(record);
  const bool frame = session_ && session_->transport() == Transport::websocket;
  emit(room_message, arguments, {}, Mark{message, {}, frame ? What::frame : What::post},
       Awaited{Awaited::For::message, message, {}, {}});
  return message;
}

void Client::answer(std::string_view arguments_json) {
  if (event_ == nullptr || !event_->ack_id) return;
  transmit(socket_.ack_packet(*event_->ack_id, arguments_json));
}

const std::vector<Bytes>& Client::attachments() const {
  if (event_ == nullptr || event_->attachments == nullptr) {
    throw UsageError("attachments() is for on_event of a binary event");
  }
  return *event_->attachments;
}

void Client::emit(std::string_view name, std::string_view arguments_json, std::vector<Bytes> attachments,
                  Mark mark, std::optional<Awaited> awaited) {
  bool overflow = false;
  auto outgoing = socket_.emit({.name = name,
                                .arguments_json = arguments_json,
                                .attachments = std::move(attachments),
                                .mark = mark,
                                .awaited = std::move(awaited),
                                .ready = ready()},
                               overflow);
  if (overflow && mark) record_message(RecordKind::lost, mark, {}, Cause::overflow);
  if (outgoing) transmit(std::move(*outgoing));
}

// Connected, and no ping is overdue: a client whose timers run late keeps what it emits for the next session.
bool Client::ready() const {
  if (!connected() || !session_) return false;
  const auto deadline = session_->deadline();
  return !deadline || host_.now() <= *deadline;
}

void Client::transmit(socketio::Outgoing outgoing) {
  const bool alone = outgoing.attachments.empty();
  bool sent = session_ && session_->send(std::move(outgoing.text), false, alone ? outgoing.mark : Mark{});
  for (std::size_t i = 0; i < outgoing.attachments.size() && sent; ++i) {
    const bool last = i + 1 == outgoing.attachments.size();
    sent = session_->send(std::move(outgoing.attachments[i]), true, last ? outgoing.mark : Mark{});
  }
  if (!sent && outgoing.mark) record_message(RecordKind::lost, outgoing.mark, {}, Cause::overflow);
}

void Client::receive(ByteView data, bool binary, Mark mark) {
  if (!active_) {
    if (mark) record_message(RecordKind::lost, mark, wires_.websocket_connection(), Cause::closed);
    return;
  }
  ClientSocket::Arrived what = socket_.receive(data, binary, mark);
  if (const auto* event = std::get_if<ClientSocket::Event>(&what)) {
    arrived(*event);
  } else if (auto* acked = std::get_if<ClientSocket::Acked>(&what)) {
    arrived(*acked);
  } else if (const auto* connected = std::get_if<ClientSocket::Connected>(&what)) {
    socket_connected(connected->sid);
  } else if (const auto* refused = std::get_if<ClientSocket::Refused>(&what)) {
    leave_manager();
    connect_error(refused->message, 0);
  } else if (std::holds_alternative<ClientSocket::Disconnected>(what)) {
    leave_manager();
    socket_closed("io server disconnect");
  } else if (std::holds_alternative<ClientSocket::ParseError>(what)) {
    if (mark) record_message(RecordKind::lost, mark, wires_.websocket_connection(), Cause::closed);
    close_manager("parse error");
  } else if (const auto* nothing = std::get_if<ClientSocket::Nothing>(&what)) {
    if (nothing->mark)
      record_message(RecordKind::lost, nothing->mark, wires_.websocket_connection(), Cause::closed);
  } else if (const auto* early = std::get_if<ClientSocket::Early>(&what)) {
    if (!early->kept && early->mark) record_message(RecordKind::lost, early->mark, {}, Cause::overflow);
  }
}

void Client::arrived(const ClientSocket::Event& event) {
  const EventParts parts(event.json);
  MessageId message = event.mark.message;
  if (!message) {
    const auto id = socketio::find_member(event.json, "id");
    if (const auto number = id ? json_text::unsigned_integer(*id) : std::nullopt) message = {*number};
  }
  if (message) {
    Record record;
    record.kind = RecordKind::deliver;
    record.message = message;
    record.subject = sid_;
    record.value = payload_hash(parts.arguments());
    if (const auto room = socketio::find_member(event.json, "room")) record.text = room_text(*room);
    host_.record(record);
  }
  if (handler_ == nullptr) return;
  const auto* const outer = std::exchange(event_, &event);
  handler_->on_event(*this, parts.name(), parts.arguments(), message);
  event_ = outer;
}

void Client::arrived(ClientSocket::Acked& acked) {
  Record record;
  record.subject = sid_;
  switch (acked.awaited.what) {
    case Awaited::For::caller:
      if (acked.awaited.callback) acked.awaited.callback(acked.arguments_json);
      return;
    case Awaited::For::message:
      record.kind = RecordKind::ack;
      record.message = acked.awaited.message;
      break;
    case Awaited::For::join:
    case Awaited::For::leave:
      record.kind = acked.awaited.what == Awaited::For::join ? RecordKind::join : RecordKind::leave;
      record.how = static_cast<std::uint8_t>(MemberPhase::done);
      record.text = acked.awaited.room;
      break;
  }
  host_.record(record);
}

void Client::socket_connected(std::string_view sid) {
  sid_ = host_.text(sid);
  record_client(ClientPhase::open);
  for (const socketio::Packet& packet : socket_.take_early()) {
    arrived(ClientSocket::Event{packet.json, packet.attachments.empty() ? nullptr : &packet.attachments,
                                packet.ack_id, packet.mark});
  }
  for (socketio::Outgoing& outgoing : socket_.take_unsent()) transmit(std::move(outgoing));
  if (handler_ != nullptr) handler_->on_connect(*this);
}

void Client::socket_closed(std::string_view reason) {
  if (const auto mark = socket_.closed()) record_message(RecordKind::lost, *mark, {}, Cause::closed);
  record_client(ClientPhase::closed, reason);
  sid_ = {};
  upgraded_ = false;
  if (handler_ != nullptr) handler_->on_disconnect(*this, reason);
}

void Client::connect_error(std::string_view message, int status) {
  record_client(ClientPhase::error, message, status);
  if (handler_ != nullptr) handler_->on_connect_error(*this, message, status);
}

void Client::record_client(ClientPhase phase, std::string_view text, int status) {
  Record record;
  record.kind = RecordKind::client;
  record.how = static_cast<std::uint8_t>(phase);
  record.subject = sid_;
  if (!text.empty()) record.text = host_.text(text);
  record.code = static_cast<std::uint16_t>(status);
  record.value = attempts_;
  record.extra = session_ && session_->transport() == Transport::websocket ? 1 : 0;
  host_.record(record);
}

void Client::record_message(RecordKind kind, Mark mark, ConnectionId connection, Cause cause) {
  Record record;
  record.kind = kind;
  record.message = mark.message;
  record.subject = mark.to;
  record.how = static_cast<std::uint8_t>(mark.what);
  record.code = static_cast<std::uint16_t>(cause);
  record.connection = connection.serial;
  host_.record(record);
}

TextId Client::room_text(std::string_view room) {
  if (!last_room_ || host_.text_of(last_room_) != room) last_room_ = host_.text(room);
  return last_room_;
}

}  // namespace roundhouse
