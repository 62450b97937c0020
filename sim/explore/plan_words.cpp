// A plan for people: what there is, and what happens when.
#include <fmt/format.h>

#include <roundhouse/explore.h>
#include "sim/faults/duration_text.h"
#include "sim/faults/step_runner.h"

namespace roundhouse {
namespace {

std::string counted(std::uint64_t count, const std::string& noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::string balancing(const Scenario& plan) {
  if (!plan.nginx.empty()) return "the nginx text below";
  return plan.policy.empty() ? "round_robin" : plan.policy;
}

std::string transports(const ClientGroup& group) {
  if (group.transports.size() > 1) return "polling, then the upgrade";
  return group.transports.front() == Transport::websocket ? "WebSocket only" : "polling only";
}

std::string client_line(const ClientGroup& group) {
  const std::string who =
      group.count == 1 ? group.prefix + "-1" : fmt::format("{0}-1 to {0}-{1}", group.prefix, group.count);
  const bool one = group.count == 1;
  std::string text = fmt::format("  at {}: {} connect{} ({})", duration_text(group.start), who,
                                 one ? "s" : "", transports(group));
  if (group.rooms == 1) text += one ? " and joins room-1" : " and join room-1";
  if (group.rooms > 1)
    text += fmt::format(" and {} room-1 to room-{}", one ? "joins one of" : "join", group.rooms);
  return text + "\n";
}

}  // namespace

std::string plan_words(const Scenario& plan) {
  std::string text = fmt::format(
      "{} behind {}, {}; {}; seed {}; {}\n", counted(plan.instances, "instance"), balancing(plan),
      plan.broker == BrokerKind::none ? "no broker" : "a broker",
      [&] {
        std::uint64_t clients = 0;
        for (const ClientGroup& group : plan.clients) clients += group.count;
        return counted(clients, "client");
      }(),
      plan.seed, duration_text(plan.duration));
  for (const ClientGroup& group : plan.clients) text += client_line(group);
  const Workload& work = plan.workload;
  if (work.messages > 0) {
    text += fmt::format("  from {} on: {}, {}the senders in turn\n", duration_text(work.start),
                        counted(work.messages, "message"),
                        work.messages > 1 ? "one each " + duration_text(work.interval) + ", " : "");
  }
  for (const Step& step : plan.steps) {
    const std::string arguments = arguments_text(step);
    text += fmt::format("  at {}: {} {}{}{}\n", duration_text(step.at), step.verb, step.target,
                        arguments.empty() ? "" : ", ", arguments);
  }
  if (!plan.nginx.empty()) text += "\n" + plan.nginx;
  return text;
}

}  // namespace roundhouse
