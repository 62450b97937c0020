#include "core/broker/subscribers.h"

#include <algorithm>

#include "core/base/assertion.h"

namespace roundhouse::broker {

void Subscribers::add(ByteView name, ConnectionId connection) {
  auto found = table_.find(name);
  if (found == table_.end()) found = table_.emplace(Bytes(name), std::vector<ConnectionId>()).first;
  found->second.push_back(connection);
}

void Subscribers::remove(ByteView name, ConnectionId connection) {
  const auto found = table_.find(name);
  ROUNDHOUSE_ASSERT(found != table_.end());
  auto& list = found->second;
  const auto place = std::find(list.begin(), list.end(), connection);
  ROUNDHOUSE_ASSERT(place != list.end());
  list.erase(place);
  if (list.empty()) table_.erase(found);
}

const std::vector<ConnectionId>* Subscribers::find(ByteView name) const {
  const auto found = table_.find(name);
  return found == table_.end() ? nullptr : &found->second;
}

}  // namespace roundhouse::broker
