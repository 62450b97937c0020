// Builds a topology from a scenario, runs it, and sums it up.
#include <roundhouse/cluster.h>

#include <algorithm>
#include <utility>

#include "sim/cluster/calling_order.h"
#include "sim/cluster/seats.h"
#include "sim/cluster/service.h"
#include "sim/cluster/summarize.h"
#include "sim/cluster/telling.h"
#include "sim/cluster/topology.h"
#include "sim/faults/step_runner.h"
#include "sim/trace/trace_file.h"

namespace roundhouse {
namespace {

/// How often a run looks whether it is over or was asked to stop, in its own time.
constexpr Duration look_every = std::chrono::milliseconds(20);
/// How often a predicate is asked.
constexpr Duration ask_every = std::chrono::milliseconds(1);

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
  void run_for(Duration span) override;
  bool run_until(const std::function<bool()>& predicate, Duration deadline) override;
  void apply(const Step& step) override;
  ClusterClient client(std::string_view name) override;
  Summary finish(std::string ended_by) override;
  Summary run(const std::function<bool()>& go_on) override;
  std::vector<UpListener> listeners() const override { return service_.listeners(); }
  const std::vector<std::string>& warnings() const override { return service_.warnings(); }

 private:
  bool loopback() const { return options_.world == WorldKind::loopback; }
  Result<void> check_parts() const;
  Result<void> open_trace();
  void write_begin();
  void write_predictions();
  void make_world();
  NodeId add_node(NodeSpec spec);
  std::vector<NodeId> nodes_called(const std::string& name) const;
  void set_links();
  void run_world_until(Instant until);
  void wind_down(bool settle);
  Summary conclude(std::string ended_by, std::vector<Verdict> verdicts);
  void write_end(const std::string& ended_by);
  Verdict verdict_of(const InvariantBroken& broken) const;

