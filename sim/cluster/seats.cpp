// See seats.h.
#include "sim/cluster/seats.h"

#include <utility>

#include "sim/cluster/attempter.h"
#include "sim/faults/step_runner.h"
#include "sim/faults/verb.h"
#include "sim/scenario/nearest_word.h"
#include "sim/trace/text_table.h"

namespace roundhouse {

void Seats::add(std::vector<ClientPlace> places, const Address& server, const NodeAdder& add_node) {
  for (const ClientGroup& group : scenario_.clients) {
    group_options_.push_back(std::make_shared<const Client::Options>(options_of(group, server)));
  }
  world_.trace().expect_entities(places.size());
  for (ClientPlace& place : places) add_seat(std::move(place), add_node);
}

void Seats::add_seat(ClientPlace place, const NodeAdder& add_node) {
  auto seat = std::make_unique<Seat>();
  seat->group = place.group;
  seat->number = place.number;
  seat->room = std::move(place.room);
  seat->start = place.start;
  seat->handler = make_handler(*seat, place.name);
  Seat* const at = seat.get();
  seat->node = add_node({.name = std::move(place.name),
                         .kind = EntityKind::client,
                         .ip = std::move(place.ip),
                         .make = [this, at](Host& host) { return make_client(host, *at); }});
  seats_.push_back(std::move(seat));
}

Client::Options Seats::options_of(const ClientGroup& group, const Address& server) const {
  Client::Options options;
  options.server = server;
  const std::string& host = options.server.host;
  if (host == "*" || host == "0.0.0.0" || host == "::") options.server.host = "proxy";
  options.transports = group.transports;
  options.reconnection = group.reconnection && group.attempts == 0;
  options.cookies = group.cookies;
  options.think = group.think;
  options.think_jitter = group.think_jitter;
  return options;
}

std::unique_ptr<Client::Handler> Seats::make_handler(const Seat& seat, const std::string& name) {
  const ClientGroup& group = scenario_.clients[seat.group];
  if (group.attempts == 0) return std::make_unique<Chatter>(send_plan(seat));
  ++attempters_left_;
  attempting_ = true;
  Attempter::Plan plan{.attempts = group.attempts, .seed = scenario_.seed, .name = name};
  plan.wants_upgrade = group.transports.size() > 1 && group.transports.front() == Transport::polling;
  return std::make_unique<Attempter>(std::move(plan), [this] { --attempters_left_; });
}

std::string_view Seats::client_name(const Seat& seat) const {
  const Trace& trace = world_.trace();
  return trace.text_of(trace.texts().find(trace.entity(world_.entity_of(seat.node)).name));
}

SendPlan Seats::send_plan(const Seat& seat) const {
  // Senders take turns: of C clients, client k sends messages k, k + C, k + 2C ...
  SendPlan plan;
  plan.room = seat.room;
  std::uint32_t senders = 0;
  std::uint32_t turn = 0;
  for (const ClientGroup& group : scenario_.clients) {
    if (group.attempts > 0 || group.rooms == 0) continue;
    if (&group == &scenario_.clients[seat.group]) turn = senders + seat.number - 1;
    senders += group.count;
  }
  const Workload& work = scenario_.workload;
  if (senders == 0 || turn >= work.messages) return plan;
  plan.count = (work.messages - turn + senders - 1) / senders;
  plan.first = Instant{} + work.start + work.interval * turn;
  plan.every = work.interval * senders;
  plan.payload_bytes = work.payload_bytes;
  return plan;
}

std::unique_ptr<Party> Seats::make_client(Host& host, Seat& seat) {
  const ClientGroup& group = scenario_.clients[seat.group];
  if (host.incarnation() > 1 && group.attempts == 0) {
    // A new process knows nothing of the old one: it joins again, and sends what is still to be sent.
    auto chatter = std::make_unique<Chatter>(send_plan(seat));
    chatter->deliver_to(seat.inbox.get());
    seat.handler = std::move(chatter);
    world_.at(host.now(), [this, at = &seat] {
      if (world_.party(at->node) != nullptr) begin(*at);
    });
  }
  auto made = std::make_unique<Client>(host, group_options_[seat.group], seat.handler.get());
  seat.running = made.get();
  return made;
}

void Seats::start(EntityId by) {
  by_ = by;
  for (const auto& seat : seats_) {
    Seat* const at = seat.get();
    world_.at(Instant{} + at->start, [this, at] { start_client(*at); });
  }
}

void Seats::start_client(Seat& seat) {
  if (world_.start(seat.node)) begin(seat);
}

void Seats::begin(Seat& seat) {
  if (auto* chatter = dynamic_cast<Chatter*>(seat.handler.get())) chatter->begin(*seat.running);
}

std::vector<NodeId> Seats::nodes() const {
  std::vector<NodeId> all;
  for (const auto& seat : seats_) all.push_back(seat->node);
  return all;
}

std::vector<NodeId> Seats::nodes_of_group(std::string_view prefix) const {
  std::vector<NodeId> group;
  for (const auto& seat : seats_) {
    if (scenario_.clients[seat->group].prefix == prefix) group.push_back(seat->node);
  }
  return group;
}

ClusterClient Seats::client(std::string_view name) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < seats_.size(); ++i) {
    Seat& seat = *seats_[i];
    if (name_of(seat) != name) {
      names.push_back(name_of(seat));
      continue;
    }
    Chatter& chatter = chatter_in_hand(seat);
    if (order_.built() && !seat.inbox) {
      seat.inbox = std::make_unique<Inbox>(senders_);
      chatter.deliver_to(seat.inbox.get());
      if (!std::exchange(anyone_in_hand_, true)) world_.trace().add_sink(&senders_);
    }
    return handle(i);
  }
  throw UsageError("no client is called \"" + std::string(name) + "\"" + did_you_mean(name, names));
}

