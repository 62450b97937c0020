// The handle of a client: turns calls into steps, and answers what its user would see. See <roundhouse/client.h>.
#include <roundhouse/client.h>

#include <utility>

#include <roundhouse/result.h>
#include <roundhouse/state.h>
#include "core/client/client.h"
#include "sim/cluster/client_access.h"

namespace roundhouse {
namespace {

const Inbox& inbox_of(const ClientAccess& cluster, std::size_t seat) {
  if (const Inbox* inbox = cluster.client_inbox(seat)) return *inbox;
  const std::string name(cluster.client_name(seat));
  throw UsageError("what " + name + " received was not kept: call client(\"" + name +
                   "\") before start(), and keep what it returns");
}

}  // namespace

std::string_view ClusterClient::name() const {
  return cluster_->client_name(seat_);
}

void ClusterClient::join(std::string_view room) const {
  cluster_->act(
      seat_, {.verb = "join", .target = std::string(name()), .arguments = {{"room", std::string(room)}}}, {});
}

void ClusterClient::leave(std::string_view room) const {
  cluster_->act(seat_,
                {.verb = "leave", .target = std::string(name()), .arguments = {{"room", std::string(room)}}},
                {});
}

MessageId ClusterClient::send(std::string_view room, std::string_view payload) const {
  Step step{.verb = "send", .target = std::string(name()), .arguments = {{"room", std::string(room)}}};
  if (payload.empty()) {
    step.arguments["bytes"] = "0";
  } else {
    step.arguments["payload"] = payload;
  }
  return cluster_->act(seat_, step, {});
}

void ClusterClient::emit(std::string_view event, std::string_view arguments_json,
                         ClientAckHandler on_ack) const {
  cluster_->act(seat_,
                {.verb = "emit",
                 .target = std::string(name()),
                 .arguments = {{"event", std::string(event)}, {"arguments", std::string(arguments_json)}}},
                std::move(on_ack));
}

void ClusterClient::disconnect() const {
  cluster_->act(seat_, {.verb = "disconnect", .target = std::string(name())}, {});
}

void ClusterClient::connect() const {
  cluster_->act(seat_, {.verb = "connect", .target = std::string(name())}, {});
}

bool ClusterClient::running() const {
  return cluster_->client_up(seat_);
}

bool ClusterClient::connected() const {
  const Client* client = cluster_->running_client(seat_);
  return client != nullptr && client->connected();
}

bool ClusterClient::upgraded() const {
  const Client* client = cluster_->running_client(seat_);
  return client != nullptr && client->connected() && client->upgraded();
}

std::string ClusterClient::socket_id() const {
  return connected() ? std::string(cluster_->running_client(seat_)->socket_id()) : std::string();
}

std::string ClusterClient::instance() const {
  const Trace& trace = cluster_->client_trace();
  if (!connected()) return {};
  const auto socket = trace.state().socket(trace.state().client(cluster_->client_entity(seat_)).socket);
  return socket && socket->instance ? trace.entity(socket->instance).name : std::string();
}

std::vector<std::string> ClusterClient::rooms() const {
  const Trace& trace = cluster_->client_trace();
  std::vector<std::string> names;
  if (!connected()) return names;
  const TextId sid = trace.state().client(cluster_->client_entity(seat_)).socket;
  for (const State::Membership& membership : trace.state().rooms_of(sid)) {
    if (membership.must && membership.room != sid) names.emplace_back(trace.text_of(membership.room));
  }
  return names;
}

const std::deque<ReceivedMessage>& ClusterClient::received() const {
  return inbox_of(*cluster_, seat_).messages();
}

const std::deque<ReceivedEvent>& ClusterClient::events() const {
  return inbox_of(*cluster_, seat_).events();
}

}  // namespace roundhouse
