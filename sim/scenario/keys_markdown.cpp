// docs/scenario.md, from the tables that drive the reader.
#include <fmt/format.h>

#include <roundhouse/checker.h>
#include <roundhouse/scenario.h>
#include "sim/faults/verb.h"
#include "sim/scenario/metrics.h"
#include "sim/scenario/scenario_keys.h"

namespace roundhouse {
namespace scenario_file {
namespace {

template <class Owner>
std::string rows(const std::vector<Key<Owner>>& keys, const Owner& fresh) {
  std::string text = "| key | type | default | meaning |\n|---|---|---|---|\n";
  for (const Key<Owner>& key : keys) {
    const std::string value = key.write(fresh);
    const std::string standard = key.required ? "required" : value.empty() ? "" : "`" + value + "`";
    text += fmt::format("| `{}` | {} | {} | {} |\n", key.name, key.type, standard, key.meaning);
  }
  return text;
}

std::string heading(const std::string& name) {
  for (const Section& section : sections()) {
    if (section.name != name) continue;
    const std::string brackets = section.repeated ? "[[" + name + "]]" : "[" + name + "]";
    return "\n## `" + brackets + "`\n\n" + section.meaning + "\n\n";
  }
  return "";
}

std::string target_text(TargetKind kind) {
  switch (kind) {
    case TargetKind::node:
      return "node or group";
    case TargetKind::client:
      return "client or `clients`";
    case TargetKind::proxy:
      return "`proxy`";
    case TargetKind::link:
      return "link";
  }
  return "";
}

std::string verb_rows() {
  std::string text = "| verb | target | arguments | meaning |\n|---|---|---|---|\n";
  for (const Verb& verb : verbs()) {
    std::string arguments;
    for (const VerbArgument& argument : verb.arguments) {
      arguments += fmt::format("{}`{}`{}", arguments.empty() ? "" : ", ", argument.name,
                               argument.required ? "" : " (optional)");
    }
    text += fmt::format("| `{}` | {} | {} | {} |\n", verb.name, target_text(verb.target), arguments,
                        verb.meaning);
  }
  return text;
}

std::string metric_rows() {
  std::string text = "| metric | meaning |\n|---|---|\n";
  for (const Metric& metric : metrics()) text += fmt::format("| `{}` | {} |\n", metric.name, metric.meaning);
  return text;
}

std::string property_rows() {
  std::string text = "| property | name | what holds |\n|---|---|---|\n";
  for (const Checker& checker : checkers()) {
    text += fmt::format("| `{}` | {} | {} |\n", checker.property, checker.name, checker.meaning);
  }
  text += fmt::format("| `{}` | {} | Each holds, from the start of the run to its end. |\n",
                      invariant_property, invariant_name);
  return text;
}

}  // namespace
}  // namespace scenario_file

std::string scenario_keys_markdown() {
  using namespace scenario_file;
  std::string text =
      "# Scenario files\n\n"
      "<!-- Made by `roundhouse scenario --keys` from the tables that the reader itself uses; a test "
      "compares them. -->\n\n"
      "A scenario is a TOML file: a topology, what its clients do, what is done to it, and what is expected. "
      "Mistakes are said as\n"
      "`FILE:LINE: text`, with the nearest right word.\n\n"
      "A *duration* is a text such as `\"250ms\"`, `\"5s\"` or `\"1.5m\"` (units `ns`, `us`, `ms`, `s`, `m`, "
      "`h`), or a number of "
      "seconds.\n\n"
      "## The top of the file\n\n";
  text += rows(top_keys(), Scenario{});
  text += heading("topology") + rows(topology_keys(), Scenario{});
  text += heading("proxy") + rows(proxy_keys(), Scenario{});
  text += heading("app") + rows(app_keys(), AppOptions{});
  text += heading("clients") + rows(client_keys(), ClientGroup{});
  text += heading("workload") + rows(workload_keys(), Workload{});
  text += heading("default_link") + rows(default_link_keys(), Scenario{}.default_link);
  text += heading("links") + "What a line does not say is as in `[default_link]`.\n\n" +
          rows(link_keys(), LinkLine{.a = "", .b = "", .settings = Scenario{}.default_link});
  text += heading("steps") + rows(step_keys(), Step{}) + "\n" + verb_rows();
  text += heading("knobs") + rows(knob_keys(), Knob{});
  text += heading("expect") + rows(expect_keys(), Expectation{}) + "\nMetrics:\n\n" + metric_rows() +
          "\nProperties:\n\n" + property_rows();
  return text;
}

}  // namespace roundhouse
