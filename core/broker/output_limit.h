// Says when a subscriber that does not read must be cut off. Source: Redis 7.0, networking.c, checkClientOutputBufferLimits.
#pragma once

#include <cstddef>

#include <roundhouse/instant.h>
#include "core/broker/options.h"

namespace roundhouse::broker {

class OutputLimit {
 public:
  /// `queued` bytes wait for the subscriber now. True: cut it off.
  bool over(Instant now, std::size_t queued, const OutputLimits& limits);
  /// The queue has become short.
  void drained() { soft_since_ = Instant::never(); }
  /// True since the soft limit was reached, until it is left again.
  bool soft() const { return soft_since_ != Instant::never(); }
  /// When to look again. Precondition: soft().
  Instant deadline(const OutputLimits& limits) const;

 private:
  Instant soft_since_ = Instant::never();
};

}  // namespace roundhouse::broker
