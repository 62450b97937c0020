// What windows must know of connections: between whom they are, how long things take between such two, and whether a message's own hop
// already shows what travels there.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include <roundhouse/record.h>
#include <roundhouse/trace.h>

namespace roundhouse::view {

/// Serials are dense from 1 in our runs; a recording that numbers them otherwise loses pictures of requests, and nothing else.
inline constexpr std::uint32_t connections_max = 1u << 26;

struct Wire {
  EntityId from;  ///< who connected
  EntityId to;
  Instant opened;
  Instant routed = {};                  ///< the last request on it was routed
  Instant carried = {};                 ///< the last message in a POST arrived on it
  Duration one_way{};                   ///< of its first request
  bool used = false;                    ///< a request was routed before
  std::uint32_t decision = UINT32_MAX;  ///< at a proxy, client's side: the last decision for it
  std::uint32_t partner = 0;  ///< the connection on the other side of the proxy that this request travels on
  bool answered = false;      ///< instance's side: since `partner` was set, the instance has answered
  Instant answered_at = {};
};

class Wires {
 public:
  /// Null where the serial is out of range.
  Wire* at(std::uint32_t serial);
  Wire* open(const Record& record);

 private:
  std::vector<Wire> wires_;  // by serial
};

/// How long the last hop between two kinds of parties took: what a hop that never ended would have taken.
class Paces {
 public:
  void learn(EntityKind from, EntityKind to, Duration span) { last_[index(from)][index(to)] = span; }
  Duration between(EntityKind from, EntityKind to) const { return last_[index(from)][index(to)]; }

 private:
  static constexpr std::size_t kinds = static_cast<std::size_t>(EntityKind::run) + 1;
  static std::size_t index(EntityKind kind) {
    const auto place = static_cast<std::size_t>(kind);
    return place < kinds ? place : 0;
  }
  std::array<std::array<Duration, kinds>, kinds> last_{};
};

}  // namespace roundhouse::view
