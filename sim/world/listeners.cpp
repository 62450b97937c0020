#include "sim/world/listeners.h"

#include <algorithm>

namespace roundhouse {

void Listeners::add(NodeId node, const Address& address) {
  auto& here = listeners_[key_of(node, address)];
  for (const Listener& listener : here) {
    if (listener.node == node && listener.address == address) return;
  }
  here.push_back({node, address, is_wildcard(address.host)});
}

void Listeners::remove(NodeId node, const Address& address) {
  const auto found = listeners_.find(key_of(node, address));
  if (found == listeners_.end()) return;
  std::erase_if(found->second, [&](const Listener& l) { return l.node == node && l.address == address; });
  if (found->second.empty()) listeners_.erase(found);
}

void Listeners::remove_all(NodeId node) {
  for (auto it = listeners_.begin(); it != listeners_.end();) {
    std::erase_if(it->second, [&](const Listener& l) { return l.node == node; });
    it = it->second.empty() ? listeners_.erase(it) : std::next(it);
  }
}

std::vector<const Listener*> Listeners::at(std::string_view ip, std::uint16_t port) const {
  std::vector<const Listener*> all;
  const auto found = listeners_.find(Key(ip, port));
  if (found == listeners_.end()) return all;
  for (const bool wildcard : {false, true}) {
    for (const Listener& listener : found->second) {
      if (listener.wildcard == wildcard) all.push_back(&listener);
    }
    if (!all.empty()) break;
  }
  return all;
}

bool Listeners::listens(NodeId node, std::string_view ip, std::uint16_t port) const {
  const auto all = at(ip, port);
  return std::any_of(all.begin(), all.end(), [&](const Listener* l) { return l->node == node; });
}

const Listener* Listeners::of(NodeId node, std::uint16_t port) const {
  for (const auto& [key, here] : listeners_) {
    if (key.second != port) continue;
    for (const Listener& listener : here) {
      if (listener.node == node) return &listener;
    }
  }
  return nullptr;
}

Listeners::Key Listeners::key_of(NodeId node, const Address& address) const {
  const NodeEntry& entry = nodes_.at(node);
  if (is_wildcard(address.host)) return {nodes_.ip_text(entry), address.port};
  // A name that the node shares with others means the node's own address, not the first node's.
  for (const NodeId other : nodes_.resolve(address.host)) {
    if (other == node) return {nodes_.ip_text(entry), address.port};
  }
  const auto ip = nodes_.ip_of(address.host);
  if (!ip)
    throw UsageError(std::string(nodes_.name_of(entry)) + " listens on " + address.text() +
                     ": no node has that name");
  return {*ip, address.port};
}

}  // namespace roundhouse
