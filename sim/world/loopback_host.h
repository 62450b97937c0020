// The door between one incarnation of a node and the loopback world. Passes on; decides nothing.
#pragma once

#include "sim/world/last_words.h"
#include "sim/world/loopback_world.h"

namespace roundhouse::loopback {

class NodeHost final : public Host {
 public:
  NodeHost(LoopbackWorld& world, Node& node) : world_(world), node_(node) {}

  Instant now() const override { return world_.now(); }
  std::int64_t epoch_seconds_at_start() const override { return world_.epoch_seconds_at_start(); }
  std::string_view name() const override { return world_.name_of(node_); }
  std::string_view ip() const override { return world_.ip_of(node_); }
  EntityId self() const override { return node_.entry->entity; }
  std::uint32_t incarnation() const override { return node_.entry->incarnation; }
  Random random(Purpose purpose, Name peer, std::uint64_t n) override {
    return Random(draw_key(world_.seed(), node_.entry->key, purpose, peer, n));
  }

  void listen(const Address& address) override { world_.listen(node_, address); }
  void stop_listening(const Address& address) override { world_.stop_listening(node_, address); }
  ConnectionId connect(const ConnectRequest& request) override { return world_.connect(node_, request); }
  using Host::send;
  std::size_t send(ConnectionId connection, ByteView bytes, Marks marks) override {
    return world_.send(node_, connection, bytes, marks);
  }
  std::size_t send(ConnectionId connection, SharedBytes bytes, Marks marks) override {
    return world_.send(node_, connection, std::move(bytes), marks);
  }
  void pause_reading(ConnectionId connection, bool paused) override {
    world_.pause_reading(node_, connection, paused);
  }
  void close(ConnectionId connection, Close how) override { world_.close(node_, connection, how); }
  TimerId wake_at(Instant at, std::uint64_t tag) override { return world_.wake_at(node_, at, tag); }
  void cancel(TimerId timer) override { world_.cancel(timer); }
  void busy(Duration span) override { world_.busy(node_, span); }

  TextId text(std::string_view text) override { return world_.trace().text(text); }
  std::string_view text_of(TextId id) const override { return world_.trace().text_of(id); }
  void record(Record record) override {
    record.at = world_.now();
    record.by = node_.entry->entity;
    world_.trace().write(node_.dying ? last_words(record) : record);
  }
  MessageId new_message() override { return world_.trace().new_message(); }

 private:
  LoopbackWorld& world_;
  Node& node_;
};

}  // namespace roundhouse::loopback
