// Blocking TCP. See loopback_sockets.h.
#include "tests/peers/loopback_sockets.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <system_error>

namespace roundhouse::peers {

namespace {

constexpr time_t silence_s_max = 3;

sockaddr_in kernel_address(const std::string& host, std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  if (inet_pton(AF_INET, host.c_str(), &address.sin_addr) != 1)
    throw std::runtime_error(host + " is no IPv4 address");
  return address;
}

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

/// The number of bytes read; 0 once the other end has finished, or reset the connection.
std::size_t receive_some(const Socket& socket, std::array<char, 16384>& buffer) {
  const ssize_t count = ::recv(socket.fd(), buffer.data(), buffer.size(), 0);
  if (count >= 0) return static_cast<std::size_t>(count);
  if (errno == ECONNRESET || errno == EPIPE) return 0;
  if (errno == EAGAIN)
    throw std::runtime_error("nothing came for three seconds on port " + std::to_string(port_of(socket)));
  fail("recv");
}

}  // namespace

Socket& Socket::operator=(Socket&& other) noexcept {
  close();
  fd_ = std::exchange(other.fd_, -1);
  return *this;
}

void Socket::close() {
  if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

Socket bound_socket(const Address& at) {
  Socket socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const int on = 1;
  if (!socket.open()) fail("socket");
  ::setsockopt(socket.fd(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  const sockaddr_in address = kernel_address(at.host, at.port);
  if (::bind(socket.fd(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) fail("bind");
  return socket;
}

std::uint16_t port_of(const Socket& socket) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  if (::getsockname(socket.fd(), reinterpret_cast<sockaddr*>(&address), &size) != 0) fail("getsockname");
  return ntohs(address.sin_port);
}

std::uint16_t free_port() {
  constexpr std::uint16_t first = 20000;
  constexpr std::uint16_t beyond = 32768;
  for (int port = first + ::getpid() % 10000; port < beyond; ++port) {
    try {
      bound_socket({"127.0.0.1", static_cast<std::uint16_t>(port)});
      return static_cast<std::uint16_t>(port);
    } catch (const std::system_error&) {
      continue;
    }
  }
  throw std::runtime_error("no free port below 32768");
}

Socket connect_from(const std::string& from, const Address& to) {
  Socket socket = bound_socket({from, 0});
  const timeval limit{silence_s_max, 0};
  ::setsockopt(socket.fd(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  const sockaddr_in address = kernel_address(to.host, to.port);
  if (::connect(socket.fd(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    socket.close();
  return socket;
}

void send_all(const Socket& socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::send(socket.fd(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count <= 0) return;  // the other end is gone: what it said before can still be read
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

void end_writing(const Socket& socket) {
  ::shutdown(socket.fd(), SHUT_WR);
}

std::string receive_answer(const Socket& socket) {
  std::string answer;
  std::array<char, 16384> buffer{};
  while (true) {
    const std::size_t count = receive_some(socket, buffer);
    if (count == 0) return answer;
    answer.append(buffer.data(), count);
    const bool switched = answer.starts_with("HTTP/1.1 101");
    if (switched && answer.find("\r\n\r\n") != std::string::npos) return answer;
  }
}

void wait_for_end(const Socket& socket) {
  std::array<char, 16384> buffer{};
  while (receive_some(socket, buffer) > 0) {
  }
}

}  // namespace roundhouse::peers
