// A server of a replay: it reads a request and does what its mode says. The modes are those of the recorded data; `up` answers as
// the backend of the recordings did: 101 to an upgrade, 426 to one whose headers were lost, else 200. `echo` answers
// with what came, signed by the last digit of its address.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include <roundhouse/host.h>

namespace roundhouse::oracles {

/// One connection, as the server saw it.
struct Heard {
  ConnectionId connection;
  std::string bytes;  ///< all that came; a tunnel's bytes behind the request
  std::size_t request_bytes = 0;
  bool answered = false;
  bool over = false;   ///< ended from either side
  bool eof = false;    ///< the proxy finished first
  bool reset = false;  ///< the proxy, or the network, reset it
  Instant over_at;
};

/// What outlives the server's process.
struct BackendScript {
  int number = 0;
  Address address;
  std::string mode = "up";
  bool signs = true;                     ///< a field `X-Server` says who answered
  std::map<std::uint32_t, Heard> heard;  ///< by the connection's serial, so the last came last
};

class ScriptedBackend final : public Party {
 public:
  ScriptedBackend(Host& host, BackendScript& script) : host_(host), script_(script) {}

  void listen() { host_.listen(script_.address); }
  void stop_listening() { host_.stop_listening(script_.address); }
  void say(const Heard& heard, std::string_view bytes) { host_.send(heard.connection, bytes); }
  /// Ends one connection, or all, from this side.
  void close(Heard& heard, Close how);
  void close_all(Close how);

  void on_start() override;
  void on_accept(ConnectionId connection, const Accepted& accepted) override;
  void on_data(ConnectionId connection, ByteView bytes, Marks marks) override;
  void on_end(ConnectionId connection) override;
  void on_close(ConnectionId connection, CloseReason reason) override;

 private:
  void answer(Heard& heard);
  std::string answer_to(const std::string& request) const;

  Host& host_;
  BackendScript& script_;
};

}  // namespace roundhouse::oracles
