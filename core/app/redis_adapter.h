// The adapter of @socket.io/redis-adapter 8.3 (the classic one), byte for byte: instances hear of each other's broadcasts through
// PUBLISH, PSUBSCRIBE and SUBSCRIBE of a Redis-compatible broker. A real Redis and real Node instances may take part.
// Source: @socket.io/redis-adapter 8.3.0, dist/index.js; tests/oracles/socketio/wire-redis-adapter.json.
//
// Requests of other instances (fetchSockets, socketsJoin, socketsLeave, disconnectSockets, serverSideEmit, allRooms) are heard and not
// answered: the asker sees its own timeout, as with an instance that hangs. A broadcast with acknowledgements is delivered, without them.
// Differs: one uid for all namespaces of an instance (Node draws one for each); members first, then PUBLISH (Node the other way round,
// within one turn of its loop, so no peer can tell).
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/app/adapter.h"
#include "core/app/backplane.h"
#include "core/msgpack/reader.h"

namespace roundhouse::app {

struct RedisAdapterOptions {
  Address broker{"broker", 6379};
  std::string prefix = "socket.io";  ///< option `key` of the original
  BackplaneOptions backplane = {};   ///< its own `broker` is not looked at
  msgpack::Limits payload = {};
};

class RedisAdapter final : public Adapter, private Backplane::Listener {
 public:
  explicit RedisAdapter(RedisAdapterOptions options) : options_(std::move(options)) {}

  void start(Host& host, LocalSockets& sockets) override;
  void broadcast(const Broadcast& broadcast) override;
  bool reaches_others() const override { return true; }
  bool ready() const override { return backplane_ && backplane_->ready(); }

  void on_open(ConnectionId connection) override { backplane_->on_open(connection); }
  void on_data(ConnectionId connection, ByteView bytes, Marks marks) override {
    backplane_->on_data(connection, bytes, marks);
  }
  void on_end(ConnectionId connection) override { backplane_->on_end(connection); }
  void on_drain(ConnectionId connection) override { backplane_->on_drain(connection); }
  void on_close(ConnectionId connection, CloseReason reason) override {
    backplane_->on_close(connection, reason);
  }
  void on_timer(std::uint64_t tag) override { backplane_->on_timer(tag); }
  // A process may be stopped, or die, before it has started.
  void on_stop() override {
    if (backplane_) backplane_->stop();
  }
  void on_run_end() override {
    if (backplane_) backplane_->on_run_end();
  }

  /// Six characters that tell this incarnation from all others.
  const std::string& uid() const { return uid_; }

 private:
  struct NameSpace {
    std::string name;
    std::string channel;   // socket.io#/#
    std::string requests;  // socket.io-request#/#
  };

  void on_message(const BackplaneMessage& message) override;
  bool has_receivers() const override { return sockets_->has_sockets(); }
  void on_broadcast(const NameSpace& name_space, const BackplaneMessage& message);
  void on_request(const NameSpace& name_space, const BackplaneMessage& message);
  /// Delivers what another instance broadcast; what no adapter would have written is ignored.
  void deliver(const NameSpace& name_space, ByteView packet, ByteView options, Mark mark);
  const NameSpace& name_space_named(std::string_view name) const;

  RedisAdapterOptions options_;
  Host* host_ = nullptr;
  LocalSockets* sockets_ = nullptr;
  std::unique_ptr<Backplane> backplane_;
  std::string uid_;
  std::vector<NameSpace> name_spaces_;
  Bytes payload_;        // reused by each broadcast
  std::string channel_;  // the same
};

/// The payload of a broadcast as it is published: `[uid, {type, data, nsp}, {rooms, except, flags}]` in MessagePack, appended to `out`.
/// Error: the event is no JSON, or nested deeper than the limit.
Result<void> append_broadcast(Bytes& out, std::string_view uid, const Broadcast& broadcast,
                              msgpack::Limits limits = {});

}  // namespace roundhouse::app
