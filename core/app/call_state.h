// What Call, Socket and Emitter stand on during one call of a handler. Theirs alone; users never see it.
#pragma once

#include <boost/json/array.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <roundhouse/app.h>
#include "core/socketio/socket.h"

namespace roundhouse::app {

class SocketServer;

struct CallState {
  SocketServer& server;
  socketio::SocketIndex socket = socketio::no_socket;

  // The event, for a Call.
  std::string event = {};
  std::string_view event_json = {};
  const Attachments* attachments = nullptr;
  std::optional<std::uint64_t> ack_id = {};
  /// The event's own message; the first emit to rooms or to all carries it on.
  MessageId message = {};
  bool message_carried_on = false;
  bool acked = false;

  // Made when asked for.
  std::optional<std::string> arguments = {};
  std::vector<std::string_view> argument_texts = {};
  std::optional<boost::json::array> tree = {};
};

}  // namespace roundhouse::app
