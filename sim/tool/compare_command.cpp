#include <fmt/format.h>

#include "sim/tool/commands.h"
#include "sim/tool/prepare.h"
#include "sim/tool/report.h"

namespace roundhouse::tool {

int compare_command(const CompareArguments& arguments) {
  const auto a = load(arguments.a);
  if (!a) return bad_input(a.error());
  const auto b = load(arguments.b);
  if (!b) return bad_input(b.error());
  ClusterOptions options;
  options.world = world_named(arguments.world);
  options.seed = arguments.seed.value_or(a->seed);
  const auto first = run_one(*a, options, !arguments.json);
  if (!first) return bad_input(first.error());
  const auto second = run_one(*b, options, !arguments.json);
  if (!second) return bad_input(second.error());
  if (arguments.json) {
    fmt::print("{{\"schema\":1,\"a\":{},\"b\":{}}}\n", to_json(*first), to_json(*second));
  } else {
    fmt::print("{} world, seed {}\n\n{}", first->world, first->seed,
               compare_report(*first, *second, style_for_stdout()));
  }
  return first->holds() && second->holds() ? 0 : 1;
}

}  // namespace roundhouse::tool
