// The app instance: a party that serves an Application over Engine.IO and Socket.IO, beside other instances of the same.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <roundhouse/app.h>
#include <roundhouse/host.h>
#include "core/app/adapter.h"
#include "core/app/engine.h"
#include "core/app/options.h"
#include "core/app/socket_server.h"

namespace roundhouse::app {

class App final : public Party {
 public:
  /// The host outlives the app.
  App(Host& host, Options options, std::shared_ptr<const Application> application,
      std::unique_ptr<Adapter> adapter);
  ~App() override;

  void on_start() override;
  void on_accept(ConnectionId connection, const Accepted& accepted) override;
  void on_open(ConnectionId connection) override;
  void on_data(ConnectionId connection, ByteView bytes, Marks marks) override;
  void on_end(ConnectionId connection) override;
  void on_drain(ConnectionId connection) override;
  void on_close(ConnectionId connection, CloseReason reason) override;
  void on_timer(std::uint64_t tag) override;
  void on_stop() override;
  void on_run_end() override;

  /// An emit that no client caused, to rooms or (none) to all of a namespace. Call it between the host's callbacks only.
  void emit(std::string_view name_space, std::vector<std::string> rooms, std::string_view event,
            std::string_view arguments_json);
  /// True once broadcasts of the other instances come in.
  bool ready() const { return adapter_->ready(); }
  std::size_t session_count() const { return engine_.session_count(); }
  std::size_t socket_count() const { return sockets_.socket_count(); }
  const Options& options() const { return options_; }

 private:
  void sweep();

  Host& host_;
  const Options options_;
  std::unique_ptr<Adapter> adapter_;
  SocketServer sockets_;
  Engine engine_;
};

}  // namespace roundhouse::app
