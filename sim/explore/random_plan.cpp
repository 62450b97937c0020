// Random steps for a scenario. Each draw is keyed by the number of its step, so that step 3 is the same whatever the others are.
#include <algorithm>

#include <roundhouse/explore.h>
#include <roundhouse/random.h>
#include "sim/faults/duration_text.h"
#include "sim/scenario/node_names.h"

namespace roundhouse {
namespace {

constexpr Duration grain = std::chrono::milliseconds(10);  // times that people can read

class Maker {
 public:
  Maker(const Scenario& scenario, const PlanOptions& options, std::uint64_t seed)
      : plan_(scenario), options_(options), seed_(seed) {
    plan_.seed = seed;
    const scenario_file::NodeNames names(scenario);
    instances_ = names.instances();
    clients_ = names.clients();
    if (!clients_.empty()) clients_.pop_back();  // the group of all
    for (const std::string& instance : instances_) {
      if (!options.app_links) break;
      links_.push_back(instance + "-proxy");
      if (scenario.broker == BrokerKind::embedded) links_.push_back(instance + "-broker");
    }
    for (const std::string& client : clients_) {
      if (options.client_links) links_.push_back(client + "-proxy");
    }
  }

  Scenario make() {
    std::vector<Step> steps;
    for (std::uint32_t i = 0; i < options_.steps; ++i) add(steps, i);
    std::stable_sort(steps.begin(), steps.end(), [](const Step& a, const Step& b) { return a.at < b.at; });
    for (Step& step : steps) plan_.steps.push_back(std::move(step));
    calm_down();
    plan_.duration = std::max(plan_.duration, options_.end + options_.calm);
    return std::move(plan_);
  }

 private:
  void add(std::vector<Step>& steps, std::uint32_t number);
  void instance_step(Step& step, Random& random);
  void link_step(Step& step, Random& random);
  void client_step(Step& step, Random& random);
  void room_step(Step& step, Random& random);
  void calm_down();

  static const std::string& one_of(const std::vector<std::string>& from, Random& random) {
    return from[random.below(from.size())];
  }

  Scenario plan_;
  PlanOptions options_;
  std::uint64_t seed_;
  std::vector<std::string> instances_;
  std::vector<std::string> clients_;
  std::vector<std::string> links_;
};

void Maker::add(std::vector<Step>& steps, std::uint32_t number) {
  Random random(draw_key(seed_, "plan", Purpose::plan, {}, number));
  using Kind = void (Maker::*)(Step&, Random&);
  std::vector<Kind> kinds;
  if ((options_.kills || options_.pauses) && !instances_.empty()) kinds.push_back(&Maker::instance_step);
  if (!links_.empty()) kinds.push_back(&Maker::link_step);
  if (options_.clients && !clients_.empty()) kinds.push_back(&Maker::client_step);
  if (options_.rooms && !clients_.empty()) kinds.push_back(&Maker::room_step);
  if (kinds.empty()) return;
  Step step;
  step.at = random.between(options_.begin, options_.end) / grain * grain;
  (this->*kinds[random.below(kinds.size())])(step, random);
  steps.push_back(std::move(step));
}

void Maker::instance_step(Step& step, Random& random) {
  const bool kills = options_.kills && (!options_.pauses || random.chance(2, 3));
  const bool first = random.chance(1, 2);
  step.verb = kills ? (first ? "kill" : "restart") : (first ? "pause" : "continue");
  step.target = one_of(instances_, random);
}

void Maker::link_step(Step& step, Random& random) {
  constexpr const char* verbs[] = {"cut", "cut", "heal", "slow"};
  step.verb = verbs[random.below(std::size(verbs))];
  step.target = one_of(links_, random);
  if (step.verb != "slow") return;
  const Duration latency = random.between(std::chrono::milliseconds(10), std::chrono::milliseconds(500));
  step.arguments["latency"] = duration_text(latency / grain * grain);
}

void Maker::client_step(Step& step, Random& random) {
  step.verb = random.chance(1, 2) ? "drop" : "restart";
  step.target = one_of(clients_, random);
}

void Maker::room_step(Step& step, Random& random) {
  constexpr const char* verbs[] = {"join", "leave", "send", "send"};
  step.verb = verbs[random.below(std::size(verbs))];
  step.target = one_of(clients_, random);
  step.arguments["room"] = random.chance(2, 3) ? "room-1" : "room-2";
}

// Whatever a step may have broken is mended at the end; where it was not, the step is skipped.
void Maker::calm_down() {
  std::vector<Step> mending;
  const auto mend = [&](const char* verb, const std::string& target) {
    const bool known = std::any_of(mending.begin(), mending.end(), [&](const Step& step) {
      return step.verb == verb && step.target == target;
    });
    Step step;
    step.at = options_.end;
    step.verb = verb;
    step.target = target;
    if (!known) mending.push_back(std::move(step));
  };
  for (const Step& step : plan_.steps) {
    if (step.verb == "cut" || step.verb == "slow") mend("heal", step.target);
    if (step.verb == "pause") mend("continue", step.target);
  }
  for (Step& step : mending) plan_.steps.push_back(std::move(step));
}

}  // namespace

Scenario random_plan(const Scenario& scenario, const PlanOptions& options, std::uint64_t seed) {
  return Maker(scenario, options, seed).make();
}

}  // namespace roundhouse
