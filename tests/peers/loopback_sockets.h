// Blocking TCP of a test: clients that speak from an address of their own. Knows no world and no proxy.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include <roundhouse/address.h>

namespace roundhouse::peers {

/// A descriptor that is closed with its owner.
class Socket {
 public:
  Socket() = default;
  explicit Socket(int fd) : fd_(fd) {}
  Socket(Socket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Socket& operator=(Socket&& other) noexcept;
  ~Socket() { close(); }
  void close();
  int fd() const { return fd_; }
  bool open() const { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

/// A socket bound to `at`, port 0 for any; several may be bound to one address as long as none listens. Errors: throws.
Socket bound_socket(const Address& at);
std::uint16_t port_of(const Socket& socket);
/// A port of 127.0.0.1 below the range that the kernel hands to outgoing connections, free a moment ago.
std::uint16_t free_port();

/// A connection from `from` to `to`; a closed socket where it is refused.
Socket connect_from(const std::string& from, const Address& to);
void send_all(const Socket& socket, std::string_view bytes);
/// Finishes from our side; the other end may go on.
void end_writing(const Socket& socket);
/// What comes until the other end has finished, or until the head of a 101. Errors: throws after three silent seconds.
std::string receive_answer(const Socket& socket);
/// Waits for the other end to finish. Errors: as above.
void wait_for_end(const Socket& socket);

}  // namespace roundhouse::peers
