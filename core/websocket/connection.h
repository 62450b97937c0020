// One WebSocket conversation after the handshake, either role. RFC 6455. Does no I/O and knows no clock.
//
// Order of calls: receive(bytes, marks), then next_event() until it is empty; send...() at any time before close();
// take_output() after each of them. After `closed` or `error` nothing more is read.
// The bytes and marks given to receive() are not copied: they must stay where they are until next_event() is empty. Only the
// beginning of an unfinished frame is kept, so an idle connection holds no buffer.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/base/marked_bytes.h"
#include "core/websocket/frame.h"
#include "core/websocket/utf8.h"

namespace roundhouse::websocket {

/// A whole message, text or binary. Valid until the next call on the connection.
struct Message {
  ByteView payload;
  bool binary = false;
  Mark mark;  ///< the mark that lay on it, if any
};
/// The peer's close frame. `code` is empty where the frame had none. We have answered it in take_output().
struct Closed {
  std::optional<std::uint16_t> code;
  std::string reason;
};
/// The peer broke the protocol; the close frame with `code` is in take_output(). RFC 6455 §7.4.1.
struct ProtocolError {
  std::uint16_t code = 1002;
  std::string why;
};
/// A ping was answered, or a pong came; for those who count.
struct PingSeen {};
struct PongSeen {};
using Event = std::variant<Message, Closed, ProtocolError, PingSeen, PongSeen>;

struct Options {
  bool client = false;                        ///< true: masks what it sends, wants unmasked frames
  std::size_t payload_bytes_max = 1'000'000;  ///< a longer message is error 1009
};

class Connection {
 public:
  explicit Connection(Options options)
      : payload_bytes_max_(options.payload_bytes_max), client_(options.client) {}

  void receive(ByteView bytes, Marks marks = {});
  std::optional<Event> next_event();

  /// `mask` is needed in the client role and ignored in the server's.
  void send(ByteView payload, bool binary, Mark mark = {}, MaskKey key = {});
  /// A close frame; without a code the frame is empty. Later sends are ignored.
  void close(std::optional<std::uint16_t> code = {}, std::string_view reason = {}, MaskKey key = {});
  /// What is to be sent; the object keeps nothing of it.
  MarkedBytes take_output();
  bool has_output() const { return !output_.empty(); }
  /// Between messages, with nothing unread, unsent or closed: such an object knows nothing of its peer and may serve another one.
  bool at_rest() const {
    return !in_message_ && !dead_ && !close_sent_ && !close_received_ && rest().empty() &&
           borrowed_marks_.empty() && (!kept_ || kept_->marks.empty()) && output_.empty();
  }
  bool close_sent() const { return close_sent_; }
  bool close_received() const { return close_received_; }
  /// A mask for the frames this object answers by itself (pong, close) in the client role.
  void set_control_mask(MaskKey key) { control_mask_ = key; }

 private:
  // What is kept between calls: most connections hold none of it most of the time.
  struct Kept {
    Bytes input;                    // an unfinished frame
    std::vector<PlacedMark> marks;  // on it
    Bytes message;                  // fragments of a message, or an unmasked copy
    Utf8Check utf8;
  };

  ByteView rest() const { return source().substr(read_); }
  ByteView source() const { return borrowed_.empty() && kept_ ? ByteView(kept_->input) : borrowed_; }
  Kept& kept();
  void keep_rest();
  Mark take_mark();
  std::optional<ProtocolError> judge(const FrameHead& head) const;
  std::optional<Event> data_frame(const FrameHead& head, ByteView payload);
  std::optional<Event> control_frame(const FrameHead& head, ByteView payload);
  Event fail(std::uint16_t code, std::string why);
  void append_control(Opcode opcode, ByteView payload);

  std::size_t payload_bytes_max_;
  ByteView borrowed_;     // the bytes of the last receive(), until they are read; empty where input is not
  Marks borrowed_marks_;  // on them, those that were not taken
  std::size_t read_ = 0;  // bytes of the source already consumed
  std::unique_ptr<Kept> kept_;
  MarkedBytes output_;
  MaskKey control_mask_{};
  bool client_;
  bool in_message_ = false;
  bool message_binary_ = false;
  bool dead_ = false;
  bool close_sent_ = false;
  bool close_received_ = false;
};

}  // namespace roundhouse::websocket
