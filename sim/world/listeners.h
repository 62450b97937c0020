// Who listens where, in logical addresses. Not the real endpoints: those are the loopback world's.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <roundhouse/address.h>

#include "sim/world/node_table.h"

namespace roundhouse {

struct Listener {
  NodeId node;
  Address address;  ///< as given to Host::listen
  bool wildcard = false;
};

class Listeners {
 public:
  explicit Listeners(const NodeTable& nodes) : nodes_(nodes) {}

  /// A second time for the same node and address changes nothing. Throws UsageError where the host name is unknown.
  void add(NodeId node, const Address& address);
  void remove(NodeId node, const Address& address);
  void remove_all(NodeId node);

  /// Who may accept a connection to `ip`:`port`, in the order of listening. As in a kernel, a listener on the very address comes
  /// before those on every address. Valid until the next change.
  std::vector<const Listener*> at(std::string_view ip, std::uint16_t port) const;
  bool listens(NodeId node, std::string_view ip, std::uint16_t port) const;
  /// The first listener of a node on a port, if any.
  const Listener* of(NodeId node, std::uint16_t port) const;

 private:
  using Key = std::pair<std::string, std::uint16_t>;  // ip and port; a wildcard lies under its node's ip
  Key key_of(NodeId node, const Address& address) const;

  const NodeTable& nodes_;
  std::map<Key, std::vector<Listener>> listeners_;
};

}  // namespace roundhouse
