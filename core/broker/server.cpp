#include "core/broker/server.h"

#include "core/base/assertion.h"
#include "core/broker/command_table.h"
#include "core/broker/glob.h"
#include "core/resp/writer.h"

namespace roundhouse::broker {
namespace {

std::uint64_t tag_of(ConnectionId connection) {
  return std::uint64_t{connection.serial} << 32 | connection.slot;
}
ConnectionId connection_of(std::uint64_t tag) {
  return {static_cast<std::uint32_t>(tag), static_cast<std::uint32_t>(tag >> 32)};
}

}  // namespace

Server::Server(Host& host, BrokerOptions options)
    : host_(host), options_(std::move(options)), departed_(options_.departed_max) {}

Client* Server::find(ConnectionId connection) {
  if (connection.slot >= clients_.size()) return nullptr;
  Client* client = clients_[connection.slot].get();
  return client != nullptr && client->connection == connection ? client : nullptr;
}

void Server::accept(ConnectionId connection, const Accepted& accepted) {
  if (client_count_ >= options_.clients_max) {
    host_.send(connection, ByteView("-ERR max number of clients reached\r\n"));
    host_.close(connection, Close::fin);
    return;
  }
  if (connection.slot >= clients_.size()) clients_.resize(connection.slot + 1);
  ROUNDHOUSE_ASSERT(clients_[connection.slot] == nullptr);
  clients_[connection.slot] =
      std::make_unique<Client>(connection, next_client_id_++, accepted.peer, options_.commands);
  ++client_count_;
}

void Server::received(ConnectionId connection, ByteView bytes, Marks marks) {
  Client* client = find(connection);
  if (client == nullptr) return;
  client->marks.arrived(bytes.size(), marks);
  client->reader.receive(bytes);
  Bytes reply;
  while (!client->last_reply) {
    const auto command = client->reader.next();
    if (!command) {
      if (!command.error().what().empty()) resp::append_error(reply, "ERR " + command.error().what());
      client->last_reply = true;
      break;
    }
    if (!*command) break;
    execute(*client, **command, reply);
  }
  flush(*client, reply);
  cut_off_the_slow();
}

void Server::execute(Client& client, std::span<const ByteView> arguments, Bytes& reply) {
  ++commands_;
  MessageId message;
  What what = What::none;
  while (const auto mark = client.marks.take(client.reader.end())) {
    if (message) lost(message, what, Cause::refused, client.connection.serial, {});
    message = mark->message;
    what = mark->what;
  }
  Call call{*this, client, arguments, message, reply};
  run_command(call);
  // A marked command that published nothing (refused, or not a PUBLISH) carried its message no further.
  if (call.message) lost(call.message, what, Cause::refused, client.connection.serial, {});
}

void Server::flush(Client& client, Bytes& reply) {
  std::size_t queued = 0;
  if (!reply.empty()) queued = host_.send(client.connection, ByteView(reply));
  if (client.last_reply) {
    host_.close(client.connection, Close::fin);
    drop_marks(client, Cause::closed);
    forget(client, Cause::none);
  } else if (queued > options_.replies_bytes_max && !client.paused) {
    client.paused = true;
    host_.pause_reading(client.connection, true);
  }
}

void Server::ended(ConnectionId connection) {
  Client* client = find(connection);
  if (client == nullptr) return;
  // Redis has no half-closed clients: end of stream is the end.
  host_.close(connection, Close::fin);
  forget(*client, Cause::closed);
}

void Server::drained(ConnectionId connection) {
  Client* client = find(connection);
  if (client == nullptr) return;
  client->output.drained();
  if (client->paused) {
    client->paused = false;
    host_.pause_reading(connection, false);
  }
}

void Server::closed(ConnectionId connection) {
  if (Client* client = find(connection)) forget(*client, Cause::closed);
}

void Server::timer(std::uint64_t tag) {
  Client* client = find(connection_of(tag));
  if (client == nullptr) return;
  client->soft_timer = {};
  if (!client->output.soft()) return;
  // Sending nothing asks how much waits.
  const std::size_t queued = host_.send(client->connection, ByteView());
  if (client->output.over(host_.now(), queued, options_.pubsub)) {
    client->cut_off = true;
    slow_.push_back(client->connection);
    cut_off_the_slow();
  } else if (client->output.soft()) {
    client->soft_timer = host_.wake_at(client->output.deadline(options_.pubsub), tag);
  }
}

void Server::stop() {
  host_.stop_listening(options_.listen);
  for (auto& client : clients_) {
    if (client == nullptr) continue;
    host_.close(client->connection, Close::fin);
    drop_marks(*client, Cause::restart);
    unsubscribe_all(*client);
    forget(*client, Cause::none);
  }
}

void Server::run_ends() {
  // Marks lie on the last byte of a command, and whole commands are executed at once: only a broken stream leaves any.
  for (auto& client : clients_) {
    if (client == nullptr) continue;
    while (const auto mark = client->marks.take(UINT64_MAX)) {
      Record record;
      record.kind = RecordKind::held;
      record.message = mark->message;
      record.connection = client->connection.serial;
      record.subject = mark->to;
      record.how = static_cast<std::uint8_t>(mark->what);
      host_.record(record);
    }
  }
}

void Server::subscribe(Client& client, ByteView channel) {
  if (!client.channels.emplace(channel).second) return;
  channels_.add(channel, client.connection);
  if (!departed_.empty()) departed_.channel_again(client.peer.host, channel);
}

bool Server::unsubscribe(Client& client, ByteView channel) {
  const auto found = client.channels.find(channel);
  if (found == client.channels.end()) return false;
  channels_.remove(channel, client.connection);
  client.channels.erase(found);
  return true;
}

void Server::psubscribe(Client& client, ByteView pattern) {
  if (!client.patterns.emplace(pattern).second) return;
  patterns_.add(pattern, client.connection);
  if (!departed_.empty()) departed_.pattern_again(client.peer.host, pattern);
}

bool Server::punsubscribe(Client& client, ByteView pattern) {
  const auto found = client.patterns.find(pattern);
  if (found == client.patterns.end()) return false;
  patterns_.remove(pattern, client.connection);
  client.patterns.erase(found);
  return true;
}

void Server::unsubscribe_all(Client& client) {
  for (const Bytes& channel : client.channels) channels_.remove(channel, client.connection);
  for (const Bytes& pattern : client.patterns) patterns_.remove(pattern, client.connection);
  client.channels.clear();
  client.patterns.clear();
}

std::size_t Server::publish(ByteView channel, ByteView payload, MessageId message) {
  ++position_;
  const Mark copy{message, {}, What::copy};
  std::size_t receivers = 0;
  if (const auto* subscribers = channels_.find(channel)) {
    Bytes frame;
    frame.reserve(channel.size() + payload.size() + 64);
    resp::append_command(frame, {"message", channel, payload});
    const SharedBytes shared = share(std::move(frame));
    for (const ConnectionId subscriber : *subscribers) deliver(subscriber, shared, copy);
    receivers += subscribers->size();
  }
  for (const auto& [pattern, subscribers] : patterns_.all()) {
    if (!glob_matches(pattern, channel)) continue;
    Bytes frame;
    frame.reserve(pattern.size() + channel.size() + payload.size() + 64);
    resp::append_command(frame, {"pmessage", pattern, channel, payload});
    const SharedBytes shared = share(std::move(frame));
    for (const ConnectionId subscriber : subscribers) deliver(subscriber, shared, copy);
    receivers += subscribers.size();
  }
  if (message) {
    Record record;
    record.kind = RecordKind::position;
    record.message = message;
    record.text = host_.text(channel);
    record.value = position_;
    record.extra = receivers;
    host_.record(record);
    departed_.for_each_copy(channel, [&](const DepartedSubscriber& gone) {
      lost(message, What::copy, gone.cause, gone.connection, gone.entity);
    });
  }
  return receivers;
}

void Server::deliver(ConnectionId connection, const SharedBytes& frame, Mark copy) {
  Client& client = *clients_[connection.slot];
  if (client.cut_off) {
    if (copy)
      lost(copy.message, What::copy, Cause::overflow, connection.serial, host_.entity_at(client.peer.host));
    return;
  }
  const std::size_t queued = host_.send(connection, frame, copy);
  if (queued < options_.pubsub.soft_bytes && !client.output.soft()) return;
  if (client.output.over(host_.now(), queued, options_.pubsub)) {
    client.cut_off = true;
    slow_.push_back(connection);
  } else if (client.output.soft() && !client.soft_timer) {
    client.soft_timer = host_.wake_at(client.output.deadline(options_.pubsub), tag_of(connection));
  }
}

// Redis closes them "as soon as possible": once the commands of this turn are done. What waits for them is lost; the world says so
// for the bytes that it was given.
void Server::cut_off_the_slow() {
  for (const ConnectionId connection : slow_) {
    Client* client = find(connection);
    if (client == nullptr) continue;
    host_.close(connection, Close::reset);
    forget(*client, Cause::overflow);
  }
  slow_.clear();
}

void Server::forget(Client& client, Cause why) {
  if (why != Cause::none) {
    drop_marks(client, why);
    if (client.subscriptions() > 0) {
      DepartedSubscriber gone{client.peer.host,         host_.entity_at(client.peer.host),
                              client.connection.serial, why,
                              client.channels,          client.patterns};
      unsubscribe_all(client);
      departed_.left(std::move(gone));
    }
  }
  unsubscribe_all(client);
  if (client.soft_timer) host_.cancel(client.soft_timer);
  --client_count_;
  clients_[client.connection.slot].reset();
}

void Server::drop_marks(Client& client, Cause why) {
  while (const auto mark = client.marks.take(UINT64_MAX)) {
    lost(mark->message, mark->what, why, client.connection.serial, {});
  }
}

void Server::lost(MessageId message, What what, Cause why, std::uint32_t connection, EntityId other) {
  Record record;
  record.kind = RecordKind::lost;
  record.message = message;
  record.connection = connection;
  record.other = other;
  record.how = static_cast<std::uint8_t>(what);
  record.code = static_cast<std::uint16_t>(why);
  host_.record(record);
}

std::string Server::run_id() const {
  static constexpr char hex[] = "0123456789abcdef";
  Random random = host_.random(Purpose::instance_id, "run_id", host_.incarnation());
  std::string id;
  while (id.size() < 40) id.push_back(hex[random.below(16)]);
  return id;
}

}  // namespace roundhouse::broker