  Scenario scenario_;
  ClusterOptions options_;
  Trace trace_;
  std::unique_ptr<TraceFile> file_;
  std::optional<Telling> telling_;
  std::unique_ptr<World> world_;
  CallingOrder order_;
  Service service_{scenario_, options_};
  std::unique_ptr<Seats> seats_;  // none before the world is made
  StepContext steps_;
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

Result<void> Built::prepare() {
  if (auto parts = check_parts(); !parts) return parts.error();
  if (auto service = service_.prepare(); !service) return service.error();
  auto places = place_clients(scenario_);
  if (!places) return places.error();
  if (auto trace = open_trace(); !trace) return trace.error();
  write_begin();
  make_world();
  const NodeAdder add = [this](NodeSpec spec) { return add_node(std::move(spec)); };
  service_.add(*world_, add);
  seats_ = std::make_unique<Seats>(scenario_, *world_, order_);
  if (options_.parts.clients)
    seats_->add(std::move(*places), service_.proxy_config()->listeners.front().address, add);
  set_links();
  if (loopback()) service_.add_outside_peers();
  return {};
}

Result<void> Built::open_trace() {
  trace_.keep_records(options_.keep_records || expects_properties(scenario_));
  for (RecordSink* sink : options_.sinks) trace_.add_sink(sink);
  if (options_.trace_file.empty()) return {};
  auto file = create_trace_file(options_.trace_file, trace_);
  if (!file) return file.error();
  file_ = std::move(*file);
  trace_.add_sink(file_.get());
  return {};
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

void Built::make_world() {
  if (loopback()) {
    world_ = make_loopback_world(trace_, {.seed = scenario_.seed, .marks = options_.marks});
  } else {
    world_ = make_virtual_world(trace_, {.seed = scenario_.seed, .marks = options_.marks});
  }
  world_->set_default_link(scenario_.default_link);
}

NodeId Built::add_node(NodeSpec spec) {
  if (options_.wrap) spec.make = options_.wrap(spec.name, spec.kind, std::move(spec.make));
  return world_->add_node(std::move(spec));
}

std::vector<NodeId> Built::nodes_called(const std::string& name) const {
  if (name == "clients") return seats_->nodes();
  if (name == "apps") return service_.instances();
  if (const NodeId one = world_->node_named(name)) return {one};
  return seats_->nodes_of_group(name);
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

void Built::start() {
  order_.start();
  steps_.by = trace_.entity_named("run");
  steps_.client_verb = [this](NodeId node, const Step& step) { seats_->run_step(node, step); };
  if (options_.samples) telling_.emplace(*world_, steps_.by, service_.has_proxy());
  steps_.reload = [this](NodeId, const Step& step) { return service_.reload(step); };
  service_.start();
  seats_->start(steps_.by);
  for (const Step& step : scenario_.steps) {
    world_->at(Instant{} + step.at, [this, &step] { run_step(*world_, step, steps_); });
  }
}

ClusterClient Built::client(std::string_view name) {
  if (!options_.parts.clients)
    throw UsageError("the clients of this cluster are somebody else's; leave Parts::clients on");
  return seats_->client(name);
}

void Built::apply(const Step& step) {
  order_.check_running("a step can be applied");
  run_step(*world_, step, steps_);
}

void Built::run_world_until(Instant until) {
  const auto within = order_.world_runs();
  world_->run_until(until);
}

void Built::run_for(Duration span) {
  order_.check_running("it can run");
  order_.check_not_within("run_for()");
  const Instant until = world_->now() + span;
  while (world_->now() < until) run_world_until(std::min(until, world_->now() + look_every));
}

bool Built::run_until(const std::function<bool()>& predicate, Duration deadline) {
  order_.check_running("it can run");
  order_.check_not_within("run_until()");
  if (!predicate) throw UsageError("run_until() needs a predicate; run_for() runs without one");
  const Instant until = world_->now() + deadline;
  while (!predicate()) {
    if (world_->now() >= until) return false;
    run_world_until(std::min(until, world_->now() + ask_every));
  }
  return true;
}

bool Built::advance(Duration span) {
  order_.check_running("it can advance");
  const Instant end = options_.endless ? Instant::never() : Instant{} + scenario_.duration;
  const Instant until = std::min(world_->now() + span, end);
  while (world_->now() < until) {
    if (seats_->attempts_are_over() && !options_.endless) return false;
    run_world_until(std::min(until, world_->now() + look_every));
    // Whoever follows the file sees what has happened also where nothing more happens.
    if (file_ && loopback()) file_->flush();
  }
  return world_->now() < end;
}

Summary Built::finish(std::string ended_by) {
  wind_down(ended_by == "finished");
  return conclude(std::move(ended_by), verdicts_expected(scenario_, trace_));
}

Summary Built::run(const std::function<bool()>& go_on) {
  bool interrupted = false;
  try {
    start();
    while (!interrupted && advance(look_every)) interrupted = go_on && !go_on();
    wind_down(!interrupted);
  } catch (const InvariantBroken& broken) {
    order_.finish();
    return conclude("broken off", verdicts_broken_off(scenario_, verdict_of(broken)));
  }
  return conclude(interrupted ? "interrupted" : "finished", verdicts_expected(scenario_, trace_));
}

/// \param settle  what is on its way may still arrive
void Built::wind_down(bool settle) {
  order_.check_running("it can finish");
  const Instant give_up = world_->now() + scenario_.settle;
  while (settle && trace_.state().in_flight() > 0 && world_->now() < give_up) {
    world_->run_until(std::min(give_up, world_->now() + look_every));
  }
  if (telling_) telling_->finish();
  order_.finish();
  world_->report_held();
}

/// The last words of the trace, and the sum. Verdicts stand before `run_end`: whoever follows a file reads no further than that.
Summary Built::conclude(std::string ended_by, std::vector<Verdict> verdicts) {
  for (const Verdict& verdict : verdicts) write_verdict(trace_, steps_.by, world_->now(), verdict);
  write_end(ended_by);
  if (file_) {
    if (const auto error = file_->close()) throw UsageError(error->text());
  }
  Summary summary = summarize(trace_);
  summary.scenario = scenario_.name;
  summary.seed = scenario_.seed;
  summary.world = loopback() ? "loopback" : "virtual";
  summary.ended_by = std::move(ended_by);
  summary.ran = world_->now() - Instant{};
  summary.clients = seats_->count();
  summary.verdicts = std::move(verdicts);
  if (summary.ended_by == "broken off") {
    summary.books_balance = false;
    summary.book_findings = {"the run was broken off before parties could say what they hold"};
  }
  judge(summary, scenario_);
  return summary;
}

void Built::write_end(const std::string& ended_by) {
  Record end;
  end.at = world_->now();
  end.by = trace_.entity_named("run");
  end.kind = RecordKind::run_end;
  end.text = trace_.text(ended_by);
  end.value = trace_.hash();
  end.extra = trace_.record_count();
  trace_.write(end);
}

/// With what was written last as its witness. The folder of the sources is left out: the same run must tell the same elsewhere.
Verdict Built::verdict_of(const InvariantBroken& broken) const {
  constexpr std::string_view here = __FILE__;
  constexpr std::string_view sources =
      here.substr(0, here.size() - std::string_view("sim/cluster/cluster.cpp").size());
  std::string what = broken.what();
  for (std::size_t at = 0; !sources.empty() && (at = what.find(sources, at)) != what.npos;)
    what.erase(at, sources.size());
  what += " (seed " + std::to_string(scenario_.seed) + ", at " +
          std::to_string(world_->now().ns / 1'000'000) + " ms)";
  Verdict verdict{invariant_property, invariant_name, Outcome::fail, std::move(what), {}};
  if (trace_.record_count() > 0) verdict.witness.push_back(trace_.record_count() - 1);
  return verdict;
}

}  // namespace

Result<std::unique_ptr<Cluster>> Cluster::build(const Scenario& scenario, const ClusterOptions& options) {
  auto built = std::make_unique<Built>(scenario, options);
  if (auto prepared = built->prepare(); !prepared) return prepared.error();
  return std::unique_ptr<Cluster>(std::move(built));
}

}  // namespace roundhouse
