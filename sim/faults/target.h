// What a step's target names: nodes, or the two ends of a link.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <roundhouse/world.h>

namespace roundhouse {

/// Groups that a target may name in place of a node.
inline constexpr std::string_view all_apps = "apps";
inline constexpr std::string_view all_clients = "clients";

struct LinkTarget {
  std::string from;
  std::string to;
  bool both_ways = true;

  friend bool operator==(const LinkTarget&, const LinkTarget&) = default;
};

/// Tells whether a text names a node or a group.
using IsEnd = std::function<bool(std::string_view)>;

/// Splits `a->b`, or `a-b` at the first hyphen that leaves an end on both sides: names hold hyphens themselves.
/// Empty where no split does.
std::optional<LinkTarget> parse_link(std::string_view text, const IsEnd& is_end);

/// The nodes of that name or group, in the order in which they were added. Empty: none.
std::vector<NodeId> nodes_named(World& world, std::string_view text);

}  // namespace roundhouse
