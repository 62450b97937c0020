// Shrinking by deletion: each simplification is tried, and kept where the property still breaks, until none can be kept. Big ones come
// first, so that a long plan is short after few runs.
#include <algorithm>
#include <sstream>

#include <roundhouse/explore.h>
#include "core/proxy/nginx_config/config.h"
#include "sim/cluster/topology.h"
#include "sim/faults/target.h"
#include "sim/scenario/node_names.h"

namespace roundhouse {
namespace {

constexpr Duration second = std::chrono::seconds(1);

class Shrinker {
 public:
  Shrinker(Scenario plan, std::string property, const ClusterOptions& options)
      : plan_(std::move(plan)), property_(std::move(property)), options_(options) {}

  Result<Counterexample> shrink();

 private:
  /// Runs the candidate; keeps it as the plan where it still breaks the property.
  bool keep(Scenario candidate);
  /// A plan must not be shrunk into another failure: of all that may be broken in the simulator, the one that was found.
  bool is_same(const Verdict& failed) const;
  bool fewer_steps();
  bool simpler_proxy();
  bool fewer_clients();
  bool one_client_less(std::size_t group);
  bool fewer_instances();
  bool fewer_messages();
  bool simpler_settings();
  bool shorter();

  bool exhausted() const { return trials_ >= trials_max; }

