#include "sim/world/node_table.h"

#include <algorithm>

namespace roundhouse {

NodeId NodeTable::add(NodeSpec spec, Instant now) {
  if (spec.name.empty()) throw UsageError("add_node: a node needs a name");
  if (!spec.make) throw UsageError("add_node: node " + spec.name + " needs a factory that makes its party");
  if (named(spec.name)) throw UsageError("add_node: two nodes are called " + spec.name);
  const NodeId id{size() + 1};
  NodeEntry& node = nodes_.emplace_back();
  node.spec = std::move(spec);
  node.name = Name(node.spec.name);
  node.entity = trace_.add_entity(node.spec.kind, node.spec.name, {}, node.spec.ip, now);
  hosts_[node.spec.name].push_back(id);
  if (!node.spec.ip.empty() && node.spec.ip != node.spec.name) hosts_[node.spec.ip].push_back(id);
  return id;
}

void NodeTable::add_name(std::string_view host, NodeId node) {
  at(node);
  if (host.empty()) throw UsageError("add_name: the host name is empty");
  auto found = hosts_.find(host);
  if (found == hosts_.end()) {
    found =
        hosts_.emplace(further_names_.emplace_back(host), boost::container::small_vector<NodeId, 2>()).first;
  }
  auto& nodes = found->second;
  if (std::find(nodes.begin(), nodes.end(), node) == nodes.end()) nodes.push_back(node);
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
    if (nodes_[id.value - 1].spec.name == name) return id;
  }
  return {};
}

std::span<const NodeId> NodeTable::resolve(std::string_view host) const {
  const auto found = hosts_.find(host);
  if (found == hosts_.end()) return {};
  return {found->second.data(), found->second.size()};
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
