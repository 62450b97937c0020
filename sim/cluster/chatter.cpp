#include "sim/cluster/chatter.h"

namespace roundhouse {
namespace {
constexpr std::uint64_t send_tag = 1;
}

void Chatter::begin(Client& client) {
  if (plan_.room.empty()) return;
  while (sent_ < plan_.count && plan_.first + plan_.every * sent_ < client.now()) ++sent_;
  if (sent_ < plan_.count) client.wake_at(plan_.first + plan_.every * sent_, send_tag);
}

void Chatter::on_connect(Client& client) {
  if (joined_ || plan_.room.empty()) return;
  joined_ = true;
  client.join(plan_.room);
}

void Chatter::on_event(Client& client, std::string_view name, std::string_view arguments_json,
                       MessageId message) {
  if (inbox_ != nullptr) inbox_->receive(client.now(), name, arguments_json, message);
}

void Chatter::on_timer(Client& client, std::uint64_t tag) {
  if (tag != send_tag) return;
  client.send_to_room(plan_.room, plan_.payload_bytes);
  ++sent_;
  if (sent_ < plan_.count) client.wake_at(plan_.first + plan_.every * sent_, send_tag);
}

}  // namespace roundhouse
