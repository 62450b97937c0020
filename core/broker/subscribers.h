// Who wants what: names (channels, or patterns) and their subscribers in the order in which they subscribed.
#pragma once

#include <map>
#include <vector>

#include <roundhouse/bytes.h>
#include <roundhouse/ids.h>

namespace roundhouse::broker {

class Subscribers {
 public:
  using Table = std::map<Bytes, std::vector<ConnectionId>, std::less<>>;

  /// Precondition: not yet subscribed; the client's own set knows.
  void add(ByteView name, ConnectionId connection);
  void remove(ByteView name, ConnectionId connection);
  /// Null where nobody subscribes.
  const std::vector<ConnectionId>* find(ByteView name) const;
  /// In the order of their names; each has at least one subscriber.
  const Table& all() const { return table_; }

 private:
  Table table_;
};

}  // namespace roundhouse::broker
