// The clients of a replay: one party with as many connections as it likes, each from an address of its own. It says what it is told
// to say and keeps what it hears; it knows no more of HTTP than where an answer ends.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include <roundhouse/host.h>

namespace roundhouse::oracles {

/// One connection, as its client saw it.
struct Talk {
  ConnectionId connection;
  std::string got;
  bool head_only = false;  ///< HEAD: an answer ends with its head
  bool ended = false;      ///< the other end has finished
  bool reset = false;
  bool refused = false;
  Instant heard_at;  ///< the last byte
  Instant ended_at;  ///< the end, of any kind

  bool over() const { return ended || reset || refused; }
  /// A whole answer is there (`101` has no body), or none will come any more.
  bool complete() const;
  /// Of the last head; 0 where none is there, as with HTTP/0.9.
  int status() const;
};

/// Where the last head that is no `100 Continue` begins.
std::size_t final_head(std::string_view answer);
/// The value of a field in a head, by its exact name; empty where it is not there.
std::string_view field_of(std::string_view head, std::string_view name);

class ScriptedClient final : public Party {
 public:
  /// `heard` is called whenever an answer is complete, or the connection has ended.
  ScriptedClient(Host& host, std::function<void()> heard) : host_(host), heard_(std::move(heard)) {}

  Talk& ask(const Address& from, const Address& to, std::string_view bytes);
  void say(const Talk& talk, std::string_view bytes) { host_.send(talk.connection, bytes); }
  void close(Talk& talk, Close how) { host_.close(talk.connection, how); }

  void on_data(ConnectionId connection, ByteView bytes, Marks marks) override;
  void on_end(ConnectionId connection) override;
  void on_close(ConnectionId connection, CloseReason reason) override;

 private:
  Host& host_;
  std::function<void()> heard_;
  std::map<std::uint32_t, Talk> talks_;
};

}  // namespace roundhouse::oracles
