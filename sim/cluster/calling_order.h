// Which call a cluster may be asked for now. Every wrong order is a UsageError that says what to do instead.
#pragma once

#include <cstdint>
#include <string>

#include <roundhouse/result.h>

namespace roundhouse {

class CallingOrder {
 public:
  bool built() const { return phase_ == Phase::built; }

  void start() {
    if (phase_ != Phase::built) throw UsageError("a cluster starts once; build another one for another run");
    phase_ = Phase::started;
  }
  void finish() { phase_ = Phase::finished; }

  /// The cluster must be running. \param what  such as `it can run`
  void check_running(const std::string& what) const {
    if (phase_ == Phase::built) throw UsageError("start() the cluster before " + what);
    if (phase_ == Phase::finished)
      throw UsageError("this run has ended; build another cluster before " + what);
    if (in_ack_handler_)
      throw UsageError(
          "not from within an acknowledgement: note it there, and go on after run_until(); before " + what);
  }
  /// \param call  such as `run_for()`
  void check_not_within(const std::string& call) const {
    if (world_runs_)
      throw UsageError(call + " from within the run itself; only predicates and steps go there");
  }

  /// While it lives, the flag is up.
  class Within {
   public:
    explicit Within(bool& flag) : flag_(flag) { flag = true; }
    ~Within() { flag_ = false; }
    Within(const Within&) = delete;
    Within& operator=(const Within&) = delete;

   private:
    bool& flag_;
  };
  Within world_runs() { return Within(world_runs_); }
  /// Of the embedding program.
  Within ack_handler() { return Within(in_ack_handler_); }

 private:
  enum class Phase : std::uint8_t { built, started, finished };

  Phase phase_ = Phase::built;
  bool world_runs_ = false;
  bool in_ack_handler_ = false;
};

}  // namespace roundhouse
