// The client's side of one namespace: CONNECT, events, acknowledgements, and the buffers of the time between connections.
// No I/O. Source: socket.io-client 4.8.4, socket.js; socket.io-parser 4, Decoder.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/socketio/packet.h"

namespace roundhouse::socketio {

/// The arguments of an acknowledgement, a JSON array.
using AckCallback = std::function<void(std::string_view arguments_json)>;

/// What an acknowledgement is waited for.
struct Awaited {
  enum class For : std::uint8_t { caller, message, join, leave };
  For what = For::caller;
  MessageId message;  ///< of a message
  TextId room;        ///< of a join or leave
  AckCallback callback;
};

/// A packet that is ready to be sent: its text, then its attachments.
struct Outgoing {
  std::string text;
  std::vector<Bytes> attachments;
  Mark mark;
  std::optional<std::uint64_t> ack_id;
};

/// Order of calls: opened() when a session is open; receive() for each message, acting on what it returns before the next;
/// closed() when the session is gone. What emit() and connected packets return is to be sent at once.
class ClientSocket {
 public:
  struct Options {
    std::string_view name_space = "/";  ///< both texts must outlive the socket
    std::string_view auth_json = {};    ///< an object, or empty
    /// Emits kept while not connected, acknowledgements waited for, and events kept until CONNECT is answered: each.
    std::uint32_t packets_max = 10'000;
  };

  /// `sid` is valid during the call.
  struct Connected {
    std::string_view sid;
  };
  struct Refused {
    std::string message;
    std::string_view data_json;  ///< empty where there is none
  };
  struct Disconnected {};
  /// The views are valid until the next call.
  struct Event {
    std::string_view json;  ///< the whole array, name included
    const std::vector<Bytes>* attachments = nullptr;
    std::optional<std::uint64_t> ack_id;
    Mark mark;
  };
  struct Acked {
    Awaited awaited;
    std::string_view arguments_json;
    Mark mark;
  };
  /// A packet that the decoder refuses; the manager ends the session with `parse error`.
  struct ParseError {
    std::string why;
  };
  /// Of another namespace, an unknown acknowledgement, or a part of something: nothing to do.
  struct Nothing {
    Mark mark;
  };
  /// An event that waits for the answer to CONNECT; `kept` is false above the limit.
  struct Early {
    Mark mark;
    bool kept = true;
  };
  using Arrived = std::variant<Nothing, Event, Acked, Connected, Refused, Disconnected, ParseError, Early>;

  explicit ClientSocket(const Options& options) : options_(options) {}

  /// The CONNECT packet for a session that has just opened.
  Outgoing connect_packet() const;
  Outgoing disconnect_packet() const;
  Arrived receive(ByteView payload, bool binary, Mark mark);
  /// After Connected: the events that came too early, oldest first, and then the emits that waited.
  std::vector<Packet> take_early();
  std::vector<Outgoing> take_unsent();

  /// A packet to be sent now; where none is returned it waits for the next CONNECT, or `overflow` is set.
  /// \param ready  connected, and no ping is overdue
  struct Emit {
    std::string_view name;
    std::string_view arguments_json;
    std::vector<Bytes> attachments = {};
    Mark mark = {};
    std::optional<Awaited> awaited = {};
    bool ready = false;
  };
  std::optional<Outgoing> emit(Emit emit, bool& overflow);
  /// Our answer to an event that asks for one.
  Outgoing ack_packet(std::uint64_t id, std::string_view arguments_json) const;

  /// The session is gone. Forgets acknowledgements, but for emits that still wait; early events stay, as in the original.
  /// Returns the mark of a packet that was half received.
  std::optional<Mark> closed();

  bool connected() const { return connected_; }
  /// Emits that wait for the next CONNECT, and events that came before its answer.
  std::span<const Outgoing> unsent() const;
  std::span<const Packet> early() const;

 private:
  struct PendingAck {
    std::uint64_t id = 0;
    Awaited awaited;
  };

  Arrived act_on(const PacketView& packet, Mark mark);
  Arrived attachment(ByteView bytes, Mark mark);
  std::optional<Awaited> take_awaited(std::uint64_t id);

  Options options_;
  // Most sockets have none of these most of the time.
  struct Waiting {
    std::vector<Outgoing> unsent;
    std::vector<Packet> early;
    std::optional<Packet> partial;  // a binary packet whose attachments are still coming, or have just come
  };
  Waiting& waiting();
  void tidy();

  std::vector<PendingAck> pending_acks_;
  std::unique_ptr<Waiting> waiting_;
  std::uint32_t next_ack_id_ = 0;
  std::uint8_t attachments_missing_ = 0;
  bool connected_ = false;
};

}  // namespace roundhouse::socketio
