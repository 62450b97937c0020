// The nodes of a world, the host names that lead to them, and their lives. What both worlds know of a node; not its connections.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <roundhouse/random.h>
#include <roundhouse/trace.h>
#include <roundhouse/world.h>

namespace roundhouse {

/// Who a node is, and whether it lives. There is one for each of ten thousand clients, so its words are the trace's.
struct NodeEntry {
  std::function<std::unique_ptr<Party>(Host&)> make;
  Name key;  ///< of its name, hashed once
  TextId name;
  TextId ip;  ///< none: it is addressed by its name alone
  EntityId entity;
  std::uint32_t incarnation = 0;  ///< of the last start; 0: never started
  EntityKind kind = EntityKind::none;
  NodeLife life = NodeLife::down;
};
static_assert(sizeof(NodeEntry) == 64);

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
  std::string_view name_of(const NodeEntry& node) const { return trace_.text_of(node.name); }
  /// Empty where it has none.
  std::string_view own_ip(const NodeEntry& node) const { return trace_.text_of(node.ip); }
  /// The ip a node is known by: its own, or its name.
  std::string ip_text(const NodeEntry& node) const {
    return std::string(trace_.text_of(node.ip ? node.ip : node.name));
  }

  /// A new incarnation is up. Writes `up`.
  void started(NodeId node, Instant now);
  /// Any other change of life, with its record: `up` for go_on, `down` for stop, kill, lost, pause.
  void changed(NodeId node, NodeLife life, How how, Instant now);

 private:
  void lead(TextId host, NodeId node);
  void write(RecordKind kind, const NodeEntry& node, How how, Instant now);

  Trace& trace_;
  std::deque<NodeEntry> nodes_;  // NodeId{k} is nodes_[k - 1]
  // Sorted by text; equal ones in the order they were added. Beside each the node.
  std::vector<TextId> hosts_;
  std::vector<NodeId> host_nodes_;
};

/// True for `127.0.0.1`, `::1` and `unix:/x`: what needs no name table.
bool is_address_literal(std::string_view host);
/// True for `*`, `0.0.0.0` and `::`: every address of the node.
bool is_wildcard(std::string_view host);

}  // namespace roundhouse
