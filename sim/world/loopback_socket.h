// The system calls of the loopback world, with names: descriptors, listening, dialling, silence. Knows no party and no world.
#pragma once

#include <netinet/in.h>

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include <roundhouse/result.h>

namespace roundhouse::loopback {

/// One file descriptor; closes it.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    if (this != &other) reset(std::exchange(other.fd_, -1));
    return *this;
  }
  ~Descriptor() { reset(); }

  int get() const { return fd_; }
  int release() { return std::exchange(fd_, -1); }
  void reset(int fd = -1);
  explicit operator bool() const { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

/// A bound or dialled IPv4 or IPv6 address and port, as the kernel knows it.
class Endpoint {
 public:
  Endpoint() = default;
  /// A numeric address; empty optional where the text is none.
  static std::optional<Endpoint> of(const std::string& ip, std::uint16_t port);
  static Endpoint of_socket(int fd);

  sockaddr* data() { return reinterpret_cast<sockaddr*>(&storage_); }
  const sockaddr* data() const { return reinterpret_cast<const sockaddr*>(&storage_); }
  socklen_t size() const { return family() == AF_INET6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in); }
  static constexpr socklen_t capacity() { return sizeof(sockaddr_in6); }
  int family() const { return storage_.sin6_family; }
  std::string ip() const;
  std::uint16_t port() const;
  bool is_loopback_v4() const;
  bool is_any() const;

  /// Address and port in few words, for tables.
  using Key = std::pair<std::uint64_t, std::uint64_t>;
  Key key() const;

 private:
  sockaddr_in6 storage_{};
};

/// A socket bound to `at` that does not listen yet: the port is taken, connects are refused. With `shared` further
/// sockets of ours may bind the same address (SO_REUSEPORT). Error: `port N is in use`, or the kernel's words.
Result<Descriptor> bind_stream(const Endpoint& at, bool shared);
/// Lets it accept; what is accepted inherits TCP_NODELAY. Error: as above.
Result<void> start_listening(int fd, const Endpoint& at);

struct Dialled {
  Descriptor fd;
  int error = 0;  ///< errno where the dial failed at once; EINPROGRESS is none
};
/// Begins to connect, from `from` where given. Never blocks.
Dialled dial(const Endpoint& to, const std::optional<Endpoint>& from);
int take_socket_error(int fd);

/// The kernel throws away whatever arrives here from now on, without an answer: as when the host is gone.
void silence(int fd);
/// The next close() sends RST and drops what is unsent.
void close_with_reset(int fd);

/// Lets this process open as many descriptors as it is allowed to; a thousand clients take four thousand.
void raise_descriptor_limit();

}  // namespace roundhouse::loopback
