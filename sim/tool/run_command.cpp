#include <fmt/format.h>

#include <memory>

#include "sim/tool/commands.h"
#include "sim/tool/prepare.h"
#include "sim/tool/report.h"
#include "sim/trace/json_lines.h"

namespace roundhouse::tool {

int run_command(const RunArguments& arguments) {
  const auto scenario = load(arguments.scenario, arguments.nginx);
  if (!scenario) return bad_input(scenario.error());
  ClusterOptions options;
  options.world = world_named(arguments.world);
  options.seed = arguments.seed;
  if (!arguments.broker.empty()) {
    const auto address = broker_address(arguments.broker);
    if (!address) return bad_input(address.error());
    options.real_broker = *address;
  }
  options.trace_file = arguments.trace_file;
  const auto summary = run_one(*scenario, options, !arguments.json);
  if (!summary) return bad_input(summary.error());
  fmt::print("{}\n", arguments.json ? to_json(*summary) : report(*summary, *scenario, style_for_stdout()));
  return summary->holds() ? 0 : 1;
}

}  // namespace roundhouse::tool
