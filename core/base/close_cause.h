// What a connection's end means for the marked bytes that were on it.
#pragma once

#include <roundhouse/host.h>
#include <roundhouse/record.h>

namespace roundhouse {

constexpr Cause cause_of(CloseReason reason) {
  switch (reason) {
    case CloseReason::finished:
      return Cause::closed;
    case CloseReason::reset:
      return Cause::reset;
    case CloseReason::timed_out:
      return Cause::timeout;
    case CloseReason::refused:
    case CloseReason::unknown_host:
      return Cause::refused;
  }
  return Cause::closed;
}

}  // namespace roundhouse
