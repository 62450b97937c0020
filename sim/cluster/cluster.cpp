// Builds a topology from a scenario, runs it, and sums it up.
#include <roundhouse/cluster.h>

#include <algorithm>
#include <utility>

#include "core/app/app.h"
#include "core/app/chat.h"
#include "core/app/memory_adapter.h"
#include "core/app/redis_adapter.h"
#include "core/broker/broker.h"
#include "core/client/client.h"
#include "core/proxy/proxy.h"
#include "sim/cluster/attempter.h"
#include "sim/cluster/chatter.h"
#include "sim/cluster/client_access.h"
#include "sim/cluster/inbox.h"
#include "sim/cluster/nginx_text.h"
#include "sim/cluster/summarize.h"
#include "sim/cluster/telling.h"
#include "sim/cluster/topology.h"
#include "sim/faults/step_runner.h"
#include "sim/faults/verb.h"
#include "sim/scenario/nearest_word.h"
#include "sim/trace/trace_file.h"

namespace roundhouse {
namespace {

/// How often a run looks whether it is over or was asked to stop, in its own time.
constexpr Duration look_every = std::chrono::milliseconds(20);
/// How often a predicate is asked.
constexpr Duration ask_every = std::chrono::milliseconds(1);

struct ClientSeat {
  ClientPlace place;
  NodeId node;
  std::unique_ptr<Client::Handler> handler;
  Client* running = nullptr;          ///< of the last incarnation; ask World::party whether it lives
  std::unique_ptr<Inbox> inbox = {};  ///< of a client in hand
};

class Built final : public Cluster, private ClientAccess {
 public:
  Built(const Scenario& scenario, const ClusterOptions& options) : scenario_(scenario), options_(options) {
    if (options_.seed) scenario_.seed = *options_.seed;
  }

  /// Everything that can go wrong before a node starts.
  Result<void> prepare();

  World& world() override { return *world_; }
  Trace& trace() override { return trace_; }
  const Scenario& scenario() const override { return scenario_; }
  void start() override;
  bool advance(Duration span) override;
  void run_for(Duration span) override;
  bool run_until(const std::function<bool()>& predicate, Duration deadline) override;
  void apply(const Step& step) override;
  ClusterClient client(std::string_view name) override;
  Summary finish(std::string ended_by) override;
  Summary run(const std::function<bool()>& go_on) override;
  std::vector<UpListener> listeners() const override;
  const std::vector<std::string>& warnings() const override { return warnings_; }

 private:
  enum class Phase : std::uint8_t { built, started, finished };

  // What the handles of clients ask for.
  const std::string& client_name(std::size_t seat) const override { return clients_[seat]->place.name; }
  EntityId client_entity(std::size_t seat) const override { return world_->entity_of(clients_[seat]->node); }
  const Trace& client_trace() const override { return trace_; }
  const Client* running_client(std::size_t seat) const override;
  bool client_up(std::size_t seat) const override;
  const Inbox* client_inbox(std::size_t seat) const override { return clients_[seat]->inbox.get(); }
  MessageId act(std::size_t seat, const Step& step, ClientAckHandler on_ack) override;

  /// Throws UsageError where the cluster is not running. \param what  such as `run_for()`
  void check_running(const std::string& what) const;
  void run_world_until(Instant until);
  MessageId run_client_verb(Client& client, const std::string& room, const Step& step,
                            ClientAckHandler on_ack);
  bool loopback() const { return options_.world == WorldKind::loopback; }
  Result<void> check_parts() const;
  Result<void> read_proxy_text();
  NodeId add_node(NodeSpec spec);
  Result<void> check_policy_steps() const;
  Result<proxy::Config> read_proxy_config(const std::string& policy) const;
  Result<std::function<void()>> reload_proxy(const std::string& policy);
  void add_broker();
  void add_instances();
  void add_proxy();
  void add_clients(std::vector<ClientPlace> places);
  void set_links();
  void bind_proxy();
  void start_client(ClientSeat& seat);
  void begin(ClientSeat& seat);
  Client::Options client_options(const ClientGroup& group) const;
  std::unique_ptr<Party> make_client(Host& host, ClientSeat& seat);
  std::unique_ptr<Client::Handler> make_handler(const ClientPlace& place);
  SendPlan send_plan(const ClientPlace& place) const;
  std::vector<NodeId> nodes_called(const std::string& name) const;
  void run_client_step(NodeId node, const Step& step);
  void add_outside_peers();
  void write_begin();
  void write_predictions();

