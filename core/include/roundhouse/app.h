// How a user writes a server: handlers for connections and events, in the words of Socket.IO.
//
//   Application app;
//   app.of("/").on("join", [](Call& call) {
//     call.join(call.text_argument(0));
//     call.ack("[\"joined\"]");
//   });
//   app.of("/").on("say", [](Call& call) { call.to("room1").emit("said", call.arguments_json()); });
//
// Arguments are JSON text, as they travel: an array such as `[1,"2",{"3":[true]}]`. Whoever wants a tree asks for argument(i).
#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <roundhouse/bytes.h>
#include <roundhouse/ids.h>
#include <roundhouse/instant.h>

namespace roundhouse {

namespace app {
class SocketServer;
struct CallState;
}  // namespace app

class Call;
class Socket;

/// Binary data of an event, in the order of its placeholders `{"_placeholder":true,"num":N}`.
using Attachments = std::vector<Bytes>;

/// What a client brings to a namespace, before it is let in.
struct Handshake {
  std::string_view name_space;
  std::string_view auth_json;  ///< the client's auth payload, `{}` where it sent none
  std::string_view client_address;
};

/// Why a client is not let in: it receives `44{"message":...,"data":...}`, and its connection stays open.
struct Refusal {
  std::string message;
  std::string data_json = {};  ///< any JSON value; empty: no `data`
};

using ConnectHandler = std::function<void(Socket&)>;
/// `reason` in Socket.IO's words: `transport close`, `ping timeout`, `client namespace disconnect` ...
using DisconnectHandler = std::function<void(Socket&, std::string_view reason)>;
using EventHandler = std::function<void(Call&)>;
using Middleware = std::function<std::optional<Refusal>(const Handshake&)>;
/// Called with the arguments of the client's acknowledgement, a JSON array. Never called if the socket goes first.
using AckHandler = std::function<void(Socket&, std::string_view arguments_json, const Attachments&)>;

/// Who receives an emit. Lives for one expression: `call.to("room1").to("room2").except(sid).emit("news", "[1]")`.
///
/// Rooms are a union and a member of two of them receives one copy; without a room all sockets of the namespace receive it.
/// With an adapter that connects instances, the members on all of them.
class Emitter {
 public:
  Emitter& to(std::string_view room);
  /// Leaves out a room's members; a socket's id is a room of its own.
  Emitter& except(std::string_view room);
  /// May be dropped where a transport cannot be written at once.
  Emitter& volatile_packet();
  /// Only this instance's sockets.
  Emitter& local();
  /// \param arguments_json a JSON array.
  /// Errors: UsageError where it is not a JSON array, or the event name is empty or reserved.
  void emit(std::string_view event, std::string_view arguments_json = "[]",
            const Attachments& attachments = {});

 private:
  friend class Call;
  friend class Socket;
  explicit Emitter(app::CallState& state) : state_(&state) {}

  app::CallState* state_;
  std::vector<std::string> rooms_;
  std::vector<std::string> except_;
  bool volatile_ = false;
  bool local_ = false;
};

/// How a server ends a socket: the namespace only (`41`), or the connection with all its namespaces.
enum class Disconnect : std::uint8_t { name_space, connection };

/// A client's socket in one namespace, as a handler sees it. Lives for one call: never store it, store id() and emit to that room.
class Socket {
 public:
  std::string_view id() const;
  std::string_view name_space() const;
  std::string_view auth_json() const;
  std::string_view client_address() const;
  /// The name of the instance that serves it.
  std::string_view instance() const;

  void emit(std::string_view event, std::string_view arguments_json = "[]",
            const Attachments& attachments = {});
  /// As emit, and the client's answer is given to the handler.
  /// Errors: UsageError where more than `pending_acks_max` answers are waited for.
  void emit_with_ack(std::string_view event, std::string_view arguments_json, AckHandler on_ack);

  /// False where it is a member already, or is in `rooms_per_socket_max` rooms.
  bool join(std::string_view room);
  bool leave(std::string_view room);
  /// The rooms in the order of joining; the first is its own id.
  std::vector<std::string> rooms() const;

  /// All members of a room but this socket.
  Emitter to(std::string_view room);
  /// All sockets of the namespace but this one.
  Emitter broadcast();

  void disconnect(Disconnect what = Disconnect::name_space);

