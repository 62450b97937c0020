#include "core/broker/broker.h"

#include "core/broker/server.h"

namespace roundhouse::broker {

Broker::Broker(Host& host, Options options) : server_(std::make_unique<Server>(host, std::move(options))) {}
Broker::~Broker() = default;

void Broker::on_start() {
  server_->host().listen(server_->options().listen);
}
void Broker::on_accept(ConnectionId connection, const Accepted& accepted) {
  server_->accept(connection, accepted);
}
void Broker::on_data(ConnectionId connection, ByteView bytes, Marks marks) {
  server_->received(connection, bytes, marks);
}
void Broker::on_end(ConnectionId connection) {
  server_->ended(connection);
}
void Broker::on_drain(ConnectionId connection) {
  server_->drained(connection);
}
void Broker::on_close(ConnectionId connection, CloseReason) {
  server_->closed(connection);
}
void Broker::on_timer(std::uint64_t tag) {
  server_->timer(tag);
}
void Broker::on_stop() {
  server_->stop();
}
void Broker::on_run_end() {
  server_->run_ends();
}

}  // namespace roundhouse::broker
