#include "sim/world/node_table.h"

#include <algorithm>

#include "sim/trace/text_table.h"

namespace roundhouse {

NodeId NodeTable::add(NodeSpec spec, Instant now) {
  if (spec.name.empty()) throw UsageError("add_node: a node needs a name");
  if (!spec.make) throw UsageError("add_node: node " + spec.name + " needs a factory that makes its party");
  if (named(spec.name)) throw UsageError("add_node: two nodes are called " + spec.name);
  const NodeId id{size() + 1};
  const EntityId entity = trace_.add_entity(spec.kind, spec.name, {}, spec.ip, now);
  NodeEntry& node = nodes_.emplace_back();
  node.make = std::move(spec.make);
  node.key = Name(spec.name);
  node.name = trace_.text(spec.name);
  node.ip = trace_.text(spec.ip);
  node.entity = entity;
  node.kind = spec.kind;
  lead(node.name, id);
  if (node.ip && node.ip != node.name) lead(node.ip, id);
  return id;
}

void NodeTable::lead(TextId host, NodeId node) {
  const auto place = std::upper_bound(hosts_.begin(), hosts_.end(), host);
  host_nodes_.insert(host_nodes_.begin() + (place - hosts_.begin()), node);
  hosts_.insert(place, host);
}

void NodeTable::add_name(std::string_view host, NodeId node) {
  at(node);
  if (host.empty()) throw UsageError("add_name: the host name is empty");
  const auto nodes = resolve(host);
  if (std::find(nodes.begin(), nodes.end(), node) == nodes.end()) lead(trace_.text(host), node);
}

NodeEntry& NodeTable::at(NodeId node) {
  if (node.value == 0 || node.value > nodes_.size())
    throw UsageError("no node has the number " + std::to_string(node.value));
  return nodes_[node.value - 1];
}

const NodeEntry& NodeTable::at(NodeId node) const {
  return const_cast<NodeTable*>(this)->at(node);
}

NodeId NodeTable::named(std::string_view name) const {
  for (const NodeId id : resolve(name)) {
    if (name_of(nodes_[id.value - 1]) == name) return id;
  }
  return {};
}

std::span<const NodeId> NodeTable::resolve(std::string_view host) const {
  const TextId text = trace_.texts().find(host);
  if (!text) return {};
  const auto [first, last] = std::equal_range(hosts_.begin(), hosts_.end(), text);
  return {host_nodes_.data() + (first - hosts_.begin()), static_cast<std::size_t>(last - first)};
}

std::optional<std::string> NodeTable::ip_of(std::string_view host) const {
  if (const auto nodes = resolve(host); !nodes.empty()) return ip_text(nodes_[nodes.front().value - 1]);
  if (is_address_literal(host)) return std::string(host);
  if (host == "localhost") return std::string("127.0.0.1");
  return std::nullopt;
}

void NodeTable::started(NodeId id, Instant now) {
  NodeEntry& node = at(id);
  ++node.incarnation;
  node.life = NodeLife::up;
  write(RecordKind::up, node, How::start, now);
}

void NodeTable::changed(NodeId id, NodeLife life, How how, Instant now) {
  NodeEntry& node = at(id);
  node.life = life;
  write(how == How::go_on ? RecordKind::up : RecordKind::down, node, how, now);
}

void NodeTable::write(RecordKind kind, const NodeEntry& node, How how, Instant now) {
  Record record;
  record.at = now;
  record.by = node.entity;
  record.kind = kind;
  record.how = static_cast<std::uint8_t>(how);
  record.other = node.entity;
  record.value = node.incarnation;
  trace_.write(record);
}

bool is_address_literal(std::string_view host) {
  if (host.starts_with("unix:") || host.find(':') != std::string_view::npos) return true;
  return !host.empty() && host.find_first_not_of("0123456789.") == std::string_view::npos;
}

bool is_wildcard(std::string_view host) {
  return host.empty() || host == "*" || host == "0.0.0.0" || host == "::";
}

}  // namespace roundhouse
