// The Socket.IO server of an app instance: which client is in which namespaces and rooms, and what its packets mean. It calls the
// application's handlers. Bytes and connections are the engine's.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include <roundhouse/app.h>
#include <roundhouse/host.h>
#include "core/app/adapter.h"
#include "core/app/call_state.h"
#include "core/app/engine.h"
#include "core/app/options.h"
#include "core/socketio/name_space.h"
#include "core/socketio/packet.h"
#include "core/socketio/socket.h"

namespace roundhouse::app {

class SocketServer final : public EngineUser, public LocalSockets {
 public:
  /// All but the application outlive the server; `engine` is set before the first event.
  SocketServer(Host& host, const Options& options, std::shared_ptr<const Application> application,
               Adapter& adapter);

  void set_engine(Engine& engine) { engine_ = &engine; }
  void on_connect_timer(std::uint64_t tag);
  /// Every socket ends, with the reason `server shutting down`.
  void on_stop();
  /// Sockets that ended during a callback are forgotten at its end.
  void sweep();

  // EngineUser
  void on_session_open(SessionIndex session) override;
  void on_session_message(SessionIndex session, ByteView data, bool binary, Mark mark) override;
  void on_session_websocket(SessionIndex session, ConnectionId websocket) override;
  void on_session_closed(SessionIndex session, std::string_view reason) override;

  // LocalSockets
  void deliver_local(const Broadcast& broadcast) override;
  bool has_room(std::string_view name_space, std::string_view room) const override;
  bool has_sockets() const override;
  std::vector<std::string> name_spaces() const override;

  // What handlers ask for. A socket that has ended is asked in vain, as in Socket.IO.
  Host& host() { return host_; }
  std::string_view instance() const {
    return options_.instance.empty() ? host_.name() : std::string_view(options_.instance);
  }
  std::string_view sid(socketio::SocketIndex socket) const { return host_.text_of(sockets_[socket].sid); }
  std::string_view name_space(socketio::SocketIndex socket) const;
  std::string_view auth_json(socketio::SocketIndex socket) const;
  std::string_view client_address(socketio::SocketIndex socket) const;
  void emit_to_socket(socketio::SocketIndex socket, std::string_view event, std::string_view arguments_json,
                      const Attachments& attachments, AckHandler on_ack);
  void ack(CallState& call, std::string_view arguments_json, const Attachments& attachments);
  /// Gives the broadcast its message id, writes `accept`, and hands it to the adapter.
  void emit_to_rooms(CallState& call, Broadcast broadcast);
  bool join(socketio::SocketIndex socket, std::string_view room);
  bool leave(socketio::SocketIndex socket, std::string_view room);
  std::vector<std::string> rooms(socketio::SocketIndex socket) const;
  void disconnect(socketio::SocketIndex socket, Disconnect what);

  std::size_t socket_count() const;

 private:
  /// An event or ack whose binary parts are still coming.
  struct Unfinished {
    socketio::Packet packet;
    std::uint32_t attachments = 0;
  };
  /// The Socket.IO side of a session.
  struct Client {
    socketio::SocketIndex first = socketio::no_socket;
    std::uint32_t sockets_made = 0;
    TimerId connect_timer;
    std::unique_ptr<Unfinished> unfinished;
  };
  struct LiveNameSpace {
    const NameSpace* handlers = nullptr;
    socketio::NameSpace sockets;
  };
  static constexpr std::uint32_t no_name_space = UINT32_MAX;

  std::uint32_t name_space_of(std::string_view name) const;
  socketio::SocketIndex socket_of(SessionIndex session, std::uint32_t name_space) const;
  void on_packet(SessionIndex session, const socketio::PacketView& packet, const Attachments& attachments,
                 Mark mark);
  void on_connect(SessionIndex session, const socketio::PacketView& packet);
  void refuse(SessionIndex session, std::string_view name_space, const Refusal& refusal);
  void on_event(socketio::SocketIndex socket, const socketio::PacketView& packet,
                const Attachments& attachments, Mark mark);
  void on_ack(socketio::SocketIndex socket, const socketio::PacketView& packet,
              const Attachments& attachments);
  void end_socket(socketio::SocketIndex socket, std::string_view reason);
  void protocol_violation(SessionIndex session, Mark mark);
  void send(socketio::SocketIndex socket, socketio::PacketType type, std::optional<std::uint64_t> ack_id,
            std::string json, const Attachments& attachments, Mark mark);
  MessageId message_of(std::string_view event_json, Mark mark) const;
  void record_socket(socketio::SocketIndex socket, SocketPhase phase, std::string_view text);
  void record_member(RecordKind kind, socketio::SocketIndex socket, TextId room);

  struct Delivery;
  void deliver_to_polling(socketio::SocketIndex socket, const Delivery& delivery);
  void record_handed(Mark mark, const Delivery& delivery);

  Host& host_;
  const Options& options_;
  std::shared_ptr<const Application> application_;
  Adapter& adapter_;
  Engine* engine_ = nullptr;
  socketio::Sockets sockets_;
  std::vector<LiveNameSpace> name_spaces_;
  socketio::Pages<Client> clients_;  // by session
  std::map<std::pair<socketio::SocketIndex, std::uint64_t>, AckHandler> pending_acks_;
  std::vector<socketio::SocketIndex> dead_;
  // Reused by each broadcast.
  std::vector<socketio::SocketIndex> members_;
  std::vector<socketio::SocketIndex> left_out_;
  std::vector<socketio::SocketIndex> polling_;
  std::vector<SessionIndex> slow_;
};

}  // namespace roundhouse::app
