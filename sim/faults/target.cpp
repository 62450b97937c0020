#include "sim/faults/target.h"

namespace roundhouse {

std::optional<LinkTarget> parse_link(std::string_view text, const IsEnd& is_end) {
  if (const std::size_t arrow = text.find("->"); arrow != text.npos) {
    const std::string_view from = text.substr(0, arrow);
    const std::string_view to = text.substr(arrow + 2);
    if (!is_end(from) || !is_end(to)) return std::nullopt;
    return LinkTarget{std::string(from), std::string(to), false};
  }
  for (std::size_t i = text.find('-'); i != text.npos; i = text.find('-', i + 1)) {
    const std::string_view a = text.substr(0, i);
    const std::string_view b = text.substr(i + 1);
    if (is_end(a) && is_end(b)) return LinkTarget{std::string(a), std::string(b), true};
  }
  return std::nullopt;
}

std::vector<NodeId> nodes_named(World& world, std::string_view text) {
  const EntityKind group = text == all_apps      ? EntityKind::app
                           : text == all_clients ? EntityKind::client
                                                 : EntityKind::none;
  std::vector<NodeId> nodes;
  if (group == EntityKind::none) {
    if (const NodeId node = world.node_named(text)) nodes.push_back(node);
    return nodes;
  }
  for (const Entity& entity : world.trace().entities()) {
    if (entity.kind != group) continue;
    // A foreign client has an entity but is no node of this world.
    if (const NodeId node = world.node_named(entity.name)) nodes.push_back(node);
  }
  return nodes;
}

}  // namespace roundhouse
