#include "sim/faults/step_runner.h"

#include <algorithm>

#include "sim/faults/target.h"
#include "sim/faults/verb.h"

namespace roundhouse {
namespace {

constexpr std::uint8_t applied = 1;
constexpr std::uint8_t skipped = 2;

void record_step(World& world, const Step& step, const StepContext& context, const StepOutcome& outcome) {
  Trace& trace = world.trace();
  Record record;
  record.at = world.now();
  record.by = context.by;
  record.kind = RecordKind::step;
  record.how = outcome.applied ? applied : skipped;
  record.subject = trace.text(step.verb);
  record.text = trace.text(step.target);
  record.value = trace.text(arguments_text(step)).value;
  record.extra = trace.text(outcome.why).value;
  trace.write(record);
}

StepOutcome skip(Work& work, std::string why) {
  StepOutcome outcome{false, std::move(why)};
  record_step(work.world, work.step, work.context, outcome);
  return outcome;
}

StepOutcome apply_recorded(Work& work) {
  StepOutcome outcome{true, {}};
  record_step(work.world, work.step, work.context, outcome);
  return outcome;
}

std::string_view life_text(NodeLife life) {
  switch (life) {
    case NodeLife::down:
      return "down";
    case NodeLife::up:
      return "up";
    case NodeLife::paused:
      return "paused";
    case NodeLife::lost:
      return "lost";
  }
  return "";
}

bool takes(const Verb& verb, NodeLife life) {
  return std::find(verb.lives.begin(), verb.lives.end(), life) != verb.lives.end();
}

StepOutcome run_prepared(Work& work, const Verb& verb, const std::vector<NodeId>& nodes) {
  std::vector<std::function<void()>> works;
  for (const NodeId node : nodes) {
    auto prepared = verb.prepare(work, node);
    if (!prepared) return skip(work, prepared.error().text());
    works.push_back(std::move(*prepared));
  }
  StepOutcome outcome = apply_recorded(work);
  for (const auto& each : works) each();
  return outcome;
}

StepOutcome run_on_nodes(Work& work, const Verb& verb) {
  const std::string& target = work.step.target;
  const std::vector<NodeId> named = nodes_named(work.world, target);
  if (named.empty()) return skip(work, "no node here is named " + target);
  std::vector<NodeId> ready;
  for (const NodeId node : named) {
    const EntityKind kind = work.world.trace().entity(work.world.entity_of(node)).kind;
    if (verb.target == TargetKind::client && kind != EntityKind::client)
      return skip(work, target + " is no client");
    if (verb.target == TargetKind::proxy && kind != EntityKind::proxy)
      return skip(work, target + " is no proxy");
    if (takes(verb, work.world.life(node))) ready.push_back(node);
  }
  if (ready.empty()) {
    const std::string life(life_text(work.world.life(named.front())));
    return skip(work, named.size() == 1 ? target + " is " + life : "each of " + target + " is " + life);
  }
  if (verb.prepare != nullptr) return run_prepared(work, verb, ready);
  StepOutcome outcome = apply_recorded(work);
  for (const NodeId node : ready) verb.on_node(work, node);
  return outcome;
}

StepOutcome run_on_link(Work& work, const Verb& verb) {
  World& world = work.world;
  const auto link = parse_link(work.step.target,
                               [&world](std::string_view name) { return !nodes_named(world, name).empty(); });
  if (!link) return skip(work, "no link here is named " + work.step.target);
  StepOutcome outcome = apply_recorded(work);
  for (const NodeId from : nodes_named(world, link->from)) {
    for (const NodeId to : nodes_named(world, link->to)) {
      if (from == to) continue;
      verb.on_link(work, from, to);
      if (link->both_ways) verb.on_link(work, to, from);
    }
  }
  return outcome;
}

}  // namespace

StepOutcome run_step(World& world, const Step& step, StepContext& context) {
  Work work{world, step, context};
  const Verb* verb = find_verb(step.verb);
  if (verb == nullptr) return skip(work, "there is no verb " + step.verb);
  for (const VerbArgument& argument : verb->arguments) {
    const auto given = step.arguments.find(std::string(argument.name));
    if (given == step.arguments.end()) {
      if (argument.required) return skip(work, step.verb + " needs " + std::string(argument.name));
      continue;
    }
    if (std::string problem = argument_problem(argument, given->second); !problem.empty())
      return skip(work, problem);
  }
  if (verb->target == TargetKind::link) return run_on_link(work, *verb);
  if (verb->target == TargetKind::client && verb->name != "drop" && !context.client_verb) {
    return skip(work, "nothing here acts for clients");
  }
  return run_on_nodes(work, *verb);
}

std::string arguments_text(const Step& step) {
  std::string text;
  for (const auto& [name, value] : step.arguments) {
    if (!text.empty()) text += ' ';
    text += name + '=' + value;
  }
  return text;
}

}  // namespace roundhouse
