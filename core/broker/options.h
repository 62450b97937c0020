// What a broker can be told, and every limit it has, by the names of redis.conf where there is one.
#pragma once

#include <chrono>
#include <cstddef>

#include <roundhouse/address.h>
#include <roundhouse/instant.h>
#include "core/resp/command_reader.h"

namespace roundhouse::broker {

/// `client-output-buffer-limit`: what may wait for one subscriber. Redis counts its own reply nodes, at least 16 kB each; we count bytes.
struct OutputLimits {
  std::size_t hard_bytes = 32 * 1024 * 1024;  ///< at this much it is cut off at once
  std::size_t soft_bytes = 8 * 1024 * 1024;   ///< at this much for longer than soft_time it is cut off
  Duration soft_time = std::chrono::seconds(60);
};

struct BrokerOptions {
  Address listen{"*", 6379};
  resp::CommandLimits commands = {};
  OutputLimits pubsub = {};         ///< client-output-buffer-limit pubsub 32mb 8mb 60
  std::size_t clients_max = 10000;  ///< maxclients
  /// Replies waiting for one client that does not read them: beyond, its commands wait as well. Differs: Redis has no limit here
  /// (client-output-buffer-limit normal 0 0 0) and lets its memory grow.
  std::size_t replies_bytes_max = 32 * 1024 * 1024;
  /// Subscribers gone for good that are remembered, to tell who misses what is published. Only the trace sees this.
  std::size_t departed_max = 1024;
};

}  // namespace roundhouse::broker
