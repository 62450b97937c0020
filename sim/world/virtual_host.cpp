#include "sim/world/virtual_host.h"

#include "sim/world/last_words.h"
#include "sim/world/virtual_world.h"

namespace roundhouse {

namespace {
// 2026-01-01T00:00:00Z. A constant: the same seed gives the same `Date:` header on every day.
constexpr std::int64_t virtual_epoch_seconds = 1'767'225'600;
}  // namespace

Instant VirtualHost::now() const {
  return world_.now();
}
std::int64_t VirtualHost::epoch_seconds_at_start() const {
  return virtual_epoch_seconds;
}
std::string_view VirtualHost::name() const {
  return world_.name_of(node_);
}
std::string_view VirtualHost::ip() const {
  return world_.ip_of(node_);
}
EntityId VirtualHost::self() const {
  return node_.entity;
}
std::uint32_t VirtualHost::incarnation() const {
  return node_.entry->incarnation;
}

Random VirtualHost::random(Purpose purpose, Name peer, std::uint64_t n) {
  return Random(draw_key(world_.seed(), node_.entry->key, purpose, peer, n));
}

void VirtualHost::listen(const Address& address) {
  world_.listen(node_, address);
}
void VirtualHost::stop_listening(const Address& address) {
  world_.stop_listening(node_, address);
}
ConnectionId VirtualHost::connect(const ConnectRequest& request) {
  return world_.connect(node_, request);
}

std::size_t VirtualHost::send(ConnectionId connection, ByteView bytes, Marks marks) {
  return world_.send(node_, connection, bytes, nullptr, marks);
}
std::size_t VirtualHost::send(ConnectionId connection, SharedBytes bytes, Marks marks) {
  const ByteView view = *bytes;
  return world_.send(node_, connection, view, std::move(bytes), marks);
}
void VirtualHost::pause_reading(ConnectionId connection, bool paused) {
  world_.pause_reading(node_, connection, paused);
}
void VirtualHost::close(ConnectionId connection, Close how) {
  world_.close(node_, connection, how);
}

TimerId VirtualHost::wake_at(Instant at, std::uint64_t tag) {
  return world_.wake_at(node_, at, tag);
}
void VirtualHost::cancel(TimerId timer) {
  world_.cancel(timer);
}
void VirtualHost::busy(Duration span) {
  world_.busy(node_, span);
}

TextId VirtualHost::text(std::string_view text) {
  return world_.trace().text(text);
}
std::string_view VirtualHost::text_of(TextId id) const {
  return world_.trace().text_of(id);
}
void VirtualHost::record(Record record) {
  record.at = world_.now();
  record.by = node_.entity;
  world_.trace().write(node_.dying ? last_words(record) : record);
}
MessageId VirtualHost::new_message() {
  return world_.trace().new_message();
}

}  // namespace roundhouse
