// The broker: a Redis-compatible server for publish and subscribe, speaking RESP2. Not a store: keys come with a later tier.
// Source: Redis 7.0.15; what it answers byte for byte is in tests/oracles/redis.
#pragma once

#include <memory>

#include <roundhouse/host.h>
#include "core/broker/options.h"

namespace roundhouse::broker {

class Server;

class Broker final : public Party {
 public:
  using Options = BrokerOptions;

  Broker(Host& host, Options options);
  ~Broker() override;

  void on_start() override;
  void on_accept(ConnectionId connection, const Accepted& accepted) override;
  void on_data(ConnectionId connection, ByteView bytes, Marks marks) override;
  void on_end(ConnectionId connection) override;
  void on_drain(ConnectionId connection) override;
  void on_close(ConnectionId connection, CloseReason reason) override;
  void on_timer(std::uint64_t tag) override;
  void on_stop() override;
  void on_run_end() override;

 private:
  std::unique_ptr<Server> server_;
};

}  // namespace roundhouse::broker
