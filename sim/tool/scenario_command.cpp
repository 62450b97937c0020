#include <fmt/format.h>

#include <fstream>
#include <sstream>

#include "sim/tool/commands.h"
#include "sim/tool/prepare.h"

namespace roundhouse::tool {

int scenario_command(const std::string& name, bool keys) {
  if (keys) {
    fmt::print("{}", scenario_keys_markdown());
    return 0;
  }
  if (name.empty()) {
    for (const std::string& shipped : shipped_scenarios()) {
      const auto scenario = load(shipped);
      fmt::print("{:<20} {}\n", shipped, scenario ? scenario->title : scenario.error().text());
    }
    return 0;
  }
  const auto file = find_scenario(name);
  if (!file) return bad_input(file.error());
  std::ifstream stream(*file);
  std::stringstream text;
  text << stream.rdbuf();
  fmt::print("{}", text.str());
  return 0;
}

}  // namespace roundhouse::tool
