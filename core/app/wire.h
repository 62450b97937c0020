// One accepted TCP connection of an app instance, and what it is used for at the moment.
#pragma once

#include <cstdint>
#include <memory>

#include <roundhouse/host.h>
#include <roundhouse/transport.h>
#include "core/http/request_parser.h"
#include "core/websocket/connection.h"

namespace roundhouse::app {

using SessionIndex = std::uint32_t;
inline constexpr SessionIndex no_session = UINT32_MAX;

/// The HTTP side of a connection, gone after an upgrade. One request at a time: pipelined ones wait in the parser.
struct HttpConversation {
  explicit HttpConversation(http::ParserLimits limits) : parser(limits) {}

  http::RequestParser parser;
  TextId peer;  // host of the peer's address
  // The request under way.
  enum class Stage : std::uint8_t { idle, posting, polling, overlapping } stage = Stage::idle;
  bool serving = false;  // serve() is on the stack
  bool reading_paused = false;
  bool keep_alive = true;
  bool body_too_large = false;
  Transport transport = Transport::polling;
  TextId method;
  TextId sid;
};

struct Wire {
  enum class Role : std::uint8_t {
    none,
    http,
    websocket,  // a session's
    probe,      // wants to become a session's
    closing,    // we sent a close frame and wait for the peer's
    ignored     // an upgrade that nobody wants; ended in a moment
  };

  std::uint32_t serial = 0;
  Role role = Role::none;
  SessionIndex session = no_session;
  std::unique_ptr<HttpConversation> http;
  /// Only while a frame or message is unfinished, or while closing: an idle WebSocket costs nothing here.
  std::unique_ptr<websocket::Connection> reader;
};

}  // namespace roundhouse::app
