// The links of the virtual world: settings of each direction between two nodes, and which wires wait for one to heal.
#pragma once

#include <cstdint>
#include <deque>
#include <unordered_map>
#include <vector>

#include <roundhouse/world.h>

namespace roundhouse {

/// `how` of a `link` record. `slow`: it has these settings now.
enum class LinkState : std::uint8_t { none, cut, slow, healed };

/// What of a wire's direction waits: chunks for the link to heal or for the receiver's host to come back; or, where the way back is
/// cut, the news that there is room again, or the acknowledgement of what arrived.
enum class Waits : std::uint8_t { chunks, window, acknowledgement };

struct Stalled {
  std::uint32_t wire = 0;
  std::uint32_t serial = 0;
  std::uint8_t direction = 0;
  Waits what = Waits::chunks;
};

struct Link {
  LinkSettings settings;
  std::int64_t free_at = 0;  ///< bytes_per_second: when the last byte so far has left
  std::vector<Stalled> stalled;
};

class LinkTable {
 public:
  /// The link of every pair without settings of its own.
  static constexpr std::uint32_t default_link = 0;
  /// From a node to itself: no wire lies between.
  static constexpr std::uint32_t self_link = 1;

  LinkTable() : links_(2) {}

  std::uint32_t index_of(NodeId from, NodeId to) const {
    const auto found = own_.find(key(from, to));
    if (found != own_.end()) return found->second;
    return from == to ? self_link : default_link;
  }
  /// The pair's own link, made from the settings in force where it had none. `version` then changes.
  std::uint32_t own(NodeId from, NodeId to);

  Link& operator[](std::uint32_t index) { return links_[index]; }
  const Link& operator[](std::uint32_t index) const { return links_[index]; }
  /// Changes when an index found before may be another now.
  std::uint32_t version() const { return version_; }
  /// Returns true where this healed a cut.
  bool set(std::uint32_t index, const LinkSettings& settings);
  /// Links that are cut now: the common case is none, and then nobody need look.
  std::uint32_t cuts() const { return cuts_; }

 private:
  static std::uint64_t key(NodeId from, NodeId to) { return std::uint64_t{from.value} << 32 | to.value; }

  std::deque<Link> links_;
  std::unordered_map<std::uint64_t, std::uint32_t> own_;  // looked up only
  std::uint32_t version_ = 1;
  std::uint32_t cuts_ = 0;
};

}  // namespace roundhouse