 private:
  friend class Call;
  friend class app::SocketServer;
  explicit Socket(app::CallState& state) : state_(&state) {}

  app::CallState* state_;
};

/// One event on its way through a handler. Lives for one call: never store it.
class Call {
 public:
  Socket& socket() { return socket_; }
  const std::string& event() const;
  /// All arguments as one JSON array.
  std::string_view arguments_json() const;
  std::size_t argument_count() const;
  /// The argument's JSON text; empty where there are fewer.
  std::string_view argument_json(std::size_t index) const;
  /// A string's characters, or any other value's JSON text; empty where there are fewer.
  std::string text_argument(std::size_t index) const;
  /// The argument as a tree, built when asked for; null where there are fewer.
  const boost::json::value& argument(std::size_t index) const;
  /// The member of an object argument: a string's characters, or any other value's JSON text. Empty where there is none.
  std::string text_member(std::size_t index, std::string_view key) const;
  const Attachments& attachments() const;

  /// Answers the client. Does nothing where it did not ask, or was answered.
  void ack(std::string_view arguments_json = "[]", const Attachments& attachments = {});
  bool wants_ack() const;

  bool join(std::string_view room) { return socket_.join(room); }
  bool leave(std::string_view room) { return socket_.leave(room); }
  std::vector<std::string> rooms() const { return socket_.rooms(); }
  /// All members of a room, the sender too if it is one.
  Emitter to(std::string_view room);
  /// All members but the sender.
  Emitter to_others(std::string_view room) { return socket_.to(room); }
  /// All sockets of the namespace.
  Emitter all();

  /// This handler took so long: the instance does nothing else until then.
  void busy(Duration span);
  Instant now() const;

 private:
  friend class app::SocketServer;
  explicit Call(app::CallState& state) : state_(&state), socket_(state) {}

  app::CallState* state_;
  Socket socket_;
};

/// Sockets a member of more rooms than this are refused the next one.
inline constexpr std::size_t rooms_per_socket_max = 10'000;
/// Answers that one instance waits for.
inline constexpr std::size_t pending_acks_max = 100'000;

/// The handlers of one namespace. Later registrations for the same event replace earlier ones.
class NameSpace {
 public:
  NameSpace& on_connect(ConnectHandler handler);
  NameSpace& on_disconnect(DisconnectHandler handler);
  /// Errors: UsageError for a reserved name (`connect`, `disconnect` ...).
  NameSpace& on(std::string_view event, EventHandler handler);
  /// Runs before on_connect, in the order of registration; the first refusal counts.
  NameSpace& use(Middleware middleware);

  const std::string& name() const { return name_; }
  const std::vector<ConnectHandler>& connect_handlers() const { return connect_; }
  const std::vector<DisconnectHandler>& disconnect_handlers() const { return disconnect_; }
  const std::vector<Middleware>& middlewares() const { return middlewares_; }
  /// Null where nobody listens for the event.
  const EventHandler* handler(std::string_view event) const;

 private:
  friend class Application;
  explicit NameSpace(std::string_view name) : name_(name) {}

  std::string name_;
  std::vector<ConnectHandler> connect_;
  std::vector<DisconnectHandler> disconnect_;
  std::vector<Middleware> middlewares_;
  std::map<std::string, EventHandler, std::less<>> events_;
};

/// Registers the events of the built-in application: `join`, `leave`, `room-msg` (what clients' join, leave and send speak), `rooms`,
/// `instance` and others; core/app/chat.h lists them. For an application that adds events of its own to rooms and chat.
void add_chat(NameSpace& space);

/// A server as a value: its namespaces and handlers. Many instances share one, so handlers hold no state of an instance; what lasts
/// longer than a call belongs to rooms, or to the clients. Register everything before the first instance starts.
///
/// Source: the server API of Socket.IO 4. Differs: handlers run to their end, one at a time; there are no asynchronous ones.
class Application {
 public:
  Application();

  /// The namespace of that name, made if it is new; `/` always exists. A client of any other name is told `Invalid namespace`.
  /// Errors: UsageError for a name that does not begin with `/`.
  NameSpace& of(std::string_view name);
  const std::vector<std::unique_ptr<NameSpace>>& name_spaces() const { return name_spaces_; }

 private:
  std::vector<std::unique_ptr<NameSpace>> name_spaces_;
};

}  // namespace roundhouse
