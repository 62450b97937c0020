#include "core/broker/output_limit.h"

#include "core/base/assertion.h"

namespace roundhouse::broker {

bool OutputLimit::over(Instant now, std::size_t queued, const OutputLimits& limits) {
  if (queued < limits.soft_bytes) {
    soft_since_ = Instant::never();
  } else if (!soft()) {
    soft_since_ = now;
  }
  if (queued >= limits.hard_bytes) return true;
  return soft() && now - soft_since_ > limits.soft_time;
}

Instant OutputLimit::deadline(const OutputLimits& limits) const {
  ROUNDHOUSE_ASSERT(soft());
  return soft_since_ + limits.soft_time + Duration{1};
}

}  // namespace roundhouse::broker
