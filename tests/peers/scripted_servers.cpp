// Servers for a test. See scripted_servers.h.
#include "tests/peers/scripted_servers.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <stdexcept>

namespace roundhouse::peers {

namespace {

void listen_on(Socket& socket) {
  ::fcntl(socket.fd(), F_SETFL, O_NONBLOCK);
  if (::listen(socket.fd(), 64) != 0) throw std::runtime_error("a scripted server cannot listen");
}

/// The request has come whole: its head, and a body of the length that it says. The proxies send no chunks.
bool whole(const std::string& request) {
  const std::size_t head_end = request.find("\r\n\r\n");
  if (head_end == std::string::npos) return false;
  const std::size_t at = request.find("Content-Length: ");
  const std::size_t body = at < head_end ? std::stoul(request.substr(at + 16)) : 0;
  return request.size() >= head_end + 4 + body;
}

int status_of(Mode mode) {
  switch (mode) {
    case Mode::answers_403:
      return 403;
    case Mode::answers_404:
      return 404;
    case Mode::answers_429:
      return 429;
    case Mode::answers_500:
      return 500;
    case Mode::answers_502:
      return 502;
    case Mode::answers_503:
      return 503;
    case Mode::answers_504:
      return 504;
    default:
      return 200;
  }
}

}  // namespace

const char* name_of(Mode mode) {
  constexpr std::array<const char*, modes> names = {
      "up",          "refuse",      "end",         "reset",       "garbage",     "answers 403",
      "answers 404", "answers 429", "answers 500", "answers 502", "answers 503", "answers 504"};
  return names.at(static_cast<std::size_t>(mode));
}

ScriptedServers::ScriptedServers(std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    Server& server = servers_.emplace_back();
    server.holder = bound_socket({"127.0.0.1", 0});
    server.address = {"127.0.0.1", port_of(server.holder)};
    server.listener = bound_socket(server.address);
    listen_on(server.listener);
  }
  std::array<int, 2> pipe_ends{};
  if (::pipe2(pipe_ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  wake_read_ = Socket(pipe_ends[0]);
  wake_write_ = Socket(pipe_ends[1]);
  thread_ = std::thread([this] { run(); });
}

ScriptedServers::~ScriptedServers() {
  {
    const std::scoped_lock lock(mutex_);
    ending_ = true;
  }
  wake_write_.close();
  thread_.join();
}

void ScriptedServers::set_mode(std::size_t number, Mode mode) {
  const std::scoped_lock lock(mutex_);
  Server& server = servers_[number];
  server.mode = mode;
  if (mode == Mode::refuse) {
    // The thread may be in poll() with it, and keeps it listening: closing alone would refuse nobody yet.
    ::shutdown(server.listener.fd(), SHUT_RDWR);
    server.listener.close();
  } else if (!server.listener.open()) {
    server.listener = bound_socket(server.address);
    listen_on(server.listener);
    [[maybe_unused]] const ssize_t written = ::write(wake_write_.fd(), "!", 1);
  }
}

void ScriptedServers::rest() {
  for (std::size_t i = 0; i < servers_.size(); ++i) set_mode(i, Mode::up);
  const std::scoped_lock lock(mutex_);
  connections_.clear();
}

void ScriptedServers::end_connections(std::size_t server) {
  const std::scoped_lock lock(mutex_);
  std::erase_if(connections_, [server](const auto& entry) { return entry.second.server == server; });
}

void ScriptedServers::run() {
  std::unique_lock lock(mutex_);
  while (!ending_) {
    std::vector<pollfd> waiting = {{wake_read_.fd(), POLLIN, 0}};
    for (const Server& server : servers_) {
      if (server.listener.open()) waiting.push_back({server.listener.fd(), POLLIN, 0});
    }
    for (const auto& entry : connections_) waiting.push_back({entry.first, POLLIN, 0});
    lock.unlock();
    ::poll(waiting.data(), waiting.size(), 100);
    lock.lock();
    std::array<char, 64> wakes{};
    if (waiting[0].revents != 0 && ::read(wake_read_.fd(), wakes.data(), wakes.size()) <= 0) return;
    // Descriptors may have been closed and given out again meanwhile: all calls below take it well when nothing is there.
    for (std::size_t i = 0; i < servers_.size(); ++i) {
      if (!servers_[i].listener.open()) continue;
      for (int fd = 0; fd >= 0;) {
        fd = ::accept4(servers_[i].listener.fd(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd >= 0) connections_[fd] = {Socket(fd), i, {}, false};
      }
    }
    for (const pollfd& ready : waiting) {
      const auto found = connections_.find(ready.fd);
      if (found != connections_.end()) serve(found->second);
    }
  }
}

void ScriptedServers::serve(Connection& connection) {
  std::array<char, 16384> buffer{};
  while (true) {
    const ssize_t count = ::recv(connection.socket.fd(), buffer.data(), buffer.size(), 0);
    if (count < 0 && errno == EAGAIN) return;
    if (count <= 0) {
      connections_.erase(connection.socket.fd());
      return;
    }
    connection.request.append(buffer.data(), static_cast<std::size_t>(count));
    if (connection.answered || !whole(connection.request)) continue;
    answer(connection);
    return;
  }
}

void ScriptedServers::answer(Connection& connection) {
  const int fd = connection.socket.fd();
  const Mode mode = servers_[connection.server].mode;
  connection.answered = true;
  if (mode == Mode::end || mode == Mode::refuse) {
    connections_.erase(fd);
    return;
  }
  if (mode == Mode::reset) {
    const linger at_once{1, 0};
    ::setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    connections_.erase(fd);
    return;
  }
  const bool upgrade = mode == Mode::up && connection.request.find("Upgrade: websocket") != std::string::npos;
  if (mode == Mode::garbage) {
    send_all(connection.socket, "HTTP/1.1 200 OK\r\nBad Header : x\r\n\r\n");
  } else if (upgrade) {
    send_all(connection.socket,
             "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nX-Server: " +
                 std::to_string(connection.server) + "\r\n\r\n");
  } else {
    send_all(connection.socket,
             "HTTP/1.1 " + std::to_string(status_of(mode)) + " Said\r\nContent-Length: 2\r\n\r\nok");
  }
  if (!upgrade) connections_.erase(fd);
}

}  // namespace roundhouse::peers
