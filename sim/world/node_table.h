// The nodes of a world, the host names that lead to them, and their lives. What both worlds know of a node; not its connections.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <boost/container/small_vector.hpp>

#include <roundhouse/random.h>
#include <roundhouse/trace.h>
#include <roundhouse/world.h>

namespace roundhouse {

/// Who a node is, and whether it lives.
struct NodeEntry {
  NodeSpec spec;
  EntityId entity;
  Name name;  ///< of spec.name, hashed once
  NodeLife life = NodeLife::down;
  std::uint32_t incarnation = 0;  ///< of the last start; 0: never started
};

class NodeTable {
 public:
  explicit NodeTable(Trace& trace) : trace_(trace) {}

  /// Adds the node and its `entity` record. A node without an ip is addressed by its name alone.
  /// Throws UsageError for an empty name, one in use, and a node without a factory.
  NodeId add(NodeSpec spec, Instant now);
  /// A further host name. Throws UsageError for an unknown node.
  void add_name(std::string_view host, NodeId node);

  std::uint32_t size() const { return static_cast<std::uint32_t>(nodes_.size()); }
  /// Throws UsageError where there is no such node. References stay valid.
  NodeEntry& at(NodeId node);
  const NodeEntry& at(NodeId node) const;
  NodeId named(std::string_view name) const;

  /// The nodes behind a host text (node name, further name, or ip), in the order they were added. Valid until the next add.
  std::span<const NodeId> resolve(std::string_view host) const;
  /// The ip that a host text stands for: that of the first node behind it (its name where it has no ip), the text itself where
  /// it is an ip literal or `unix:/path`, 127.0.0.1 for `localhost`. Empty optional: unknown host.
  std::optional<std::string> ip_of(std::string_view host) const;
  /// The ip a node is known by: spec.ip, or its name.
  static const std::string& ip_text(const NodeEntry& node) {
    return node.spec.ip.empty() ? node.spec.name : node.spec.ip;
  }

  /// A new incarnation is up. Writes `up`.
  void started(NodeId node, Instant now);
  /// Any other change of life, with its record: `up` for go_on, `down` for stop, kill, lost, pause.
  void changed(NodeId node, NodeLife life, How how, Instant now);

 private:
  void write(RecordKind kind, const NodeEntry& node, How how, Instant now);

  Trace& trace_;
  std::deque<NodeEntry> nodes_;  // NodeId{k} is nodes_[k - 1]
  // Looked up only, never iterated. The keys of names given later live in further_names_.
  std::unordered_map<std::string_view, boost::container::small_vector<NodeId, 2>> hosts_;
  std::deque<std::string> further_names_;
};

/// True for `127.0.0.1`, `::1` and `unix:/x`: what needs no name table.
bool is_address_literal(std::string_view host);
/// True for `*`, `0.0.0.0` and `::`: every address of the node.
bool is_wildcard(std::string_view host);

}  // namespace roundhouse
