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
#include "sim/cluster/nginx_text.h"
#include "sim/cluster/summarize.h"
#include "sim/cluster/telling.h"
#include "sim/cluster/topology.h"
#include "sim/faults/step_runner.h"
#include "sim/trace/trace_file.h"

namespace roundhouse {
namespace {

/// How often a run looks whether it is over or was asked to stop, in its own time.
constexpr Duration look_every = std::chrono::milliseconds(20);

struct ClientSeat {
  ClientPlace place;
  NodeId node;
  std::unique_ptr<Client::Handler> handler;
  Client* running = nullptr;  ///< of the last incarnation; ask World::party whether it lives
};

class Built final : public Cluster {
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
  Summary finish(std::string ended_by) override;
  Summary run(const std::function<bool()>& go_on) override;
  std::vector<UpListener> listeners() const override;
  const std::vector<std::string>& warnings() const override { return warnings_; }

 private:
  bool loopback() const { return options_.world == WorldKind::loopback; }
  Result<void> check_parts() const;
  Result<void> read_proxy_text();
  NodeId add_node(NodeSpec spec);
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
  std::shared_ptr<const proxy::Config> proxy_config_;
  std::shared_ptr<const Application> application_;
  std::vector<std::string> warnings_;
  NodeId proxy_;
  NodeId broker_;
  std::vector<NodeId> instances_;
  std::vector<std::unique_ptr<ClientSeat>> clients_;  // stable: handlers and steps point to them
  std::vector<std::shared_ptr<const Client::Options>> group_options_;
  StepContext steps_;
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
    return Error(scenario_.file + ":1", "no clients, so there is nothing to run; add a [[clients]] group");
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
  const bool made = scenario_.nginx.empty();
  proxy::ReadOptions read;
  read.file = made ? "made from the policy of " + scenario_.file : scenario_.nginx_file;
  read.first_line = made ? 1 : scenario_.nginx_first_line;
  read.resolve = [this](std::string_view host) {
    std::vector<Address> found;
    for (std::uint32_t i = 1; i <= scenario_.instances; ++i) {
      if (host == scenario_.instance_prefix + "-" + std::to_string(i)) found.push_back({instance_ip(i), 0});
    }
    return found;
  };
  auto config = proxy::read_config(made ? nginx_text(scenario_) : scenario_.nginx, read);
  if (!config) return config.error();
  warnings_ = config->warnings;
  proxy_config_ = std::make_shared<const proxy::Config>(std::move(*config));
  return {};
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
  application_ = app::make_chat();
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
                       return std::make_unique<proxy::Proxy>(host, proxy_config_);
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
    seat.handler = make_handler(seat.place);
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
  steps_.by = trace_.entity_named("run");
  steps_.client_verb = [this](NodeId node, const Step& step) { run_client_step(node, step); };
  if (options_.samples) telling_.emplace(*world_, steps_.by, static_cast<bool>(proxy_));
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
    if (seat->node != node) continue;
    const auto argument = [&](const char* name, const std::string& otherwise) {
      const auto found = step.arguments.find(name);
      return found == step.arguments.end() ? otherwise : found->second;
    };
    Client& client = *seat->running;
    if (step.verb == "join") client.join(argument("room", seat->place.room));
    if (step.verb == "leave") client.leave(argument("room", seat->place.room));
    if (step.verb == "send")
      client.send_to_room(argument("room", seat->place.room), scenario_.workload.payload_bytes);
    if (step.verb == "disconnect") client.disconnect();
    return;
  }
}

bool Built::advance(Duration span) {
  const Instant end = options_.endless ? Instant::never() : Instant{} + scenario_.duration;
  const Instant until = std::min(world_->now() + span, end);
  while (world_->now() < until) {
    if (attempting_ && attempters_left_ == 0 && !options_.endless) return false;
    world_->run_until(std::min(until, world_->now() + look_every));
    // Whoever follows the file sees what has happened also where nothing more happens.
    if (file_ && loopback()) file_->flush();
  }
  return world_->now() < end;
}

Summary Built::finish(std::string ended_by) {
  const Instant give_up = world_->now() + scenario_.settle;
  while (ended_by == "finished" && trace_.state().in_flight() > 0 && world_->now() < give_up) {
    world_->run_until(std::min(give_up, world_->now() + look_every));
  }
  if (telling_) telling_->finish();
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
