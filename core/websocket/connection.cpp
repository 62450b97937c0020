#include "core/websocket/connection.h"

#include <algorithm>
#include <utility>

#include "core/base/assertion.h"

namespace roundhouse::websocket {
namespace {

constexpr std::size_t control_payload_max = 125;  // RFC 6455 §5.5

bool is_control(Opcode opcode) {
  return static_cast<unsigned>(opcode) >= 8;
}

bool is_known(Opcode opcode) {
  const auto number = static_cast<unsigned>(opcode);
  return number <= 2 || (number >= 8 && number <= 10);
}

// RFC 6455 §7.4; the codes that may stand in a frame, as in Node's `ws`.
bool is_close_code(std::uint16_t code) {
  return (code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006) ||
         (code >= 3000 && code <= 4999);
}

}  // namespace

void Connection::receive(ByteView bytes, Marks marks) {
  if (dead_ || close_received_ || bytes.empty()) return;
  ROUNDHOUSE_ASSERT(borrowed_.empty());  // next_event() was not called until it was empty
  if (kept_ && !kept_->input.empty()) {
    const auto before = static_cast<std::uint32_t>(kept_->input.size());
    for (const PlacedMark& m : marks) kept_->marks.push_back({before + m.end, m.mark});
    kept_->input.append(bytes);
  } else {
    borrowed_ = bytes;
    borrowed_marks_ = marks;
    read_ = 0;
  }
}

std::optional<Event> Connection::next_event() {
  while (!dead_ && !close_received_) {
    const ByteView bytes = rest();
    const auto head = read_frame_head(bytes);
    if (!head) break;
    if (auto error = judge(*head)) return fail(error->code, std::move(error->why));
    if (bytes.size() - head->head_bytes < head->payload_bytes) break;
    const auto size = static_cast<std::size_t>(head->payload_bytes);
    read_ += head->head_bytes + size;
    const ByteView payload = bytes.substr(head->head_bytes, size);
    auto event = is_control(head->opcode) ? control_frame(*head, payload) : data_frame(*head, payload);
    if (event) return event;
  }
  keep_rest();
  return std::nullopt;
}

void Connection::send(ByteView payload, bool binary, Mark mark, MaskKey key) {
  if (close_sent_) return;
  append_frame(output_.bytes, binary ? Opcode::binary : Opcode::text, payload,
               client_ ? std::optional(key) : std::nullopt);
  output_.mark_end(mark);
}

void Connection::close(std::optional<std::uint16_t> code, std::string_view reason, MaskKey key) {
  if (close_sent_) return;
  Bytes payload;
  if (code) {
    payload += static_cast<char>(*code >> 8);
    payload += static_cast<char>(*code & 255);
    payload.append(reason.substr(0, control_payload_max - 2));
  }
  append_frame(output_.bytes, Opcode::close, payload, client_ ? std::optional(key) : std::nullopt);
  close_sent_ = true;
}

MarkedBytes Connection::take_output() {
  return std::exchange(output_, {});
}

Connection::Kept& Connection::kept() {
  if (!kept_) kept_ = std::make_unique<Kept>();
  return *kept_;
}

void Connection::keep_rest() {
  const bool over = dead_ || close_received_;
  if (!borrowed_.empty() && read_ < borrowed_.size() && !over) {
    kept().input.assign(rest());
    kept_->marks.assign(borrowed_marks_.begin(), borrowed_marks_.end());
  } else if (borrowed_.empty() && kept_) {
    kept_->input.erase(0, read_);
  }
  // Marks that were passed over lie on control frames; nobody sends such.
  if (kept_) {
    for (PlacedMark& m : kept_->marks) m.end -= std::min(m.end, static_cast<std::uint32_t>(read_));
  }
  borrowed_ = {};
  borrowed_marks_ = {};
  read_ = 0;
  if (kept_ && (over || (kept_->input.empty() && !in_message_))) kept_.reset();
}

// The last mark on what has been consumed.
Mark Connection::take_mark() {
  Mark mark;
  if (!borrowed_.empty()) {
    while (!borrowed_marks_.empty() && borrowed_marks_.front().end <= read_) {
      mark = borrowed_marks_.front().mark;
      borrowed_marks_ = borrowed_marks_.subspan(1);
    }
  } else {
    std::size_t taken = 0;
    while (taken < kept_->marks.size() && kept_->marks[taken].end <= read_) mark = kept_->marks[taken++].mark;
    kept_->marks.erase(kept_->marks.begin(), kept_->marks.begin() + static_cast<std::ptrdiff_t>(taken));
  }
  return mark;
}

std::optional<ProtocolError> Connection::judge(const FrameHead& head) const {
  if (head.reserved_bits) return ProtocolError{1002, "reserved bits are set"};
  if (!is_known(head.opcode)) return ProtocolError{1002, "unknown opcode"};
  if (head.masked == client_) {
    return ProtocolError{
        1002, head.masked ? "a masked frame from the server" : "an unmasked frame from the client"};
  }
  if (is_control(head.opcode)) {
    if (!head.fin) return ProtocolError{1002, "a fragmented control frame"};
    if (head.payload_bytes > control_payload_max)
      return ProtocolError{1002, "a control frame above 125 bytes"};
    return std::nullopt;
  }
  if ((head.opcode == Opcode::continuation) != in_message_) {
    return ProtocolError{1002, in_message_ ? "a new message inside another" : "a continuation of nothing"};
  }
  const std::uint64_t before = in_message_ ? kept_->message.size() : 0;
  if (head.payload_bytes > payload_bytes_max_ || before + head.payload_bytes > payload_bytes_max_) {
    return ProtocolError{1009, "a message above the limit"};
  }
  return std::nullopt;
}

std::optional<Event> Connection::data_frame(const FrameHead& head, ByteView payload) {
  const bool first = !in_message_;
  const bool whole = first && head.fin;
  if (first) message_binary_ = head.opcode == Opcode::binary;
  if (!whole || head.masked) {
    Kept& keep = kept();
    if (first) keep.message.clear();
    if (first) keep.utf8.reset();
    keep.message.append(payload);
    char* const copy = keep.message.data() + keep.message.size() - payload.size();
    if (head.masked) apply_mask(copy, payload.size(), head.mask);
    payload = ByteView(copy, payload.size());
  }
  in_message_ = !head.fin;
  if (!message_binary_) {
    const bool text =
        whole ? is_utf8(payload) : kept_->utf8.feed(payload) && (in_message_ || kept_->utf8.complete());
    if (!text) return fail(1007, "text that is not UTF-8");
  }
  if (in_message_) return std::nullopt;
  return Message{whole ? payload : ByteView(kept_->message), message_binary_, take_mark()};
}

std::optional<Event> Connection::control_frame(const FrameHead& head, ByteView masked_payload) {
  Bytes payload(masked_payload);
  if (head.masked) apply_mask(payload.data(), payload.size(), head.mask);
  if (head.opcode == Opcode::pong) return PongSeen{};
  if (head.opcode == Opcode::ping) {
    if (!close_sent_) append_control(Opcode::pong, payload);
    return PingSeen{};
  }
  Closed closed;
  if (payload.size() == 1) return fail(1002, "a close frame with half a code");
  if (payload.size() >= 2) {
    closed.code = static_cast<std::uint16_t>(static_cast<unsigned char>(payload[0]) << 8 |
                                             static_cast<unsigned char>(payload[1]));
    closed.reason = payload.substr(2);
    if (!is_close_code(*closed.code)) return fail(1002, "a close code that may not be sent");
    if (!is_utf8(closed.reason)) return fail(1007, "a close reason that is not UTF-8");
  }
  close_received_ = true;
  if (!close_sent_) append_control(Opcode::close, ByteView(payload).substr(0, 2));
  close_sent_ = true;
  return closed;
}

Event Connection::fail(std::uint16_t code, std::string why) {
  close(code, {}, control_mask_);
  dead_ = true;
  in_message_ = false;
  return ProtocolError{code, std::move(why)};
}

void Connection::append_control(Opcode opcode, ByteView payload) {
  append_frame(output_.bytes, opcode, payload, client_ ? std::optional(control_mask_) : std::nullopt);
}

}  // namespace roundhouse::websocket
