// The servers behind both proxies: real listeners on 127.0.0.1 that answer, break or refuse as they are told. They run in a thread
// of their own; what they are told holds from the moment the call returns.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "tests/peers/loopback_sockets.h"

namespace roundhouse::peers {

enum class Mode : std::uint8_t {
  up,       ///< 200, and 101 to an upgrade
  refuse,   ///< nothing listens
  end,      ///< FIN instead of an answer
  reset,    ///< RST instead of an answer
  garbage,  ///< a head that is none
  answers_403,
  answers_404,
  answers_429,
  answers_500,
  answers_502,
  answers_503,
  answers_504
};
inline constexpr int modes = 12;
const char* name_of(Mode mode);

class ScriptedServers {
 public:
  explicit ScriptedServers(std::size_t count);
  ~ScriptedServers();
  ScriptedServers(const ScriptedServers&) = delete;
  ScriptedServers& operator=(const ScriptedServers&) = delete;

  Address address(std::size_t server) const { return servers_[server].address; }
  void set_mode(std::size_t server, Mode mode);
  /// All up, nothing open.
  void rest();
  /// Ends the server's open connections, by FIN.
  void end_connections(std::size_t server);

 private:
  struct Server {
    Address address;
    Socket holder;  ///< bound and not listening: keeps the port while the server refuses
    Socket listener;
    Mode mode = Mode::up;
  };
  struct Connection {
    Socket socket;
    std::size_t server = 0;
    std::string request;
    bool answered = false;
  };

  void run();
  void serve(Connection& connection);
  void answer(Connection& connection);

  std::mutex mutex_;  // over all below
  std::vector<Server> servers_;
  std::map<int, Connection> connections_;  // by descriptor
  Socket wake_read_;
  Socket wake_write_;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace roundhouse::peers
