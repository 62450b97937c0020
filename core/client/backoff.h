// How long a client waits before it tries again. Source: socket.io-client 4.8.4, contrib/backo2.js.
#pragma once

#include <algorithm>
#include <cstdint>

#include <roundhouse/instant.h>
#include <roundhouse/random.h>

namespace roundhouse {

struct BackoffOptions {
  Duration delay = std::chrono::seconds(1);
  Duration delay_max = std::chrono::seconds(5);
  std::uint32_t randomization_permille = 500;
};

class Backoff {
 public:
  /// The delay before attempt k = attempts() + 1, in whole milliseconds: min(delay * 2^(k-1) * (1 +- r * randomization), delay_max).
  /// Once delay * 2^(k-1) * (1 - randomization) reaches delay_max nothing of the jitter is left, and a herd stays in phase:
  /// with the defaults from attempt 5 on (measured against the original).
  Duration next(const BackoffOptions& options, Random draw) {
    using std::chrono::milliseconds;
    const auto whole = [](Duration span) { return std::chrono::duration_cast<milliseconds>(span).count(); };
    constexpr std::uint32_t doublings_max = 16;  // far above delay_max; keeps the products below 2^63
    constexpr std::uint64_t parts = 1 << 20;
    const std::int64_t base = whole(options.delay) << std::min(attempts_, doublings_max);
    ++attempts_;
    const auto r = static_cast<std::int64_t>(draw.below(parts));
    // The original takes the sign from the same draw: the first decimal digit, odd is later.
    const bool later = (r * 10 / static_cast<std::int64_t>(parts)) % 2 == 1;
    const std::int64_t deviation =
        base * std::int64_t{options.randomization_permille} / 1000 * r / static_cast<std::int64_t>(parts);
    return milliseconds(std::min(later ? base + deviation : base - deviation, whole(options.delay_max)));
  }
  std::uint32_t attempts() const { return attempts_; }
  void reset() { attempts_ = 0; }

 private:
  std::uint32_t attempts_ = 0;
};

}  // namespace roundhouse
