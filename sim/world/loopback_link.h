// One direction between two nodes of the loopback world, as set by set_link: how long bytes are held on our side of the
// socket. Pairs without settings have no link at all, and cost nothing.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <utility>

#include <roundhouse/random.h>
#include <roundhouse/world.h>

namespace roundhouse::loopback {

struct Link {
  LinkSettings settings;
  std::uint64_t seed = 0;
  Name from;
  Name to;
  std::uint64_t drawn = 0;

  bool cut() const { return settings.cut; }
  bool delays() const {
    return settings.latency.count() != 0 || settings.jitter.count() != 0 || settings.bytes_per_second != 0;
  }
  /// Latency and the next draw of jitter.
  Duration crossing() {
    if (settings.jitter.count() == 0) return settings.latency;
    Random random(draw_key(seed, from, Purpose::latency, to, drawn++));
    return settings.latency + random.between(Duration{}, settings.jitter);
  }
  /// How long so many bytes occupy the line. Range: a piece of a send, not gigabytes.
  Duration occupied(std::size_t bytes) const {
    if (settings.bytes_per_second == 0) return {};
    return Duration{static_cast<std::int64_t>(bytes * 1'000'000'000u / settings.bytes_per_second)};
  }
};

class Links {
 public:
  explicit Links(std::uint64_t seed) : seed_(seed) {}

  /// Null where the pair has no settings. The pointer stays valid.
  Link* between(NodeId from, NodeId to) {
    if (links_.empty()) return nullptr;
    const auto found = links_.find({from.value, to.value});
    return found == links_.end() ? nullptr : &found->second;
  }
  Link& set(NodeId from, Name from_name, NodeId to, Name to_name, const LinkSettings& settings) {
    Link& link = links_[{from.value, to.value}];
    link.settings = settings;
    link.seed = seed_;
    link.from = from_name;
    link.to = to_name;
    return link;
  }

 private:
  std::uint64_t seed_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, Link> links_;
};

}  // namespace roundhouse::loopback
