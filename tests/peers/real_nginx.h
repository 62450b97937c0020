// A real nginx for one case: one process on a free port, in a folder of its own, ended by its pid.
#pragma once

#include <sys/types.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include <roundhouse/address.h>

namespace roundhouse::peers {

/// Where nginx is; empty where it is not installed.
std::optional<std::string> find_nginx();

class RealNginx {
 public:
  /// `text` is what stands in the http block; it listens on `door`. Ready when this returns. Errors: throws what nginx said.
  RealNginx(const std::string& program, const std::string& text, const Address& door);
  ~RealNginx();
  RealNginx(const RealNginx&) = delete;
  RealNginx& operator=(const RealNginx&) = delete;

  const Address& door() const { return door_; }
  /// Ends it once it has logged so many requests. For each, by its header `X-Step`: `$upstream_addr`, whom it tried.
  /// Errors: throws where they are not all logged in time.
  std::map<int, std::string> end(int requests);

 private:
  void stop();

  std::string folder_;
  Address door_;
  pid_t pid_ = -1;
};

}  // namespace roundhouse::peers
