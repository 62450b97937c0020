// The line that a terminal shows while a run takes longer than a second. Never part of a result.
#pragma once

#include <chrono>
#include <string>

#include <roundhouse/cluster.h>

namespace roundhouse::tool {

class Progress {
 public:
  Progress(Cluster& cluster, bool wanted);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// Shows how far the run is, at most ten times a second.
  void tick();

 private:
  Cluster& cluster_;
  bool wanted_;
  bool shown_ = false;
  std::chrono::steady_clock::time_point began_;
  std::chrono::steady_clock::time_point last_;
};

/// True where standard error is a terminal.
bool stderr_is_terminal();
bool stdout_is_terminal();

}  // namespace roundhouse::tool
