// The client's end in the tests: writes requests and masked frames by hand, reads answers and frames, understands nothing.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/websocket/frame.h"
#include "tests/core/app/fake_host.h"

namespace roundhouse::app {

struct ReadAnswer {
  int status = 0;
  std::string reason;
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
  Bytes body;
  std::size_t bytes = 0;

  std::string header(std::string_view name) const;
};

struct ReadFrame {
  websocket::Opcode opcode = websocket::Opcode::text;
  Bytes payload;
  std::size_t bytes = 0;
};

/// Empty where more bytes are needed.
std::optional<ReadAnswer> read_answer(ByteView bytes);
std::optional<ReadFrame> read_frame(ByteView bytes);

inline constexpr websocket::MaskKey test_mask{0x37, 0xfa, 0x21, 0x3d};

std::string get(std::string_view target, std::string_view more_fields = {});
std::string post(std::string_view target, std::string_view body);
std::string upgrade(std::string_view target, std::string_view key = "dGhlIHNhbXBsZSBub25jZQ==");
Bytes client_frame(std::string_view text, websocket::Opcode opcode = websocket::Opcode::text);

/// A socket over WebSocket only.
class RawClient {
 public:
  /// Connects, upgrades and joins the namespace `/`.
  explicit RawClient(FakeHost& host, const std::string& ip = "127.0.7.1");

  void send(std::string_view text, Mark mark = {});
  void send_binary(ByteView bytes);
  /// Payloads of all frames that came since; a close frame is `<close>`, a binary one `<N bytes>`.
  std::vector<std::string> take();
  void leave() { host_.reset(connection_); }

  ConnectionId connection() const { return connection_; }
  const std::string& engine_sid() const { return engine_sid_; }
  const std::string& sid() const { return sid_; }

 private:
  FakeHost& host_;
  ConnectionId connection_;
  std::string engine_sid_;
  std::string sid_;
};

/// A long-polling session: one connection for GET, one for POST.
class PollingClient {
 public:
  explicit PollingClient(FakeHost& host, const std::string& ip = "127.0.8.1");

  std::string target() const { return "/socket.io/?EIO=4&transport=polling&sid=" + engine_sid_; }
  void poll() { host_.give(get_, get(target())); }
  void send(std::string_view body, Mark mark = {});
  std::optional<ReadAnswer> take_poll() { return take(get_); }
  std::optional<ReadAnswer> take_post() { return take(post_); }
  std::optional<ReadAnswer> take(ConnectionId connection);

  ConnectionId get_connection() const { return get_; }
  ConnectionId post_connection() const { return post_; }
  const std::string& engine_sid() const { return engine_sid_; }
  const std::string& sid() const { return sid_; }

 private:
  FakeHost& host_;
  ConnectionId get_;
  ConnectionId post_;
  std::string engine_sid_;
  std::string sid_;
};

/// The value of `"sid":"..."`.
std::string sid_in(std::string_view text);

}  // namespace roundhouse::app
