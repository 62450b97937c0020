// What one incarnation of a node sees of the virtual world.
#pragma once

#include <utility>

#include <roundhouse/host.h>

namespace roundhouse {

class VirtualWorld;
struct VirtualNode;

class VirtualHost final : public Host {
 public:
  VirtualHost(VirtualWorld& world, VirtualNode& node) : world_(world), node_(node) {}

  using Host::send;
  Instant now() const override;
  std::int64_t epoch_seconds_at_start() const override;
  std::string_view name() const override;
  std::string_view ip() const override;
  EntityId self() const override;
  std::uint32_t incarnation() const override;
  Random random(Purpose purpose, Name peer, std::uint64_t n) override;
  void listen(const Address& address) override;
  void stop_listening(const Address& address) override;
  ConnectionId connect(const ConnectRequest& request) override;
  std::size_t send(ConnectionId connection, ByteView bytes, Marks marks) override;
  std::size_t send(ConnectionId connection, SharedBytes bytes, Marks marks) override;
  void pause_reading(ConnectionId connection, bool paused) override;
  void close(ConnectionId connection, Close how) override;
  TimerId wake_at(Instant at, std::uint64_t tag) override;
  void cancel(TimerId timer) override;
  void busy(Duration span) override;
  TextId text(std::string_view text) override;
  std::string_view text_of(TextId id) const override;
  void record(Record record) override;
  MessageId new_message() override;

 private:
  VirtualWorld& world_;
  VirtualNode& node_;
};

}  // namespace roundhouse
