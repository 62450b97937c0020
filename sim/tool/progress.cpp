#include "sim/tool/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

namespace roundhouse::tool {

bool stderr_is_terminal() {
  return isatty(STDERR_FILENO) == 1;
}
bool stdout_is_terminal() {
  return isatty(STDOUT_FILENO) == 1;
}

Progress::Progress(Cluster& cluster, bool wanted)
    : cluster_(cluster),
      wanted_(wanted && stderr_is_terminal()),
      began_(std::chrono::steady_clock::now()),
      last_(began_) {}

Progress::~Progress() {
  if (shown_) fmt::print(stderr, "\r\033[K");
}

void Progress::tick() {
  if (!wanted_) return;
  const auto now = std::chrono::steady_clock::now();
  if (now - began_ < std::chrono::seconds(1) || now - last_ < std::chrono::milliseconds(100)) return;
  last_ = now;
  shown_ = true;
  const double at = static_cast<double>(cluster_.world().now().ns) / 1e9;
  const double whole = static_cast<double>(cluster_.scenario().duration.count()) / 1e9;
  fmt::print(stderr, "\r{}: {:.1f} of {:.1f} s, {} records\033[K", cluster_.scenario().name, at, whole,
             cluster_.trace().record_count());
  std::fflush(stderr);
}

}  // namespace roundhouse::tool
