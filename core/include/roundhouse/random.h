// Keyed random draws. No distribution of the standard library (they differ between libraries) and no libm.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include <roundhouse/instant.h>

namespace roundhouse {

/// A text that names a party, a peer or a purpose in a draw; equal texts are equal names in every run.
struct Name {
  std::uint64_t hash = 0;

  constexpr Name() = default;
  constexpr Name(std::string_view text) : hash(hash_of(text)) {}      // NOLINT: a name is its text
  constexpr Name(const char* text) : Name(std::string_view(text)) {}  // NOLINT

  friend constexpr bool operator==(const Name&, const Name&) = default;

 private:
  static constexpr std::uint64_t hash_of(std::string_view text) {
    std::uint64_t h = 0xcbf29ce484222325u;  // FNV-1a, 64 bits
    for (const char c : text) {
      h ^= static_cast<unsigned char>(c);
      h *= 0x100000001b3u;
    }
    return h;
  }
};

/// What a draw is for. Draws of different purposes never disturb each other.
enum class Purpose : std::uint8_t {
  session_id,
  socket_id,
  mask,
  websocket_key,
  backoff,
  cache_buster,
  balance,
  workload,
  latency,
  cut,
  join_chunks,
  address,
  instance_id,
  work_order,
  think_time,
  plan,
  worker,  ///< which worker of a proxy takes a connection
};

/// The key of a stream of draws: hash(seed, party, purpose, peer, n).
/// Removing one party leaves the keys, and so the draws, of all others as they were.
constexpr std::uint64_t draw_key(std::uint64_t seed, Name party, Purpose purpose, Name peer,
                                 std::uint64_t n) {
  auto mix = [](std::uint64_t h, std::uint64_t v) {
    h += v + 0x9e3779b97f4a7c15u;  // splitmix64's finalizer
    h = (h ^ (h >> 30)) * 0xbf58476d1ce4e5b9u;
    h = (h ^ (h >> 27)) * 0x94d049bb133111ebu;
    return h ^ (h >> 31);
  };
  std::uint64_t h = mix(0, seed);
  h = mix(h, party.hash);
  h = mix(h, static_cast<std::uint64_t>(purpose));
  h = mix(h, peer.hash);
  return mix(h, n);
}

/// A small generator for one keyed stream of draws (splitmix64). Cheap to make: one per draw is normal.
class Random {
 public:
  constexpr explicit Random(std::uint64_t key) : state_(key) {}

  constexpr std::uint64_t bits() {
    state_ += 0x9e3779b97f4a7c15u;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }
  /// Uniform in [0, bound). Range: bound >= 1. Lemire's multiplication; the bias is below 2^-32 for bounds below 2^32.
  constexpr std::uint64_t below(std::uint64_t bound) {
    __extension__ using Wide = unsigned __int128;  // no ISO type is as wide
    return static_cast<std::uint64_t>((static_cast<Wide>(bits()) * bound) >> 64);
  }
  /// Uniform in [low, high], both included.
  constexpr Duration between(Duration low, Duration high) {
    if (high <= low) return low;
    return low +
           Duration{static_cast<std::int64_t>(below(static_cast<std::uint64_t>((high - low).count()) + 1))};
  }
  /// True with probability part/whole.
  constexpr bool chance(std::uint64_t part, std::uint64_t whole) { return below(whole) < part; }

 private:
  std::uint64_t state_;
};

}  // namespace roundhouse