  Scenario scenario_;
  ClusterOptions options_;
  Trace trace_;
  std::unique_ptr<TraceFile> file_;
  std::optional<Telling> telling_;
  std::unique_ptr<World> world_;
  std::shared_ptr<const proxy::Config>
      proxy_config_;                       // of the next proxy that starts, and of the running one
  proxy::Proxy* running_proxy_ = nullptr;  // of the last incarnation; ask World::party whether it lives
  std::shared_ptr<const Application> application_;
  std::vector<std::string> warnings_;
  NodeId proxy_;
  NodeId broker_;
  std::vector<NodeId> instances_;
  std::vector<std::unique_ptr<ClientSeat>> clients_;  // stable: handlers and steps point to them
  std::vector<std::shared_ptr<const Client::Options>> group_options_;
  StepContext steps_;
  Senders senders_{trace_};
  bool anyone_in_hand_ = false;
  Phase phase_ = Phase::built;
  bool world_runs_ = false;      // advance(), run_for() or run_until() is on the stack
  bool in_ack_handler_ = false;  // of the embedding program
  std::size_t attempters_left_ = 0;
  bool attempting_ = false;
};

Result<void> Built::check_parts() const {
  const bool needs_instances = options_.parts.clients || options_.parts.proxy;
  if (scenario_.instances == 0 && needs_instances) {
    return Error(scenario_.file,
                 "zero instances, and a proxy or clients that need one; set topology.instances to 1 or more");
  }
  if (scenario_.clients.empty() && options_.parts.clients) {
    const std::string where = scenario_.file.empty() ? "" : scenario_.file + ":1";
    return Error(where, "no clients, so there is nothing to run; add a [[clients]] group");
  }
  if (options_.parts.clients && !options_.parts.proxy) {
    return Error(scenario_.file, "clients need the proxy; leave --clients out, or --only");
  }
  if (options_.real_broker && !loopback()) {
    return Error("a real broker needs --world loopback: virtual time has no outside");
  }
  return {};
}

Result<void> Built::read_proxy_text() {
  if (!options_.parts.proxy) return {};
  auto config = read_proxy_config({});
  if (!config) return config.error();
  warnings_ = config->warnings;
  proxy_config_ = std::make_shared<const proxy::Config>(std::move(*config));
  return check_policy_steps();
}

/// \param policy  in place of what the text says itself; empty: as the text says
Result<proxy::Config> Built::read_proxy_config(const std::string& policy) const {
  const bool made = scenario_.nginx.empty();
  const std::string file = scenario_.file.empty() ? "the scenario" : scenario_.file;
  proxy::ReadOptions read;
  read.file = made                           ? "made from the policy of " + file
              : scenario_.nginx_file.empty() ? "the nginx text of " + file
                                             : scenario_.nginx_file;
  read.first_line = made ? 1 : scenario_.nginx_first_line;
  read.policy = policy;
  read.resolve = [this](std::string_view host) {
    std::vector<Address> found;
    for (std::uint32_t i = 1; i <= scenario_.instances; ++i) {
      if (host == scenario_.instance_prefix + "-" + std::to_string(i)) found.push_back({instance_ip(i), 0});
    }
    return found;
  };
  return proxy::read_config(made ? nginx_text(scenario_) : scenario_.nginx, read);
}

/// A file's step that the proxy would refuse is a mistake of the file. In a plan made by a program it is skipped like any other.
Result<void> Built::check_policy_steps() const {
  for (const Step& step : scenario_.steps) {
    const auto policy = step.arguments.find("policy");
    if (step.verb != "policy" || step.line == 0 || policy == step.arguments.end()) continue;
    if (auto config = read_proxy_config(policy->second); !config)
      return Error(scenario_.file + ":" + std::to_string(step.line),
                   "policy \"" + policy->second + "\": " + config.error().what());
  }
  return {};
}

Result<std::function<void()>> Built::reload_proxy(const std::string& policy) {
  auto config = read_proxy_config(policy);
  if (!config) return Error(config.error().what());
  auto shared = std::make_shared<const proxy::Config>(std::move(*config));
  return std::function<void()>([this, shared] {
    proxy_config_ = shared;  // a proxy that is restarted finds the file as it was left
    running_proxy_->reload(shared);
  });
}

Result<void> Built::prepare() {
  if (auto parts = check_parts(); !parts) return parts.error();
  if (auto text = read_proxy_text(); !text) return text.error();
  auto places = place_clients(scenario_);
  if (!places) return places.error();

  trace_.keep_records(options_.keep_records || expects_properties(scenario_));
  for (RecordSink* sink : options_.sinks) trace_.add_sink(sink);
  if (!options_.trace_file.empty()) {
    auto file = create_trace_file(options_.trace_file, trace_);
    if (!file) return file.error();
    file_ = std::move(*file);
    trace_.add_sink(file_.get());
  }
  write_begin();
  if (loopback()) {
    world_ = make_loopback_world(trace_, {.seed = scenario_.seed, .marks = options_.marks});
  } else {
    world_ = make_virtual_world(trace_, {.seed = scenario_.seed, .marks = options_.marks});
  }
  world_->set_default_link(scenario_.default_link);
  add_broker();
  add_instances();
  add_proxy();
  if (options_.parts.clients) add_clients(std::move(*places));
  set_links();
  if (loopback()) add_outside_peers();
  return {};
}

/// Servers that the nginx text names and this process does not run: dialled as written, so that real ones can stand there.
void Built::add_outside_peers() {
  if (!proxy_config_) return;
  for (const proxy::UpstreamConfig& upstream : proxy_config_->upstreams) {
    for (const proxy::PeerConfig& peer : upstream.peers) {
      bool ours = false;
      for (std::uint32_t i = 1; options_.parts.apps && i <= scenario_.instances; ++i)
        ours = ours || peer.address.host == instance_ip(i);
      if (!ours && !peer.address.host.starts_with("unix:")) world_->add_external(peer.address);
    }
  }
}

void Built::write_begin() {
  const EntityId run = trace_.add_entity(EntityKind::run, "run", {}, "", {});
  Record begin;
  begin.by = run;
  begin.kind = RecordKind::run_begin;
  begin.code = 1;  // schema
  begin.subject = trace_.text(scenario_.name);
  begin.text = trace_.text(loopback() ? "loopback" : "virtual");
  begin.value = scenario_.seed;
  if (!options_.endless) begin.extra = static_cast<std::uint64_t>(scenario_.duration.count());
  trace_.write(begin);
  write_predictions();
}

void Built::write_predictions() {
  for (const Expectation& e : scenario_.expect) {
    Record predict;
    predict.by = trace_.entity_named("run");
    predict.kind = RecordKind::predict;
    predict.subject = trace_.text(e.metric + e.property);
    predict.text = trace_.text(e.name);
    predict.value = static_cast<std::uint64_t>(e.value * 1000);
    predict.extra = static_cast<std::uint64_t>(e.high * 1000);
    trace_.write(predict);
  }
}

NodeId Built::add_node(NodeSpec spec) {
  if (options_.wrap) spec.make = options_.wrap(spec.name, spec.kind, std::move(spec.make));
  return world_->add_node(std::move(spec));
}

void Built::add_broker() {
  if (options_.real_broker) {
    world_->add_external(*options_.real_broker);
    return;
  }
  if (scenario_.broker == BrokerKind::none || !options_.parts.broker) return;
  broker_ = add_node({.name = "broker", .kind = EntityKind::broker, .ip = broker_ip, .make = [](Host& host) {
                        broker::BrokerOptions options;
                        options.listen = Address{"*", broker_port};
                        return std::make_unique<broker::Broker>(host, options);
                      }});
  if (options_.broker_port) {
    world_->bind_node(broker_, "127.0.0.1", *options_.broker_port);
  } else if (options_.fixed_places) {
    world_->bind_node(broker_, broker_ip, broker_port);
  }
}

void Built::add_instances() {
  if (!options_.parts.apps) return;
  application_ = options_.application ? options_.application : app::make_chat();
  const bool has_broker = options_.real_broker || scenario_.broker == BrokerKind::embedded;
  Address broker = options_.real_broker.value_or(Address{"broker", broker_port});
  if (has_broker && !options_.real_broker && !options_.parts.broker) {
    broker = Address{broker_ip, broker_port};  // of another process
    world_->add_external(broker);
  }
  for (std::uint32_t i = 1; i <= scenario_.instances; ++i) {
    const std::string name = scenario_.instance_prefix + "-" + std::to_string(i);
    instances_.push_back(add_node(
        {.name = name, .kind = EntityKind::app, .ip = instance_ip(i), .make = [=, this](Host& host) {
           app::Options options;
           options.listen = Address{"*", scenario_.instance_port};
           options.ping_interval = scenario_.app.ping_interval;
           options.ping_timeout = scenario_.app.ping_timeout;
           options.upgrade_timeout = scenario_.app.upgrade_timeout;
           options.connect_timeout = scenario_.app.connect_timeout;
           options.payload_bytes_max = scenario_.app.payload_bytes_max;
           options.instances_in_cluster = scenario_.instances;
           std::unique_ptr<app::Adapter> adapter;
           if (has_broker) {
             adapter = std::make_unique<app::RedisAdapter>(app::RedisAdapterOptions{.broker = broker});
           } else {
             adapter = std::make_unique<app::MemoryAdapter>();
           }
           return std::make_unique<app::App>(host, options, application_, std::move(adapter));
         }}));
    if (options_.fixed_places) world_->bind_node(instances_.back(), instance_ip(i), scenario_.instance_port);
  }
}

void Built::add_proxy() {
  if (!options_.parts.proxy) return;
  proxy_ = add_node({.name = "proxy", .kind = EntityKind::proxy, .ip = proxy_ip, .make = [this](Host& host) {
                       auto made = std::make_unique<proxy::Proxy>(host, proxy_config_);
                       running_proxy_ = made.get();
                       return made;
                     }});
  bind_proxy();
}

void Built::bind_proxy() {
  if (!options_.proxy_port) return;
  try {
    world_->bind_node(proxy_, "127.0.0.1", *options_.proxy_port);
  } catch (const UsageError&) {
    if (!options_.proxy_port_is_a_wish) throw;
    world_->bind_node(proxy_, "127.0.0.1", 0);
  }
}

SendPlan Built::send_plan(const ClientPlace& place) const {
  // Senders take turns: of C clients, client k sends messages k, k + C, k + 2C ...
  SendPlan plan;
  plan.room = place.room;
  std::uint32_t senders = 0;
  std::uint32_t turn = 0;
  for (const ClientGroup& group : scenario_.clients) {
    if (group.attempts > 0 || group.rooms == 0) continue;
    if (&group == &scenario_.clients[place.group]) turn = senders + place.number - 1;
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

std::unique_ptr<Client::Handler> Built::make_handler(const ClientPlace& place) {
  const ClientGroup& group = scenario_.clients[place.group];
  if (group.attempts == 0) return std::make_unique<Chatter>(send_plan(place));
  ++attempters_left_;
  attempting_ = true;
  Attempter::Plan plan{.attempts = group.attempts, .seed = scenario_.seed, .name = place.name};
  plan.wants_upgrade = group.transports.size() > 1 && group.transports.front() == Transport::polling;
  return std::make_unique<Attempter>(std::move(plan), [this] { --attempters_left_; });
}

Client::Options Built::client_options(const ClientGroup& group) const {
  Client::Options options;
  options.server = proxy_config_->listeners.front().address;
  const std::string& host = options.server.host;
  if (host == "*" || host == "0.0.0.0" || host == "::") options.server.host = "proxy";
  options.transports = group.transports;
  options.reconnection = group.reconnection && group.attempts == 0;
  options.cookies = group.cookies;
  options.think = group.think;
  options.think_jitter = group.think_jitter;
  return options;
}

std::unique_ptr<Party> Built::make_client(Host& host, ClientSeat& seat) {
  const ClientGroup& group = scenario_.clients[seat.place.group];
  if (host.incarnation() > 1 && group.attempts == 0) {
    // A new process knows nothing of the old one: it joins again, and sends what is still to be sent.
    auto chatter = std::make_unique<Chatter>(send_plan(seat.place));
    chatter->deliver_to(seat.inbox.get());
    seat.handler = std::move(chatter);
    world_->at(host.now(), [this, at = &seat] {
      if (world_->party(at->node) != nullptr) begin(*at);
    });
  }
  auto made = std::make_unique<Client>(host, group_options_[seat.place.group], seat.handler.get());
  seat.running = made.get();
  return made;
}

void Built::add_clients(std::vector<ClientPlace> places) {
  for (const ClientGroup& group : scenario_.clients) {
    group_options_.push_back(std::make_shared<const Client::Options>(client_options(group)));
  }
  for (ClientPlace& place : places) {
    auto seat = std::make_unique<ClientSeat>();
    seat->handler = make_handler(place);
    seat->place = std::move(place);
    ClientSeat* const at = seat.get();
    seat->node = add_node({.name = at->place.name,
                           .kind = EntityKind::client,
                           .ip = at->place.ip,
                           .make = [this, at](Host& host) { return make_client(host, *at); }});
    clients_.push_back(std::move(seat));
  }
}

std::vector<NodeId> Built::nodes_called(const std::string& name) const {
  if (name == "clients") {
    std::vector<NodeId> all;
    for (const auto& seat : clients_) all.push_back(seat->node);
    return all;
  }
  if (name == "apps") return instances_;
  if (const NodeId one = world_->node_named(name)) return {one};
  std::vector<NodeId> group;
  for (const auto& seat : clients_) {
    if (scenario_.clients[seat->place.group].prefix == name) group.push_back(seat->node);
  }
  return group;
}

void Built::set_links() {
  for (const LinkLine& line : scenario_.links) {
    for (const NodeId a : nodes_called(line.a)) {
      for (const NodeId b : nodes_called(line.b)) {
        world_->set_link(a, b, line.settings);
        if (line.both_ways) world_->set_link(b, a, line.settings);
      }
    }
  }
}

void Built::start_client(ClientSeat& seat) {
  if (world_->start(seat.node)) begin(seat);
}

void Built::begin(ClientSeat& seat) {
  if (auto* chatter = dynamic_cast<Chatter*>(seat.handler.get())) chatter->begin(*seat.running);
}

void Built::start() {
  if (phase_ != Phase::built) throw UsageError("a cluster starts once; build another one for another run");
  phase_ = Phase::started;
  steps_.by = trace_.entity_named("run");
  steps_.client_verb = [this](NodeId node, const Step& step) { run_client_step(node, step); };
  if (options_.samples) telling_.emplace(*world_, steps_.by, static_cast<bool>(proxy_));
  steps_.reload = [this](NodeId, const std::string& policy) { return reload_proxy(policy); };
  if (broker_) world_->start(broker_);
  for (const NodeId instance : instances_) world_->start(instance);
  if (proxy_) world_->start(proxy_);
  for (const auto& seat : clients_) {
    ClientSeat* const at = seat.get();
    world_->at(Instant{} + at->place.start, [this, at] { start_client(*at); });
  }
  for (const Step& step : scenario_.steps) {
    world_->at(Instant{} + step.at, [this, &step] { run_step(*world_, step, steps_); });
  }
}

void Built::run_client_step(NodeId node, const Step& step) {
  for (const auto& seat : clients_) {
    if (seat->node == node) run_client_verb(*seat->running, seat->place.room, step, {});
  }
}

MessageId Built::run_client_verb(Client& client, const std::string& room, const Step& step,
                                 ClientAckHandler on_ack) {
  const auto argument = [&](const char* name, const std::string& otherwise) {
    const auto found = step.arguments.find(name);
    return found == step.arguments.end() ? otherwise : found->second;
  };
  if (step.verb == "join") client.join(argument("room", room));
  if (step.verb == "leave") client.leave(argument("room", room));
  if (step.verb == "disconnect") client.disconnect();
  if (step.verb == "connect") client.open();
  if (step.verb == "emit") client.emit(argument("event", {}), argument("arguments", "[]"), std::move(on_ack));
  if (step.verb != "send") return {};
  if (step.arguments.contains("payload"))
    return client.send_to_room(argument("room", room), std::string_view(step.arguments.at("payload")));
  const std::string bytes = argument("bytes", std::to_string(scenario_.workload.payload_bytes));
  return client.send_to_room(argument("room", room), static_cast<std::size_t>(std::stoull(bytes)));
}

const Client* Built::running_client(std::size_t seat) const {
  return world_->party(clients_[seat]->node) == nullptr ? nullptr : clients_[seat]->running;
}

bool Built::client_up(std::size_t seat) const {
  return world_->life(clients_[seat]->node) == NodeLife::up;
}

ClusterClient Built::client(std::string_view name) {
  if (!options_.parts.clients)
    throw UsageError("the clients of this cluster are somebody else's; leave Parts::clients on");
  std::vector<std::string> names;
  for (std::size_t i = 0; i < clients_.size(); ++i) {
    ClientSeat& seat = *clients_[i];
    if (seat.place.name != name) {
      names.push_back(seat.place.name);
      continue;
    }
    auto* const chatter = dynamic_cast<Chatter*>(seat.handler.get());
    if (chatter == nullptr)
      throw UsageError(seat.place.name +
                       " makes counted attempts; only a client of a group with attempts = 0 "
                       "can be taken in hand");
    if (phase_ == Phase::built && !seat.inbox) {
      seat.inbox = std::make_unique<Inbox>(senders_);
      chatter->deliver_to(seat.inbox.get());
      if (!std::exchange(anyone_in_hand_, true)) trace_.add_sink(&senders_);
    }
    return handle(i);
  }
  throw UsageError("no client is called \"" + std::string(name) + "\"" + did_you_mean(name, names));
}

MessageId Built::act(std::size_t seat_number, const Step& step, ClientAckHandler on_ack) {
  ClientSeat& seat = *clients_[seat_number];
  check_running(seat.place.name + " can " + step.verb);
  for (const VerbArgument& argument : find_verb(step.verb)->arguments) {
    const auto given = step.arguments.find(std::string(argument.name));
    if (given == step.arguments.end()) continue;
    if (const std::string problem = argument_problem(argument, given->second); !problem.empty())
      throw UsageError(step.verb + ": " + problem);
  }
  if (world_->life(seat.node) == NodeLife::down && seat.running == nullptr)
    throw UsageError(seat.place.name + " has not started yet: its group starts later; run_for() first");
  if (!client_up(seat_number))
    throw UsageError(
        seat.place.name + " is not up, so it cannot " + step.verb +
        "; restart or continue it with apply() first, or apply() the step, which is then skipped");
  if (on_ack) {
    on_ack = [this, inner = std::move(on_ack)](std::string_view arguments_json) {
      in_ack_handler_ = true;
      inner(arguments_json);
      in_ack_handler_ = false;
    };
  }
  MessageId message;
  StepContext once{.by = steps_.by, .client_verb = [&](NodeId, const Step& taken) {
                     message = run_client_verb(*seat.running, seat.place.room, taken, std::move(on_ack));
                   }};
  run_step(*world_, step, once);
  return message;
}

void Built::check_running(const std::string& what) const {
  if (phase_ == Phase::built) throw UsageError("start() the cluster before " + what);
  if (phase_ == Phase::finished) throw UsageError("this run has ended; build another cluster before " + what);
  if (in_ack_handler_)
    throw UsageError(
        "not from within an acknowledgement: note it there, and go on after run_until(); before " + what);
}

void Built::apply(const Step& step) {
  check_running("a step can be applied");
  run_step(*world_, step, steps_);
}

void Built::run_world_until(Instant until) {
  const struct Runs {
    bool& flag;
    explicit Runs(bool& runs) : flag(runs) { flag = true; }
    ~Runs() { flag = false; }
  } runs(world_runs_);
  world_->run_until(until);
}

void Built::run_for(Duration span) {
  check_running("it can run");
  if (world_runs_)
    throw UsageError("run_for() from within the run itself; only predicates and steps go there");
  const Instant until = world_->now() + span;
  while (world_->now() < until) run_world_until(std::min(until, world_->now() + look_every));
}

bool Built::run_until(const std::function<bool()>& predicate, Duration deadline) {
  check_running("it can run");
  if (world_runs_)
    throw UsageError("run_until() from within the run itself; only predicates and steps go there");
  if (!predicate) throw UsageError("run_until() needs a predicate; run_for() runs without one");
  const Instant until = world_->now() + deadline;
  while (!predicate()) {
    if (world_->now() >= until) return false;
    run_world_until(std::min(until, world_->now() + ask_every));
  }
  return true;
}

bool Built::advance(Duration span) {
  check_running("it can advance");
  const Instant end = options_.endless ? Instant::never() : Instant{} + scenario_.duration;
  const Instant until = std::min(world_->now() + span, end);
  while (world_->now() < until) {
    if (attempting_ && attempters_left_ == 0 && !options_.endless) return false;
    run_world_until(std::min(until, world_->now() + look_every));
    // Whoever follows the file sees what has happened also where nothing more happens.
    if (file_ && loopback()) file_->flush();
  }
  return world_->now() < end;
}

Summary Built::finish(std::string ended_by) {
  check_running("it can finish");
  const Instant give_up = world_->now() + scenario_.settle;
  while (ended_by == "finished" && trace_.state().in_flight() > 0 && world_->now() < give_up) {
    world_->run_until(std::min(give_up, world_->now() + look_every));
  }
  if (telling_) telling_->finish();
  phase_ = Phase::finished;
  world_->report_held();
  Record end;
  end.at = world_->now();
  end.by = trace_.entity_named("run");
  end.kind = RecordKind::run_end;
  end.text = trace_.text(ended_by);
  end.value = trace_.hash();
  end.extra = trace_.record_count();
  trace_.write(end);
  if (file_) {
    if (const auto error = file_->close()) throw UsageError(error->text());
  }

  Summary summary = summarize(trace_);
  summary.scenario = scenario_.name;
  summary.seed = scenario_.seed;
  summary.world = loopback() ? "loopback" : "virtual";
  summary.ended_by = std::move(ended_by);
  summary.ran = world_->now() - Instant{};
  summary.clients = clients_.size();
  summary.verdicts = verdicts_expected(scenario_, trace_);
  judge(summary, scenario_);
  return summary;
}

Summary Built::run(const std::function<bool()>& go_on) {
  start();
  while (advance(look_every)) {
    if (go_on && !go_on()) return finish("interrupted");
  }
  return finish("finished");
}

std::vector<UpListener> Built::listeners() const {
  std::vector<UpListener> out;
  const auto add = [&](NodeId node, const std::string& name, const std::string& scheme, std::uint16_t port) {
    if (!node) return;
    if (const auto endpoint = world_->endpoint(node, port))
      out.push_back({name, scheme + "://" + endpoint->text()});
  };
  if (proxy_config_) {
    for (const proxy::Listener& listener : proxy_config_->listeners)
      add(proxy_, "proxy", "http", listener.address.port);
  }
  for (std::size_t i = 0; i < instances_.size(); ++i) {
    add(instances_[i], scenario_.instance_prefix + "-" + std::to_string(i + 1), "http",
        scenario_.instance_port);
  }
  add(broker_, "broker", "redis", broker_port);
  return out;
}

}  // namespace

Result<std::unique_ptr<Cluster>> Cluster::build(const Scenario& scenario, const ClusterOptions& options) {
  auto built = std::make_unique<Built>(scenario, options);
  if (auto prepared = built->prepare(); !prepared) return prepared.error();
  return std::unique_ptr<Cluster>(std::move(built));
}

}  // namespace roundhouse
