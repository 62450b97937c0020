#include "sim/cluster/inbox.h"

#include "core/base/json_text.h"

namespace roundhouse {
namespace {

/// A string's characters, or any other value's JSON text; empty where the object has no such member.
std::string member_text(std::string_view object, std::string_view key) {
  if (!object.starts_with('{')) return {};
  const auto value = json_text::member(object, key);
  if (!value) return {};
  return value->starts_with('"') ? json_text::unquote(*value) : std::string(*value);
}

template <class Item>
void keep(std::deque<Item>& items, Item item) {
  if (items.size() == received_max) items.pop_front();
  items.push_back(std::move(item));
}

}  // namespace

void Senders::on_record(const Record& record) {
  if (record.kind != RecordKind::send) return;
  const std::size_t place = record.message.value % messages_max;
  if (place >= sent_.size()) sent_.resize(place + 1);
  sent_[place] = {record.message, record.by};
}

std::string_view Senders::sender_of(MessageId message) const {
  const std::size_t place = message.value % messages_max;
  if (place >= sent_.size() || sent_[place].message != message) return {};
  return trace_.entity(sent_[place].by).name;
}

void Inbox::receive(Instant at, std::string_view name, std::string_view arguments_json, MessageId message) {
  keep(events_, ReceivedEvent{at, std::string(name), std::string(arguments_json)});
  if (!message) return;
  const std::string_view first = json_text::Elements(arguments_json).next().value_or(std::string_view());
  keep(messages_, ReceivedMessage{at, std::string(name), std::string(senders_.sender_of(message)),
                                  member_text(first, "room"), member_text(first, "pad"), message});
}

}  // namespace roundhouse
