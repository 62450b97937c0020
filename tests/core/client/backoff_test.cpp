// The delays of the original: 0.55-1.5 s, 1.1-3, 2.2-5, 4.4-5, then exactly 5 s.
#include <catch2/catch.hpp>

#include "core/client/backoff.h"

using namespace roundhouse;
using namespace std::chrono_literals;

TEST_CASE(
    "each attempt's delay lies in the original's bounds, reaches both ends, and ends in exact five seconds",
    "[client]") {
  constexpr int clients = 4000;
  Duration low[8];
  Duration high[8];
  int late_first = 0;
  for (int client = 0; client < clients; ++client) {
    Backoff backoff;
    for (int k = 0; k < 8; ++k) {
      const Duration delay = backoff.next(
          {}, Random(draw_key(5, Name("client"), Purpose::backoff, {},
                              static_cast<std::uint64_t>(client) << 8 | static_cast<unsigned>(k))));
      CHECK(delay % 1ms == 0ns);
      if (client == 0 || delay < low[k]) low[k] = delay;
      if (client == 0 || delay > high[k]) high[k] = delay;
      if (k == 0 && delay > 1s) ++late_first;
    }
    CHECK(backoff.attempts() == 8);
  }
  // A draw of 0.9 and more makes it later, so that nothing is earlier by more than 45 %.
  const Duration lows[] = {550ms, 1100ms, 2200ms, 4400ms};
  const Duration highs[] = {1500ms, 3s, 5s, 5s};
  for (int k = 0; k < 4; ++k) {
    CHECK(low[k] >= lows[k]);
    CHECK(low[k] < lows[k] + lows[k] / 10);
    CHECK(high[k] <= highs[k]);
    CHECK(high[k] > highs[k] - highs[k] / 10);
  }
  for (int k = 4; k < 8; ++k) {
    CHECK(low[k] == 5s);
    CHECK(high[k] == 5s);
  }
  CHECK(late_first > clients * 45 / 100);
  CHECK(late_first < clients * 55 / 100);
}

TEST_CASE(
    "a reset begins again, no randomization means no jitter, and a thousand attempts stay at the maximum",
    "[client]") {
  Backoff backoff;
  const BackoffOptions exact{.randomization_permille = 0};
  CHECK(backoff.next(exact, Random(1)) == 1s);
  CHECK(backoff.next(exact, Random(2)) == 2s);
  CHECK(backoff.next(exact, Random(3)) == 4s);
  CHECK(backoff.next(exact, Random(4)) == 5s);
  for (std::uint64_t i = 0; i < 1000; ++i) CHECK(backoff.next({}, Random(i)) == 5s);
  backoff.reset();
  CHECK(backoff.next(exact, Random(5)) == 1s);
}
