// Ids are types: a MessageId is not an EntityId, and neither is an int.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>

namespace roundhouse {

/// A number that names one thing. Zero names nothing.
template <class Tag, class Number = std::uint32_t>
struct Id {
  Number value = 0;

  constexpr explicit operator bool() const { return value != 0; }
  friend constexpr auto operator<=>(const Id&, const Id&) = default;
};

/// Whoever appears in a trace: client, proxy, app instance, broker, link, foreign program.
using EntityId = Id<struct EntityTag>;
/// An application message (one `emit`), followed from hop to hop.
using MessageId = Id<struct MessageTag, std::uint64_t>;
/// A text of the run's string table. See Host::text.
using TextId = Id<struct TextTag>;
/// A timer of one party; never reused within a run.
using TimerId = Id<struct TimerTag, std::uint64_t>;

/// One party's end of a TCP connection.
///
/// `slot` is dense for each party (0, 1, 2 ...; reused), so that a party keeps its state in a vector.
/// `serial` is the connection's number in the run, the same at both ends and in the records; it is never reused
/// and serves as the slot's generation. Serial 0 names no connection.
struct ConnectionId {
  std::uint32_t slot = 0;
  std::uint32_t serial = 0;

  constexpr explicit operator bool() const { return serial != 0; }
  friend constexpr auto operator<=>(const ConnectionId&, const ConnectionId&) = default;
};

}  // namespace roundhouse

template <class Tag, class Number>
struct std::hash<roundhouse::Id<Tag, Number>> {
  std::size_t operator()(const roundhouse::Id<Tag, Number>& id) const noexcept {
    return static_cast<std::size_t>(id.value);
  }
};
