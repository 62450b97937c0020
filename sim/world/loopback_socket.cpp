// The system calls of the loopback world.
#include "sim/world/loopback_socket.h"

#include <arpa/inet.h>
#include <linux/filter.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>

namespace roundhouse::loopback {
namespace {

// The kernel cuts it to net.core.somaxconn.
constexpr int accept_queue_max = 4096;

void set_option(int fd, int level, int option, int value = 1) {
  ::setsockopt(fd, level, option, &value, sizeof(value));
}

Error bind_error(int error, const Endpoint& at) {
  const std::string port = std::to_string(at.port());
  if (error == EADDRINUSE) {
    return Error("port " + port + " is in use: another program listens on " + at.ip() + ":" + port);
  }
  return Error("cannot listen on " + at.ip() + ":" + port + ": " + std::generic_category().message(error));
}

}  // namespace

void Descriptor::reset(int fd) {
  if (fd_ >= 0) ::close(fd_);
  fd_ = fd;
}

std::optional<Endpoint> Endpoint::of(const std::string& ip, std::uint16_t port) {
  Endpoint endpoint;
  auto* v4 = reinterpret_cast<sockaddr_in*>(&endpoint.storage_);
  if (::inet_pton(AF_INET, ip.c_str(), &v4->sin_addr) == 1) {
    v4->sin_family = AF_INET;
    v4->sin_port = htons(port);
    return endpoint;
  }
  if (::inet_pton(AF_INET6, ip.c_str(), &endpoint.storage_.sin6_addr) == 1) {
    endpoint.storage_.sin6_family = AF_INET6;
    endpoint.storage_.sin6_port = htons(port);
    return endpoint;
  }
  return std::nullopt;
}

Endpoint Endpoint::of_socket(int fd) {
  Endpoint endpoint;
  socklen_t size = capacity();
  ::getsockname(fd, endpoint.data(), &size);
  return endpoint;
}

std::string Endpoint::ip() const {
  char text[INET6_ADDRSTRLEN] = "";
  const auto* v4 = reinterpret_cast<const sockaddr_in*>(&storage_);
  const void* address = family() == AF_INET6 ? static_cast<const void*>(&storage_.sin6_addr)
                                             : static_cast<const void*>(&v4->sin_addr);
  ::inet_ntop(family(), address, text, sizeof(text));
  return text;
}

std::uint16_t Endpoint::port() const {
  return ntohs(storage_.sin6_port);
}  // at the same place in both families

bool Endpoint::is_loopback_v4() const {
  const auto* v4 = reinterpret_cast<const sockaddr_in*>(&storage_);
  return family() == AF_INET && ntohl(v4->sin_addr.s_addr) >> 24 == 127;
}

bool Endpoint::is_any() const {
  const auto* v4 = reinterpret_cast<const sockaddr_in*>(&storage_);
  if (family() == AF_INET) return v4->sin_addr.s_addr == INADDR_ANY;
  return IN6_IS_ADDR_UNSPECIFIED(&storage_.sin6_addr);
}

Endpoint::Key Endpoint::key() const {
  if (family() != AF_INET6) {
    const auto* v4 = reinterpret_cast<const sockaddr_in*>(&storage_);
    return {0, std::uint64_t{v4->sin_addr.s_addr} << 16 | storage_.sin6_port};
  }
  Key key;  // ports of IPv6 loopback connections differ, so the lower half of the address and the port are enough
  std::memcpy(&key.first, storage_.sin6_addr.s6_addr + 8, 8);
  key.second = storage_.sin6_port;
  return key;
}

Result<Descriptor> bind_stream(const Endpoint& at, bool shared) {
  Descriptor fd(::socket(at.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd) return bind_error(errno, at);
  set_option(fd.get(), SOL_SOCKET, SO_REUSEADDR);
  if (shared) set_option(fd.get(), SOL_SOCKET, SO_REUSEPORT);
  set_option(fd.get(), IPPROTO_TCP, TCP_NODELAY);
  if (::bind(fd.get(), at.data(), at.size()) != 0) return bind_error(errno, at);
  return fd;
}

Result<void> start_listening(int fd, const Endpoint& at) {
  if (::listen(fd, accept_queue_max) != 0) return bind_error(errno, at);
  return {};
}

Dialled dial(const Endpoint& to, const std::optional<Endpoint>& from) {
  Dialled dialled;
  dialled.fd.reset(::socket(to.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!dialled.fd) return {Descriptor(), errno};
  const int fd = dialled.fd.get();
  set_option(fd, IPPROTO_TCP, TCP_NODELAY);
  if (from) {
    // The port is chosen at connect(), so that one address can hold as many connections as there are ports to each peer.
    set_option(fd, IPPROTO_IP, from->port() == 0 ? IP_BIND_ADDRESS_NO_PORT : IP_FREEBIND);
    if (from->port() != 0) set_option(fd, SOL_SOCKET, SO_REUSEADDR);
    if (::bind(fd, from->data(), from->size()) != 0) dialled.error = errno;
  }
  if (dialled.error == 0 && ::connect(fd, to.data(), to.size()) != 0 && errno != EINPROGRESS) {
    dialled.error = errno;
  }
  return dialled;
}

int take_socket_error(int fd) {
  int error = 0;
  socklen_t size = sizeof(error);
  ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
  return error;
}

void silence(int fd) {
  sock_filter drop_all[] = {{BPF_RET | BPF_K, 0, 0, 0}};
  const sock_fprog program{1, drop_all};
  ::setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program));
}

void close_with_reset(int fd) {
  const linger at_once{1, 0};
  ::setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
}

void raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= limit.rlim_max) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace roundhouse::loopback
