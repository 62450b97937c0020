// CPU time and allocations, of the process and of one party's calls.
#pragma once

#include <cstdint>
#include <functional>

#include <roundhouse/cluster.h>

namespace roundhouse::bench {

/// Of the whole process, user and system, in seconds.
double cpu_seconds();

/// Allocations of this program since its start: calls of operator new.
std::uint64_t allocations();

/// What the calls of one party have cost.
struct Meter {
  std::uint64_t cpu_ns = 0;
  std::uint64_t data_calls = 0;  ///< of on_data: chunks of bytes that came in
  std::uint64_t allocated = 0;

  Meter since(const Meter& before) const {
    return {cpu_ns - before.cpu_ns, data_calls - before.data_calls, allocated - before.allocated};
  }
};

/// For ClusterOptions::wrap: a party between the proxy and the world, which adds to `meter` what each call took. Reading the clock twice
/// takes some 0.3 us, and is taken off.
std::function<PartyFactory(std::string_view, EntityKind, PartyFactory)> metered_proxy(Meter& meter);

}  // namespace roundhouse::bench