Chatter& Seats::chatter_in_hand(Seat& seat) const {
  auto* const chatter = dynamic_cast<Chatter*>(seat.handler.get());
  if (chatter == nullptr)
    throw UsageError(name_of(seat) +
                     " makes counted attempts; only a client of a group with attempts = 0 "
                     "can be taken in hand");
  return *chatter;
}

const Client* Seats::running_client(std::size_t seat) const {
  return world_.party(seats_[seat]->node) == nullptr ? nullptr : seats_[seat]->running;
}

bool Seats::client_up(std::size_t seat) const {
  return world_.life(seats_[seat]->node) == NodeLife::up;
}

void Seats::check_can_act(std::size_t seat_number, const Step& step) const {
  const Seat& seat = *seats_[seat_number];
  order_.check_running(name_of(seat) + " can " + step.verb);
  for (const VerbArgument& argument : find_verb(step.verb)->arguments) {
    const auto given = step.arguments.find(std::string(argument.name));
    if (given == step.arguments.end()) continue;
    if (const std::string problem = argument_problem(argument, given->second); !problem.empty())
      throw UsageError(step.verb + ": " + problem);
  }
  if (world_.life(seat.node) == NodeLife::down && seat.running == nullptr)
    throw UsageError(name_of(seat) + " has not started yet: its group starts later; run_for() first");
  if (!client_up(seat_number))
    throw UsageError(
        name_of(seat) + " is not up, so it cannot " + step.verb +
        "; restart or continue it with apply() first, or apply() the step, which is then skipped");
}

MessageId Seats::act(std::size_t seat_number, const Step& step, ClientAckHandler on_ack) {
  check_can_act(seat_number, step);
  if (on_ack) {
    on_ack = [this, inner = std::move(on_ack)](std::string_view arguments_json) {
      const auto within = order_.ack_handler();
      inner(arguments_json);
    };
  }
  MessageId message;
  StepContext once{.by = by_, .client_verb = [&](NodeId, const Step& taken) {
                     message = run_verb(*seats_[seat_number]->running, taken, std::move(on_ack));
                   }};
  roundhouse::run_step(world_, step, once);
  return message;
}

void Seats::run_step(NodeId node, const Step& step) {
  for (const auto& seat : seats_) {
    if (seat->node == node) run_verb(*seat->running, step, {});
  }
}

MessageId Seats::run_verb(Client& client, const Step& step, ClientAckHandler on_ack) {
  const auto given = [&step](const char* name) { return step.arguments.contains(name); };
  // Required ones are there: the step would have been skipped.
  const auto argument = [&step](const char* name) -> const std::string& { return step.arguments.at(name); };
  if (step.verb == "join") client.join(argument("room"));
  if (step.verb == "leave") client.leave(argument("room"));
  if (step.verb == "disconnect") client.disconnect();
  if (step.verb == "connect") client.open();
  if (step.verb == "emit")
    client.emit(argument("event"), given("arguments") ? argument("arguments") : "[]", std::move(on_ack));
  if (step.verb != "send") return {};
  if (given("payload")) return client.send_to_room(argument("room"), std::string_view(argument("payload")));
  const std::size_t bytes =
      given("bytes") ? std::stoull(argument("bytes")) : scenario_.workload.payload_bytes;
  return client.send_to_room(argument("room"), bytes);
}

}  // namespace roundhouse