  Scenario plan_;
  std::string property_;
  const ClusterOptions& options_;
  Verdict verdict_;
  std::size_t trials_ = 0;
};

// Steps that name a node which the plan no longer has would be skipped; a file may not have them.
void drop_orphans(Scenario& plan) {
  const scenario_file::NodeNames names(plan);
  const auto is_end = [&names](std::string_view name) { return names.is_end(name); };
  std::erase_if(plan.steps,
                [&](const Step& step) { return !is_end(step.target) && !parse_link(step.target, is_end); });
  std::erase_if(plan.links, [&](const LinkLine& link) { return !is_end(link.a) || !is_end(link.b); });
}

/// The time at which the plan has nothing more to begin.
Duration last_begin(const Scenario& plan) {
  Duration last{};
  for (const Step& step : plan.steps) last = std::max(last, step.at);
  for (const ClientGroup& group : plan.clients) last = std::max(last, group.start + group.spread);
  if (plan.workload.messages > 0) {
    last = std::max(last, plan.workload.start + plan.workload.interval * (plan.workload.messages - 1));
  }
  return last;
}

/// Of a broken invariant: which one. Another plan may break it in another instance, and at another time.
std::string assertion_of(const Verdict& verdict) {
  const std::string& words = verdict.words;
  return words.substr(0, std::min(words.rfind(", in "), words.rfind(" (seed ")));
}

bool Shrinker::is_same(const Verdict& failed) const {
  return trials_ <= 1 || property_ != invariant_property || assertion_of(failed) == assertion_of(verdict_);
}

bool Shrinker::keep(Scenario candidate) {
  if (exhausted()) return false;
  drop_orphans(candidate);
  candidate.duration = std::max({candidate.duration, last_begin(candidate), Duration(1)});
  if (trials_ > 0 && candidate == plan_) return false;
  ++trials_;
  const auto trial = try_plan(candidate, {property_}, options_);
  if (!trial) return false;
  const Verdict* failed = trial->failed({property_});
  if (failed == nullptr || !is_same(*failed)) return false;
  verdict_ = *failed;
  plan_ = std::move(candidate);
  return true;
}

bool Shrinker::fewer_steps() {
  bool any = false;
  for (std::size_t chunk = plan_.steps.size(); chunk > 0; chunk /= 2) {
    // From the end: what comes later depends on what was before, and seldom the other way round.
    for (std::size_t end = plan_.steps.size(); end > 0;) {
      const std::size_t begin = end > chunk ? end - chunk : 0;
      Scenario candidate = plan_;
      candidate.steps.erase(candidate.steps.begin() + static_cast<std::ptrdiff_t>(begin),
                            candidate.steps.begin() + static_cast<std::ptrdiff_t>(end));
      any = keep(std::move(candidate)) || any;
      end = std::min(begin, plan_.steps.size());
    }
  }
  return any;
}

/// Renames a client, wherever a step names it.
void rename(Scenario& plan, const std::string& from, const std::string& to) {
  const scenario_file::NodeNames names(plan);
  for (Step& step : plan.steps) {
    if (step.target == from) step.target = to;
    const auto link = parse_link(step.target, [&names](std::string_view name) { return names.is_end(name); });
    if (!link || (link->from != from && link->to != from)) continue;
    const auto renamed = [&](const std::string& end) { return end == from ? to : end; };
    step.target = renamed(link->from) + (link->both_ways ? "-" : "->") + renamed(link->to);
  }
}

/// Each client of that group as a group of its own, at its own address. The plan as it is where there is no such address.
Scenario with_singles(const Scenario& plan, std::size_t at) {
  Scenario split = plan;
  const ClientGroup& group = plan.clients[at];
  std::vector<ClientGroup> singles;
  for (std::uint32_t k = 1; k <= group.count; ++k) {
    const auto ip = client_ip(group.address, k, group.count);
    if (!ip) return plan;
    ClientGroup single = group;
    single.prefix = group.prefix + std::to_string(k);
    single.count = 1;
    single.address = *ip;
    single.start += group.spread * (k - 1) / (group.count - 1);
    single.spread = {};
    rename(split, group.prefix + "-" + std::to_string(k), single.prefix + "-1");
    singles.push_back(std::move(single));
  }
  const auto place = split.clients.erase(split.clients.begin() + static_cast<std::ptrdiff_t>(at));
  split.clients.insert(place, singles.begin(), singles.end());
  return split;
}

// A long nginx text becomes the one directive that matters, and instances are no longer named in it.
bool Shrinker::simpler_proxy() {
  if (plan_.nginx.empty()) return false;
  std::vector<std::string> policies;
  std::istringstream text(plan_.nginx);
  for (std::string line; std::getline(text, line);) {
    const std::size_t begin = line.find_first_not_of(" \t");
    const std::size_t end = line.find_last_not_of("; \t");
    if (begin == line.npos || end == line.npos || end < begin) continue;
    line = line.substr(begin, end - begin + 1);
    if (proxy::policy_problem(line).empty()) policies.push_back(line);
  }
  policies.emplace_back("round_robin");
  return std::any_of(policies.begin(), policies.end(), [this](const std::string& policy) {
    Scenario candidate = plan_;
    candidate.nginx.clear();
    candidate.nginx_file.clear();
    candidate.nginx_first_line = 1;
    candidate.policy = policy;
    return keep(std::move(candidate));
  });
}

bool Shrinker::fewer_clients() {
  bool any = false;
  for (std::size_t i = plan_.clients.size(); i-- > 0;) {
    if (plan_.clients.size() > 1) {
      Scenario candidate = plan_;
      candidate.clients.erase(candidate.clients.begin() + static_cast<std::ptrdiff_t>(i));
      if (keep(std::move(candidate))) {
        any = true;
        continue;
      }
    }
    const auto with_count = [&](std::uint32_t count) {
      if (count == 0 || count >= plan_.clients[i].count) return false;
      Scenario candidate = plan_;
      candidate.clients[i].count = count;
      return keep(std::move(candidate));
    };
    for (std::uint32_t to = 1; to < plan_.clients[i].count; to *= 2) {
      if (with_count(to)) any = true;
    }
    while (with_count(plan_.clients[i].count - 1)) any = true;
    if (one_client_less(i)) any = true;
  }
  return any;
}

// It may be any of a group that matters, by its address: each becomes a group of its own, `client-7` becomes `client7-1`, so that each can
// be taken away by itself.
bool Shrinker::one_client_less(std::size_t at) {
  const ClientGroup group = plan_.clients[at];
  constexpr std::uint32_t clients_max = 20;
  if (group.count < 2 || group.count > clients_max || group.rooms > 1 || group.attempts > 0) return false;
  const Scenario split = with_singles(plan_, at);
  if (split.clients.size() == plan_.clients.size()) return false;
  for (std::size_t k = 0; k < group.count * 2; ++k) {
    Scenario candidate = split;
    const auto first = candidate.clients.begin() + static_cast<std::ptrdiff_t>(at);
    const auto chosen = first + static_cast<std::ptrdiff_t>(k % group.count);
    if (k < group.count) {
      const ClientGroup alone = *chosen;
      candidate.clients.insert(candidate.clients.erase(first, first + group.count), alone);
    } else {
      candidate.clients.erase(chosen);
    }
    if (keep(std::move(candidate))) return true;
  }
  return false;
}

// With fewer instances a session may live elsewhere: what is done to one is tried on each of those that are left.
bool Shrinker::fewer_instances() {
  for (std::uint32_t count = 1; count < plan_.instances; ++count) {
    Scenario candidate = plan_;
    candidate.instances = count;
    if (keep(candidate)) return true;
    for (std::uint32_t k = 1; k <= count; ++k) {
      Scenario moved = candidate;
      for (Step& step : moved.steps) {
        if (scenario_file::is_numbered(step.target, plan_.instance_prefix, plan_.instances))
          step.target = plan_.instance_prefix + "-" + std::to_string(k);
      }
      if (keep(std::move(moved))) return true;
    }
  }
  return false;
}

bool Shrinker::fewer_messages() {
  bool any = false;
  const auto with_messages = [&](std::uint32_t messages) {
    if (messages >= plan_.workload.messages) return false;
    Scenario candidate = plan_;
    candidate.workload.messages = messages;
    return keep(std::move(candidate));
  };
  if (with_messages(0)) return true;
  while (with_messages(plan_.workload.messages / 2)) any = true;
  while (plan_.workload.messages > 0 && with_messages(plan_.workload.messages - 1)) any = true;
  return any;
}

// Each setting by itself: what a plan does not need should be as it is everywhere.
bool Shrinker::simpler_settings() {
  bool any = false;
  const auto with = [&](auto change) {
    Scenario candidate = plan_;
    change(candidate);
    if (!(candidate == plan_) && keep(std::move(candidate))) any = true;
  };
  for (std::size_t i = plan_.links.size(); i-- > 0;) {
    with([i](Scenario& plan) { plan.links.erase(plan.links.begin() + static_cast<std::ptrdiff_t>(i)); });
  }
  with([](Scenario& plan) { plan.default_link = Scenario{}.default_link; });
  for (std::size_t i = 0; i < plan_.clients.size(); ++i) {
    with([i](Scenario& plan) { plan.clients[i].think = plan.clients[i].think_jitter = {}; });
    with([i](Scenario& plan) { plan.clients[i].start = plan.clients[i].spread = {}; });
    with([i](Scenario& plan) { plan.clients[i].rooms = std::min(plan.clients[i].rooms, 1u); });
    with([i](Scenario& plan) { plan.clients[i].rooms = 0; });
  }
  with([](Scenario& plan) { plan.app = {}; });
  with([](Scenario& plan) { plan.settle = Scenario{}.settle; });
  with([](Scenario& plan) {
    if (plan.workload.messages == 0) plan.workload = {};
  });
  with([](Scenario& plan) {
    if (plan.workload.messages < 2) plan.workload.interval = Workload{}.interval;
  });
  with([](Scenario& plan) { plan.workload.payload_bytes = Workload{}.payload_bytes; });
  with([](Scenario& plan) { plan.workload.start = second; });
  return any;
}

// Whole seconds, and few of them, read best.
bool Shrinker::shorter() {
  bool any = false;
  const auto with_duration = [&](Duration duration) {
    if (duration >= plan_.duration) return false;
    Scenario candidate = plan_;
    candidate.duration = duration;
    return keep(std::move(candidate));
  };
  const auto rounded_up = [](Duration span) { return (span + second - Duration(1)) / second * second; };
  if (with_duration(std::max(rounded_up(last_begin(plan_)), second))) any = true;
  while (plan_.duration > second && with_duration(rounded_up(plan_.duration / 2))) any = true;
  while (plan_.duration > second && with_duration(plan_.duration - second)) any = true;
  for (std::size_t i = 0; i < plan_.steps.size(); ++i) {
    for (const Duration unit : {second, second / 10}) {
      Scenario candidate = plan_;
      candidate.steps[i].at = rounded_up(plan_.steps[i].at * (second / unit)) / (second / unit);
      if (candidate.steps[i].at == plan_.steps[i].at) break;
      if (i + 1 < plan_.steps.size() && candidate.steps[i].at > plan_.steps[i + 1].at) continue;
      if (keep(std::move(candidate))) {
        any = true;
        break;
      }
    }
  }
  return any;
}

Result<Counterexample> Shrinker::shrink() {
  plan_.expect.clear();
  plan_.agree.clear();
  plan_.claim.clear();
  plan_.knobs.clear();
  if (const auto first = try_plan(plan_, {property_}, options_); !first) return first.error();
  if (!keep(plan_)) return Error("the plan does not break " + property_);
  // Nothing that was kept in the last round: nothing can go.
  for (bool any = true; any && !exhausted();) {
    any = fewer_steps();
    any = simpler_proxy() || any;
    any = fewer_clients() || any;
    any = fewer_instances() || any;
    any = fewer_messages() || any;
    any = simpler_settings() || any;
    any = shorter() || any;
  }
  Expectation broken;
  broken.property = property_;
  broken.broken = true;
  broken.name = property_ + " is broken";
  plan_.expect.push_back(std::move(broken));
  plan_.title = verdict_.name + " is broken";
  plan_.about = verdict_.words;
  return Counterexample{std::move(plan_), std::move(verdict_), trials_};
}

}  // namespace

Result<Counterexample> shrink(const Scenario& plan, const std::string& property,
                              const ClusterOptions& options) {
  return Shrinker(plan, property, options).shrink();
}

}  // namespace roundhouse
