// Who gets which event: connections that were accepted are the engine's, those that were made are the adapter's.
#include "core/app/app.h"

#include "core/app/page.h"

namespace roundhouse::app {

App::App(Host& host, Options options, std::shared_ptr<const Application> application,
         std::unique_ptr<Adapter> adapter)
    : host_(host),
      options_(std::move(options)),
      adapter_(std::move(adapter)),
      sockets_(host, options_, std::move(application), *adapter_),
      engine_(host, options_, sockets_, [this](const http::RequestHead& head, Bytes& storage) {
        return answer_page(head, sockets_.instance(), storage);
      }) {
  sockets_.set_engine(engine_);
}

App::~App() = default;

void App::on_start() {
  adapter_->start(host_, sockets_);
  host_.listen(options_.listen);
}

void App::on_accept(ConnectionId connection, const Accepted& accepted) {
  engine_.on_accept(connection, accepted);
}

void App::on_open(ConnectionId connection) {
  adapter_->on_open(connection);
}

void App::on_data(ConnectionId connection, ByteView bytes, Marks marks) {
  if (engine_.owns(connection)) {
    engine_.on_data(connection, bytes, marks);
  } else {
    adapter_->on_data(connection, bytes, marks);
  }
  sweep();
}

void App::on_end(ConnectionId connection) {
  if (engine_.owns(connection)) {
    engine_.on_end(connection);
  } else {
    adapter_->on_end(connection);
  }
  sweep();
}

void App::on_drain(ConnectionId connection) {
  if (!engine_.owns(connection)) adapter_->on_drain(connection);
  sweep();
}

void App::on_close(ConnectionId connection, CloseReason reason) {
  if (engine_.owns(connection)) {
    engine_.on_close(connection);
  } else {
    adapter_->on_close(connection, reason);
  }
  sweep();
}

void App::on_timer(std::uint64_t tag) {
  if (tag & adapter_timer) {
    adapter_->on_timer(tag & ~adapter_timer);
  } else if (kind_of(tag) == TimerKind::connect) {
    sockets_.on_connect_timer(tag);
  } else {
    engine_.on_timer(tag);
  }
  sweep();
}

void App::on_stop() {
  sockets_.on_stop();
  engine_.on_stop();
  adapter_->on_stop();
  sweep();
}

void App::on_run_end() {
  engine_.on_run_end();
  adapter_->on_run_end();
}

void App::emit(std::string_view name_space, std::vector<std::string> rooms, std::string_view event,
               std::string_view arguments_json) {
  CallState nobody{.server = sockets_};
  Broadcast broadcast;
  broadcast.name_space = name_space;
  broadcast.rooms = std::move(rooms);
  broadcast.event_json = socketio::make_event(event, arguments_json);
  sockets_.emit_to_rooms(nobody, std::move(broadcast));
  sweep();
}

void App::sweep() {
  sockets_.sweep();
  engine_.sweep();
}

}  // namespace roundhouse::app
