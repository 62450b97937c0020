#include <fmt/format.h>

#include <fstream>
#include <sstream>

#include "sim/cluster/nginx_text.h"
#include "sim/tool/commands.h"
#include "sim/tool/prepare.h"

namespace roundhouse::tool {

int scenario_command(const ScenarioArguments& arguments) {
  if (arguments.keys) {
    fmt::print("{}", scenario_keys_markdown());
    return 0;
  }
  if (arguments.nginx) {
    const auto scenario = load(arguments.scenario);
    if (!scenario) return bad_input(scenario.error());
    fmt::print("{}", scenario->nginx.empty() ? nginx_text(*scenario, scenario->servers) : scenario->nginx);
    return 0;
  }
  if (arguments.scenario.empty()) {
    for (const std::string& shipped : shipped_scenarios()) {
      const auto scenario = load(shipped);
      fmt::print("{:<20} {}\n", shipped, scenario ? scenario->title : scenario.error().text());
    }
    return 0;
  }
  const auto file = find_scenario(arguments.scenario);
  if (!file) return bad_input(file.error());
  std::ifstream stream(*file);
  std::stringstream text;
  text << stream.rdbuf();
  fmt::print("{}", text.str());
  return 0;
}

}  // namespace roundhouse::tool
